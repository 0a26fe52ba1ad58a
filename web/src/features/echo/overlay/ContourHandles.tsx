import { type KeyboardEvent, type PointerEvent, useMemo, useRef } from "react";
import { type Draft, withPoint } from "../logic/draft";
import { handlesOf } from "../logic/edit";
import type { Point } from "../logic/geometry";
import type { Ventricle } from "../logic/ventricle";
import { type EchoStore, useEchoState } from "../state/EchoStore";
import classes from "./Overlay.module.css";
import { type Placing, sizeOfPixel, toCanvas, toPixels } from "./place";

const TARGET = 12; // half of what a finger or a pointer needs
const FAR = 5; // pixels with Shift
const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

type Props = { draft: Draft; frame: number; found: Ventricle; placing: Placing; store: EchoStore };
type Drag = { pointer: number; from: Ventricle; at: Point };

/** Points of the contour that a hand or the arrow keys move. */
export function ContourHandles({ draft, frame, found, placing, store }: Props) {
  const { handle } = useEchoState(store);
  const began = draft.start.ventricles[frame] ?? found;
  const handles = useMemo(() => handlesOf(began), [began]);
  const drag = useRef<Drag | null>(null);
  const press = (event: PointerEvent<SVGGElement>, place: number) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { pointer: event.pointerId, from: found, at: [event.clientX, event.clientY] };
    store.update({ handle: place });
    store.change((now) => now);
  };
  const move = (event: PointerEvent<SVGGElement>, index: number) => {
    const { current } = drag;
    if (current?.pointer !== event.pointerId) return;
    const by = toPixels([event.clientX - current.at[0], event.clientY - current.at[1]], placing);
    store.goOn((now) => withPoint(now, frame, current.from, index, by));
  };
  const letGo = (event: PointerEvent<SVGGElement>) => {
    const { current } = drag;
    drag.current = null;
    if (current?.at[0] === event.clientX && current.at[1] === event.clientY) store.undo(); // only touched
  };
  const nudge = (event: KeyboardEvent, index: number) => {
    const way = ARROWS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const step = sizeOfPixel(placing) * (event.shiftKey ? FAR : 1);
    const by = toPixels([way[0] * step, way[1] * step], placing);
    store.change((now) => withPoint(now, frame, found, index, by));
  };
  return (
    <g role="group" aria-label={`Points of the contour in frame ${frame + 1}: arrow keys move them`}>
      {handles.map(({ index, kind, label }, place) => {
        const [x, y] = toCanvas(found.line[index] ?? [0, 0], placing);
        return (
          <g
            key={index}
            className={classes.handle}
            data-kind={kind}
            data-chosen={place === handle || undefined}
            role="button"
            tabIndex={0}
            aria-label={label}
            transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}
            onFocus={() => store.update({ handle: place })}
            onPointerDown={(event) => press(event, place)}
            onPointerMove={(event) => move(event, index)}
            onPointerUp={letGo}
            onPointerCancel={letGo}
            onKeyDown={(event) => nudge(event, index)}
          >
            <circle r={TARGET} className={classes.target} />
            {kind === "wall" ? <circle r={5} className={classes.point} /> : <rect x={-5} y={-5} width={10} height={10} className={classes.point} />}
          </g>
        );
      })}
    </g>
  );
}
