/** Plane geometry of closed lines; the same formulas as on the server, so that numbers can follow a hand. */

/** x to the right, y downwards. In pictures the middle of the first pixel is [0, 0]. */
export type Point = readonly [number, number];
export type Line = readonly Point[];

/** Of a pixel in mm; not `known`: only its form is (the unit is its height). */
export type Scale = { xMm: number; yMm: number; known: boolean };

/** x, y, x, y … as points. */
export function pointsOf(flat: readonly number[]): Point[] {
  return Array.from({ length: Math.floor(flat.length / 2) }, (_, n) => [flat[2 * n] ?? 0, flat[2 * n + 1] ?? 0]);
}

export function flatOf(line: Line): number[] {
  return line.flatMap(([x, y]) => [round(x), round(y)]);
}

export function toMm([x, y]: Point, scale: Scale): Point {
  return [x * scale.xMm, y * scale.yMm];
}

export function middle(a: Point, b: Point): Point {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** Each point with the one after it, around. */
function sides(line: Line): [Point, Point][] {
  return line.map((point, n) => [point, line[(n + 1) % line.length] ?? point]);
}

/** The area inside (shoelace formula). */
export function area(line: Line): number {
  const twice = sides(line).reduce((sum, [a, b]) => sum + a[0] * b[1] - b[0] * a[1], 0);
  return Math.abs(twice) / 2;
}

export function perimeter(line: Line): number {
  return sides(line).reduce((sum, [a, b]) => sum + distance(a, b), 0);
}

/**
 * How wide the inside of a line is across the axis from `begin` to `end`, at parts of it (0 to 1).
 *
 * Where a crossing line leaves the inside and enters it again, the parts inside are added.
 */
export function widths(line: Line, begin: Point, end: Point, places: readonly number[]): number[] {
  const size = distance(begin, end);
  const along: Point = [(end[0] - begin[0]) / size, (end[1] - begin[1]) / size];
  const turned = line.map(([x, y]): Point => {
    const [dx, dy] = [x - begin[0], y - begin[1]];
    return [dx * along[0] + dy * along[1], dy * along[0] - dx * along[1]];
  });
  const edges = sides(turned);
  return places.map((part) => {
    const place = part * size;
    const at = edges
      .filter(([a, b]) => a[0] <= place !== b[0] <= place)
      .map(([a, b]) => a[1] + ((place - a[0]) / (b[0] - a[0])) * (b[1] - a[1]))
      .sort((a, b) => a - b);
    return at.reduce((sum, value, n) => sum + (n % 2 ? value : -value), 0);
  });
}

/** A line as an SVG path. */
export function pathOf(line: Line): string {
  if (line.length === 0) return "";
  return `M${line.map(([x, y]) => `${round(x)} ${round(y)}`).join("L")}Z`;
}

/** A line from end to end as an SVG path. */
export function openPathOf(line: Line): string {
  return pathOf(line).replace(/Z$/, "");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
