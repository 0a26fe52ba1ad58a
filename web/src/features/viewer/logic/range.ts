import type { Window } from "./windows";

/** Modality values that become black and white. */
export interface Range {
  lower: number;
  upper: number;
}

/**
 * A window as a range, by the linear function of PS3.3 C.11.2.1.2.1.
 *
 * Narrower than two grey levels (images of fractions) it is the exact one of C.11.2.1.3.2.
 */
export function rangeOf({ center, width }: Window): Range {
  if (width < 2) return { lower: center - width / 2, upper: center + width / 2 };
  return { lower: center - width / 2, upper: center + width / 2 - 1 };
}

export function windowOf({ lower, upper }: Range): Window {
  if (upper - lower < 1) return { center: (lower + upper) / 2, width: upper - lower };
  return { center: (lower + upper + 1) / 2, width: upper - lower + 1 };
}

/** A number of a window for reading: whole where that is exact enough. */
export function shortNumber(value: number): string {
  const digits = Math.abs(value) >= 20 || Number.isInteger(value) ? 0 : 2;
  return String(Number(value.toFixed(digits)));
}
