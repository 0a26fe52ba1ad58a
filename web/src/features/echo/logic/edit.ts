import { distance, type Line, perimeter, type Point, type Scale } from "./geometry";
import { type Ventricle, withAxis } from "./ventricle";

/** A point of the line that a hand can take. */
export type Handle = { index: number; kind: "mitral" | "apex" | "wall"; label: string };

const WALL_HANDLES = 5; // on each side
const REACH = 1.6; // times the distance between two handles: so far the line goes along

/** The ends of the mitral plane, the apex, and points of both walls between them. */
export function handlesOf({ line, apex, base }: Ventricle): Handle[] {
  const [one, tip, other] = [nearest(line, base[0]), nearest(line, apex), nearest(line, base[1])];
  if (new Set([one, tip, other]).size < 3) return [];
  const upwards = isBetween(one, tip, other, line.length);
  const first = between(one, tip, line.length, upwards);
  const second = between(tip, other, line.length, upwards);
  return [
    { index: one, kind: "mitral", label: "Mitral plane, first end" },
    ...first.map((index, n) => wall(index, `First wall, ${n + 1} of ${WALL_HANDLES}, upwards`)),
    { index: tip, kind: "apex", label: "Apex" },
    ...second.map((index, n) => wall(index, `Second wall, ${n + 1} of ${WALL_HANDLES}, downwards`)),
    { index: other, kind: "mitral", label: "Mitral plane, second end" },
  ];
}

function wall(index: number, label: string): Handle {
  return { index, kind: "wall", label };
}

/** Whether counting up from `one` meets `tip` before `other`. */
function isBetween(one: number, tip: number, other: number, count: number): boolean {
  return (tip - one + count) % count < (other - one + count) % count;
}

function between(from: number, to: number, count: number, upwards: boolean): number[] {
  const steps = upwards ? (to - from + count) % count : -((from - to + count) % count);
  const places = Array.from({ length: WALL_HANDLES }, (_, n) => (n + 1) / (WALL_HANDLES + 1));
  return places.map((part) => (Math.round(from + part * steps) + 2 * count) % count);
}

/** The ventricle after one of its points was moved by `by` pixels; its neighbours go along, less and less. */
export function moved(found: Ventricle, index: number, by: Point, scale: Scale): Ventricle {
  const { line, base } = found;
  const reach = (REACH * perimeter(line)) / (2 * WALL_HANDLES + 4);
  const far = alongLine(line, index);
  const weights = far.map((one) => (one < reach ? (1 + Math.cos((Math.PI * one) / reach)) / 2 : 0));
  const shift = (point: Point, n: number): Point => {
    const weight = weights[n] ?? 0;
    return [point[0] + weight * by[0], point[1] + weight * by[1]];
  };
  const ends = base.map((end) => shift(end, nearest(line, end))) as [Point, Point];
  return withAxis(line.map(shift), ends, scale);
}

/** The ventricle larger or smaller around its middle. */
export function scaled({ line, base }: Ventricle, factor: number, scale: Scale): Ventricle {
  const x = line.reduce((sum, point) => sum + point[0], 0) / line.length;
  const y = line.reduce((sum, point) => sum + point[1], 0) / line.length;
  const grow = (point: Point): Point => [x + (point[0] - x) * factor, y + (point[1] - y) * factor];
  return withAxis(line.map(grow), [grow(base[0]), grow(base[1])], scale);
}

/** Inside the picture, where all contours have to stay. */
export function fits({ line, base }: Ventricle, rows: number, columns: number): boolean {
  return [...line, ...base].every(([x, y]) => x >= 0 && y >= 0 && x <= columns - 1 && y <= rows - 1);
}

export function nearest(line: Line, point: Point): number {
  const far = line.map((one) => distance(one, point));
  return far.indexOf(Math.min(...far));
}

/** How far each point is from one of them along the line, the shorter way. */
function alongLine(line: Line, index: number): number[] {
  const whole = perimeter(line);
  const far = new Array<number>(line.length).fill(0);
  let walked = 0;
  for (let step = 1; step < line.length; step += 1) {
    const [before, now] = [(index + step - 1) % line.length, (index + step) % line.length];
    walked += distance(line[before] ?? [0, 0], line[now] ?? [0, 0]);
    far[now] = Math.min(walked, whole - walked);
  }
  return far;
}
