import type { PaneSource } from "../paneSource";
import type { FrameInfo } from "../dicom/info";
import { edgeLetters } from "../logic/orientation";
import { shortNumber } from "../logic/range";
import type { PaneState } from "../stack/paneState";
import type { StackPane } from "../stack/StackPane";
import { ScaleBarView } from "./ScaleBarView";
import classes from "./Viewer.module.css";

type Props = {
  pane: StackPane | null;
  state: PaneState;
  source: PaneSource;
  captionId: string;
};

/** What stands over a picture: who, what, how it is shown, and which side is which. */
export function Overlays({ pane, state, source, captionId }: Props) {
  const info = pane?.info(state.shown ?? state.target);
  return (
    <div className={classes.overlays}>
      <div className={classes.topLeft}>
        <strong id={captionId}>{source.label}</strong>
        <span>{source.pseudonym}</span>
        {(source.date ?? info?.date) && <span>{source.date ?? info?.date}</span>}
      </div>
      <div className={classes.topRight}>
        <span>{seriesLine(info)}</span>
        {info?.seriesDescription && (
          <span className={classes.description}>{info.seriesDescription}</span>
        )}
        {info?.lossy && <span className={classes.flag}>Lossy compression</span>}
      </div>
      <div className={classes.bottomLeft}>
        {windowLine(state, info).map((line) => (
          <span key={line}>{line}</span>
        ))}
        <span>Zoom {Math.round(state.zoom * 100)} %</span>
      </div>
      <div className={classes.bottomRight}>
        {state.shown !== null && (
          <span data-testid="place">
            {state.shown + 1}/{state.count}
          </span>
        )}
        <span>Not for diagnosis</span>
      </div>
      <EdgeLetterView state={state} info={info} />
      <ScaleBarView axes={state.axes} info={info} />
    </div>
  );
}

function seriesLine(info: FrameInfo | undefined): string {
  if (!info) return "";
  const number = info.seriesNumber === undefined ? "" : `Series ${info.seriesNumber}`;
  return [info.modality, number].filter(Boolean).join(" · ");
}

function windowLine(
  { window, inverted, choice }: PaneState,
  info: FrameInfo | undefined,
): string[] {
  const lines = inverted ? ["Inverted"] : [];
  if (!window || (info?.colour && choice.kind !== "hand")) return lines;
  return [`W ${shortNumber(window.width)} L ${shortNumber(window.center)}`, ...lines];
}

function EdgeLetterView({ state, info }: { state: PaneState; info: FrameInfo | undefined }) {
  if (!info?.directions || !state.axes || state.shown === null) return null;
  const letters = edgeLetters(state.axes, info.directions.row, info.directions.column);
  return (
    <div role="group" aria-label="Orientation">
      <span className={classes.edgeTop} aria-label={`Top: ${letters.top}`} role="note">
        {letters.top}
      </span>
      <span className={classes.edgeRight} aria-label={`Right: ${letters.right}`} role="note">
        {letters.right}
      </span>
      <span className={classes.edgeBottom} aria-label={`Bottom: ${letters.bottom}`} role="note">
        {letters.bottom}
      </span>
      <span className={classes.edgeLeft} aria-label={`Left: ${letters.left}`} role="note">
        {letters.left}
      </span>
    </div>
  );
}
