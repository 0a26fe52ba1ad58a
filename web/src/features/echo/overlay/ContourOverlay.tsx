import { pathOf, pointsOf } from "../logic/geometry";
import type { Ventricle } from "../logic/ventricle";
import type { StackPane } from "../../viewer/stack/StackPane";
import { usePaneState } from "../../viewer/ui/usePaneState";
import type { EchoStore } from "../state/EchoStore";
import { useEchoState } from "../state/EchoStore";
import { useReading } from "../state/useReading";
import { ContourHandles } from "./ContourHandles";
import classes from "./Overlay.module.css";
import { matrixOf } from "./place";
import { StripOverlay } from "./StripOverlay";

type Props = {
  pane: StackPane | null;
  instanceUid: string;
  /** Whose contours; "" for the machine's. */
  reading: string;
  store: EchoStore;
};

/** The contour of the frame on the screen, drawn over it: it follows zoom, place, rotation, flip and cine. */
export function ContourOverlay({ pane, instanceUid, reading, store }: Props) {
  const { shown, axes, origin } = usePaneState(pane);
  const { contoursShown, othersShown } = useEchoState(store);
  const { data, heart, draft, reading: read } = useReading(instanceUid, reading, store);
  const info = pane?.info(shown);
  if (data?.strip && axes && origin && info?.instanceUid === instanceUid && contoursShown) {
    return <StripOverlay strip={data.strip} placing={{ axes, origin }} />;
  }
  if (!heart || !axes || !origin || info?.instanceUid !== instanceUid || !(contoursShown || draft)) return null;
  const frame = info.frame - 1;
  const found = heart.ventricles[frame];
  if (!found) return null;
  const placing = { axes, origin };
  const around = othersShown ? read?.trace?.contours.find((one) => one.frame === frame) : undefined;
  return (
    <svg className={classes.overlay} data-frame={frame} data-edited={heart.edited.has(frame) || undefined}>
      <g transform={matrixOf(placing)} aria-hidden="true">
        {around && <path d={pathOf(pointsOf(around.myocardium))} className={classes.wall} data-structure="myocardium" />}
        {around && <path d={pathOf(pointsOf(around.atrium))} className={classes.atrium} data-structure="atrium" />}
        <Drawn found={found} />
      </g>
      {draft && <ContourHandles draft={draft} frame={frame} found={found} placing={placing} store={store} />}
    </svg>
  );
}

function Drawn({ found: { line, apex, base } }: { found: Ventricle }) {
  const path = pathOf(line);
  const [begin, end] = base;
  const middle = [(begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2] as const;
  return (
    <>
      <path d={path} className={classes.halo} />
      <path d={path} className={classes.line} />
      <line x1={begin[0]} y1={begin[1]} x2={end[0]} y2={end[1]} className={classes.plane} />
      <line x1={middle[0]} y1={middle[1]} x2={apex[0]} y2={apex[1]} className={classes.axis} />
    </>
  );
}
