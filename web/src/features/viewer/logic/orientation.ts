/** Letters at the edges of a picture: which side of the patient lies there. */

export type Vector = readonly [number, number, number];
export type Point = readonly [number, number];

/** Canvas steps in CSS pixels of one more column and one more row: rotation, flip and zoom in one. */
export interface ImageAxes {
  column: Point;
  row: Point;
}

export interface EdgeLetters {
  top: string;
  right: string;
  bottom: string;
  left: string;
}

// Patient coordinates grow to the left, the back and the head (PS3.3 C.7.6.2.1.1).
const LETTERS = [
  ["L", "R"],
  ["P", "A"],
  ["H", "F"],
] as const;
const LEAST_PART = 0.2; // about 12 degrees: a smaller tilt is not worth a letter

/** Letters of a direction, strongest first: [1, 0, 0] is "L". */
export function lettersOf(direction: Vector): string {
  const length = Math.hypot(...direction) || 1;
  return LETTERS.map(([positive, negative], axis) => {
    const part = (direction[axis] ?? 0) / length;
    return { letter: part > 0 ? positive : negative, part: Math.abs(part) };
  })
    .filter(({ part }) => part >= LEAST_PART)
    .sort((a, b) => b.part - a.part)
    .map(({ letter }) => letter)
    .join("");
}

/** Direction of letters such as "L" or "PF" (PS3.3 C.7.6.1.1.1); null for none or for animals' terms. */
export function vectorOfLetters(letters: string): Vector | null {
  if (!/^[LRPAHF]{1,3}$/.test(letters)) return null;
  const vector: [number, number, number] = [0, 0, 0];
  letters.split("").forEach((letter, rank) => {
    const axis = LETTERS.findIndex((pair) => pair.some((one) => one === letter)) as 0 | 1 | 2;
    vector[axis] = (LETTERS[axis][0] === letter ? 1 : -1) / 2 ** rank;
  });
  return vector;
}

/** Letters at the four edges, `row` and `column` being the patient directions of the image's axes. */
export function edgeLetters(axes: ImageAxes, row: Vector, column: Vector): EdgeLetters {
  const across = unit(axes.column);
  const down = unit(axes.row);
  const right = combine(row, across[0], column, down[0]);
  const bottom = combine(row, across[1], column, down[1]);
  return {
    top: lettersOf(negative(bottom)),
    right: lettersOf(right),
    bottom: lettersOf(bottom),
    left: lettersOf(negative(right)),
  };
}

function unit([x, y]: Point): Point {
  const length = Math.hypot(x, y) || 1;
  return [x / length, y / length];
}

function combine(a: Vector, s: number, b: Vector, t: number): Vector {
  return [a[0] * s + b[0] * t, a[1] * s + b[1] * t, a[2] * s + b[2] * t];
}

function negative([x, y, z]: Vector): Vector {
  return [-x, -y, -z];
}
