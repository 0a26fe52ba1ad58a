import type { ImageAxes, Point } from "../../viewer/logic/orientation";

/** Where pixels of the picture lie on the canvas: zoom, place, rotation and flip in one. */
export type Placing = { axes: ImageAxes; origin: Point };

export function matrixOf({ axes: { column, row }, origin }: Placing): string {
  return `matrix(${[...column, ...row, ...origin].map((value) => value.toFixed(5)).join(" ")})`;
}

export function toCanvas([x, y]: Point, { axes: { column, row }, origin }: Placing): Point {
  return [origin[0] + x * column[0] + y * row[0], origin[1] + x * column[1] + y * row[1]];
}

/** How far a movement on the canvas is in the picture, in pixels. */
export function toPixels([right, down]: Point, { axes: { column, row } }: Placing): Point {
  const size = column[0] * row[1] - column[1] * row[0];
  return [(right * row[1] - down * row[0]) / size, (down * column[0] - right * column[1]) / size];
}

/** CSS pixels of one pixel of the picture. */
export function sizeOfPixel({ axes: { column } }: Placing): number {
  return Math.hypot(...column);
}
