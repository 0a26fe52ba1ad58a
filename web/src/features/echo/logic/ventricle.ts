import { area, distance, type Line, middle, type Point, type Scale, toMm, widths } from "./geometry";

/** In pixels: the closed line around the cavity, its apex, and both ends of the mitral plane. */
export type Ventricle = { line: Line; apex: Point; base: readonly [Point, Point] };

/** Of one frame in mm and mm² (without a scale: in pixel heights). */
export type Shape = { areaMm2: number; lengthMm: number; diametersMm: readonly number[] };

export const METHODS = ["discs", "area_length"] as const;
export type Method = (typeof METHODS)[number];

const DISCS = 20;
const PLACES = Array.from({ length: DISCS }, (_, n) => (n + 0.5) / DISCS);

/** A line with its mitral plane; the apex is the point farthest from the middle of that, in mm. */
export function withAxis(line: Line, base: readonly [Point, Point], scale: Scale): Ventricle {
  const begin = toMm(middle(...base), scale);
  const far = line.map((point) => distance(toMm(point, scale), begin));
  return { line, base, apex: line[far.indexOf(Math.max(...far))] ?? base[0] };
}

/** Geometry is done in mm, so that pixels need not be square. */
export function shapeOf({ line, apex, base }: Ventricle, scale: Scale): Shape {
  const mm = line.map((point) => toMm(point, scale));
  const [begin, end] = [toMm(middle(...base), scale), toMm(apex, scale)];
  const lengthMm = distance(begin, end);
  if (lengthMm === 0) return { areaMm2: area(mm), lengthMm, diametersMm: PLACES.map(() => 0) };
  return { areaMm2: area(mm), lengthMm, diametersMm: widths(mm, begin, end, PLACES) };
}

/** mL of one plane (without a scale: of no unit). */
export function volumeOf({ areaMm2, lengthMm, diametersMm }: Shape, method: Method): number {
  if (method === "area_length") return lengthMm > 0 ? (8 * areaMm2 ** 2) / (3 * Math.PI * lengthMm) / 1000 : 0;
  const squares = diametersMm.reduce((sum, diameter) => sum + diameter ** 2, 0);
  return ((Math.PI / 4) * squares * lengthMm) / diametersMm.length / 1000;
}
