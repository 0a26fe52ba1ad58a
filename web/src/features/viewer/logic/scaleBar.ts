import type { ImageAxes } from "./orientation";

export interface ScaleBar {
  mm: number;
  /** Length on the page in CSS pixels. */
  pixels: number;
  label: string;
}

/** Millimetres that one CSS pixel to the right covers; null where the picture has no extent. */
export function mmPerPixel(
  axes: ImageAxes,
  rowSpacing: number,
  columnSpacing: number,
): number | null {
  const [a, b] = axes.column;
  const [c, d] = axes.row;
  const determinant = a * d - b * c;
  if (!Number.isFinite(determinant) || determinant === 0) return null;
  // The inverse of the matrix [column row] applied to one pixel to the right.
  return Math.hypot((d / determinant) * columnSpacing, (-b / determinant) * rowSpacing);
}

/** The longest bar of 1, 2 or 5 times a power of ten mm that is at most `most` pixels long. */
export function scaleBar(mmInPixel: number, most: number): ScaleBar | null {
  const room = mmInPixel * most;
  if (!Number.isFinite(room) || room <= 0) return null;
  const power = 10 ** Math.floor(Math.log10(room));
  const step = [5, 2, 1].find((factor) => factor * power <= room * (1 + 1e-9)) ?? 1;
  const mm = step * power;
  return { mm, pixels: mm / mmInPixel, label: lengthLabel(mm) };
}

function lengthLabel(mm: number): string {
  if (mm >= 10) return `${String(Math.round(mm) / 10)} cm`;
  if (mm >= 1) return `${String(Math.round(mm))} mm`;
  return `${String(Number((mm * 1000).toPrecision(2)))} µm`;
}
