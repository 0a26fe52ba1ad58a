import { Button, Switch, Text, VisuallyHidden } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { StackPane } from "../../viewer/stack/StackPane";
import { usePaneState } from "../../viewer/ui/usePaneState";
import { begun } from "../logic/draft";
import { isStill } from "../logic/numbers";
import { type EchoStore, useEchoState } from "../state/EchoStore";
import type { Reading } from "../state/useReading";
import { EditBar } from "./EditBar";
import classes from "./Panel.module.css";

type DrawingProps = {
  reading: Reading;
  studyUid: string;
  instanceUid: string;
  isStored: boolean;
  mayDraw: boolean;
  pane: StackPane | null;
  store: EchoStore;
  onDraw: (() => void) | undefined;
  onSaved: (id: string) => void;
};

/** Contours can be hidden, and drawn anew where the image is stored. */
export function Drawing({ reading, studyUid, instanceUid, isStored, mayDraw, pane, store, onDraw, onSaved }: DrawingProps) {
  const { draft, contoursShown, othersShown, instanceUid: drafted } = useEchoState(store);
  const { heart, choseBeats, trace } = reading;
  const hasOthers = trace?.contours.some(({ myocardium, atrium }) => myocardium.length > 0 || atrium.length > 0);
  const { shown } = usePaneState(pane);
  const isReady = pane?.info(shown)?.instanceUid === instanceUid;
  const isDrawing = draft !== null && drafted === instanceUid;
  const isElsewhere = draft !== null && !isDrawing; // one drawing at a time: it would be lost
  const button = useReturn(isDrawing);
  const draw = () => {
    if (!heart) return;
    onDraw?.();
    store.begin(instanceUid, begun(heart, choseBeats));
    pane?.scrollTo(nearestEnd(heart.beats, pane.store.getState().target));
  };
  if (draft && isDrawing) {
    return <EditBar draft={draft} studyUid={studyUid} instanceUid={instanceUid} pane={pane} store={store} onSaved={onSaved} />;
  }
  return (
    <div className={classes.row}>
      <Switch
        size="sm"
        label="Contours"
        checked={contoursShown}
        onChange={(event) => store.update({ contoursShown: event.currentTarget.checked })}
      />
      {hasOthers && (
        <Switch
          size="sm"
          label="Wall and atrium"
          checked={contoursShown && othersShown}
          disabled={!contoursShown}
          onChange={(event) => store.update({ othersShown: event.currentTarget.checked })}
        />
      )}
      {heart && isStill(heart) && !heart.ventricles[0] ? null : isStored && mayDraw ? (
        <Button ref={button} size="xs" variant="default" disabled={!isReady || isElsewhere} onClick={draw}>
          Correct<VisuallyHidden> the contour{heart && isStill(heart) ? "" : " or the beats"}</VisuallyHidden>
        </Button>
      ) : (
        <Text size="xs" c="dimmed">
          {isStored ? "Open its case to correct it." : "Add the file to the archive to correct it."}
        </Text>
      )}
      {isElsewhere && (
        <Text size="xs" c="dimmed">
          A correction of another picture is not saved yet.
        </Text>
      )}
    </div>
  );
}

/** The frame at which an edit moves numbers. */
function nearestEnd(beats: readonly { endDiastole: number; endSystole: number }[], frame: number): number {
  const ends = beats.flatMap(({ endDiastole, endSystole }) => [endDiastole, endSystole]);
  return ends.reduce((best, one) => (Math.abs(one - frame) < Math.abs(best - frame) ? one : best), ends[0] ?? frame);
}


/** Who has drawn comes back to where it began. */
function useReturn(isDrawing: boolean) {
  const button = useRef<HTMLButtonElement>(null);
  const was = useRef(isDrawing);
  useEffect(() => {
    if (was.current && !isDrawing) button.current?.focus();
    was.current = isDrawing;
  }, [isDrawing]);
  return button;
}
