import type { FrameInfo } from "../dicom/info";
import type { ImageAxes } from "../logic/orientation";
import { mmPerPixel, scaleBar } from "../logic/scaleBar";
import classes from "./Viewer.module.css";

const LONGEST = 120;
const PLACE = { patient: "", detector: " at the detector", film: " on the film" } as const;

type Props = { axes: ImageAxes | null; info: FrameInfo | undefined };

/** A length to measure by, or that there is none. */
export function ScaleBarView({ axes, info }: Props) {
  if (!axes || !info) return null;
  const { spacing } = info;
  const mm = spacing && mmPerPixel(axes, spacing.row, spacing.column);
  const bar = mm ? scaleBar(mm, LONGEST) : null;
  if (!spacing || !bar) return <div className={classes.scale}>Uncalibrated</div>;
  return (
    <div className={classes.scale}>
      <span>
        {bar.label}
        {PLACE[spacing.at]}
      </span>
      <svg width={bar.pixels + 2} height={8} aria-hidden focusable="false">
        <path d={`M1 1v6h${bar.pixels}v-6`} fill="none" stroke="currentColor" strokeWidth={1.5} />
      </svg>
    </div>
  );
}
