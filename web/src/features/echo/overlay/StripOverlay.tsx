import type { StripData } from "../logic/heart";
import { openPathOf, pointsOf } from "../logic/geometry";
import classes from "./Overlay.module.css";
import { matrixOf, type Placing } from "./place";

/** The walls of an M-mode as they were traced, and the ends of its beats. */
export function StripOverlay({ strip: { lines, beats, box }, placing }: { strip: StripData; placing: Placing }) {
  const [, top = 0, , bottom = 0] = box;
  const ends = beats.flatMap(({ endDiastole, endSystole }) => [
    { x: endDiastole, end: "ED" },
    { x: endSystole, end: "ES" },
  ]);
  return (
    <svg className={classes.overlay} data-strip={lines.length} aria-hidden="true">
      <g transform={matrixOf(placing)}>
        {ends.map(({ x, end }) => (
          <line key={`${end} ${x}`} x1={x} x2={x} y1={top} y2={bottom} className={classes.end} data-end={end} />
        ))}
        {lines.map(({ name, line }) => (
          <g key={name}>
            <path d={openPathOf(pointsOf(line))} className={classes.halo} />
            <path d={openPathOf(pointsOf(line))} className={classes.line} data-line={name} />
          </g>
        ))}
      </g>
    </svg>
  );
}
