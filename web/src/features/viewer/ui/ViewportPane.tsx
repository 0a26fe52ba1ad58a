import { Button, Text } from "@mantine/core";
import { type ReactNode, useEffect, useId } from "react";
import { asApiError } from "../../../api/errors";
import { indexOfFrame } from "../dicom/frames";
import type { PaneSource } from "../paneSource";
import type { PaneState } from "../stack/paneState";
import type { StackPane } from "../stack/StackPane";
import { FrameSlider } from "./FrameSlider";
import { Overlays } from "./Overlays";
import { usePane } from "./usePane";
import { usePaneState } from "./usePaneState";
import { useStack } from "./useStack";
import classes from "./Viewer.module.css";
import { Waiting } from "../../../ui/Waiting";

type Props = {
  source: PaneSource;
  active: boolean;
  onActivate: () => void;
  onPane: (pane: StackPane | null) => void;
  /** What is drawn over the picture, and moves with it. */
  overlay?: ReactNode;
};

/** One viewport: picture, overlays, the slider through its stack, and what went wrong. */
export function ViewportPane({ source, active, onActivate, onPane, overlay }: Props) {
  const { frames, error, retry } = useStack(source);
  const { pane, fault, element } = usePane(onPane);
  const state = usePaneState(pane);
  const captionId = useId();
  const { instanceUid, frame } = source;
  useEffect(() => {
    if (pane && frames && frames.length > 0) {
      pane.show(frames, indexOfFrame(frames, instanceUid, frame));
    }
  }, [pane, frames, instanceUid, frame]);

  const empty = frames?.length === 0 ? "There are no images in this series." : null;
  const sentence = fault ?? (error ? asApiError(error).message : null) ?? empty ?? state.error;
  return (
    <section
      className={classes.pane}
      data-active={active}
      aria-labelledby={captionId}
      onFocusCapture={onActivate}
      onPointerDownCapture={onActivate}
    >
      <div
        className={classes.stage}
        data-shown={state.shown ?? undefined}
        data-target={state.target}
      >
        <div
          ref={element}
          className={classes.canvas}
          role="img"
          aria-label={pictureName(pane, state)}
          data-hidden={sentence !== null}
        />
        {!sentence && overlay}
        <Overlays pane={pane} state={state} source={source} captionId={captionId} />
        {sentence ? (
          <Fault
            sentence={sentence}
            onRetry={fault || empty ? undefined : error ? retry : () => pane?.retry()}
          />
        ) : (
          waiting(state) && (
            <Waiting className={classes.waiting} size="sm" label="Loading the image" />
          )
        )}
      </div>
      <FrameSlider pane={pane} state={state} label={source.label} />
    </section>
  );
}

function waiting({ shown, target }: PaneState): boolean {
  return shown !== target;
}

function Fault({ sentence, onRetry }: { sentence: string; onRetry: (() => void) | undefined }) {
  return (
    <div className={classes.fault} role="alert">
      <Text>{sentence}</Text>
      {onRetry && (
        <Button size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

function pictureName(pane: StackPane | null, { shown, count }: PaneState): string {
  const info = pane?.info(shown);
  if (!info || shown === null) return "No image yet";
  const series = info.seriesDescription ? `, ${info.seriesDescription}` : "";
  return `${info.modality || "Image"}${series}, image ${shown + 1} of ${count}`;
}
