import { pathOf } from "../logic/geometry";
import type { Ventricle } from "../logic/ventricle";
import type { StackPane } from "../../viewer/stack/StackPane";
import { usePaneState } from "../../viewer/ui/usePaneState";
import type { EchoStore } from "../state/EchoStore";
import { useEchoState } from "../state/EchoStore";
import { useReading } from "../state/useReading";
import { ContourHandles } from "./ContourHandles";
import classes from "./Overlay.module.css";
import { matrixOf } from "./place";

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
  const { contoursShown } = useEchoState(store);
  const { heart, draft } = useReading(instanceUid, reading, store);
  const info = pane?.info(shown);
  if (!heart || !axes || !origin || info?.instanceUid !== instanceUid || !(contoursShown || draft)) return null;
  const frame = info.frame - 1;
  const found = heart.ventricles[frame];
  if (!found) return null;
  const placing = { axes, origin };
  return (
    <svg className={classes.overlay} data-frame={frame} data-edited={heart.edited.has(frame) || undefined}>
      <g transform={matrixOf(placing)} aria-hidden="true">
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
