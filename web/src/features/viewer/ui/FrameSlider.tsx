import type { PaneState } from "../stack/paneState";
import type { StackPane } from "../stack/StackPane";
import classes from "./Viewer.module.css";

type Props = { pane: StackPane | null; state: PaneState; label: string };

/** Place in the stack; the line under it shows how much of the stack is in memory. */
export function FrameSlider({ pane, state: { count, target, loaded }, label }: Props) {
  if (count < 2) return <div className={classes.sliderRow} data-single />;
  return (
    <div className={classes.sliderRow}>
      <input
        type="range"
        className={classes.slider}
        min={1}
        max={count}
        value={target + 1}
        aria-label={`${label}: image`}
        aria-valuetext={`Image ${target + 1} of ${count}`}
        onChange={(event) => pane?.scrollTo(Number(event.currentTarget.value) - 1)}
      />
      <progress className={classes.loaded} value={Math.min(1, loaded / count)} aria-hidden />
      <output className={classes.place}>
        {target + 1}/{count}
      </output>
    </div>
  );
}
