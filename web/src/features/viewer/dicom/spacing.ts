import { items, number, numbers, type DicomJson } from "./json";
import { TAG } from "./tags";

/** Distance between rows and between columns in mm, and where that holds. */
export interface Spacing {
  row: number;
  column: number;
  at: "patient" | "detector" | "film";
}

const CENTIMETRES = 3; // PS3.3 C.8.5.5.1.15
const BEYOND = 2; // pixels, as the server allows

/** Calibration of a frame; null where the file has none. */
export function spacingOf(header: DicomJson): Spacing | null {
  return (
    pair(header, TAG.PixelSpacing, "patient") ??
    pair(header, TAG.ImagerPixelSpacing, "detector") ??
    pair(header, TAG.NominalScannedPixelSpacing, "film") ??
    ultrasound(header)
  );
}

/** Row and column distance for drawing: calibration, else the pixel aspect ratio, else square. */
export function displaySpacing(header: DicomJson): [number, number] {
  const spacing = spacingOf(header);
  if (spacing) return [spacing.row, spacing.column];
  const [vertical, horizontal] = numbers(header, TAG.PixelAspectRatio);
  return vertical && horizontal && vertical > 0 && horizontal > 0
    ? [vertical / horizontal, 1]
    : [1, 1];
}

function pair(header: DicomJson, tag: string, at: Spacing["at"]): Spacing | null {
  const [row, column] = numbers(header, tag);
  return row && column && row > 0 && column > 0 ? { row, column, at } : null;
}

function ultrasound(header: DicomJson): Spacing | null {
  for (const region of items(header, TAG.SequenceOfUltrasoundRegions)) {
    const column = Math.abs(number(region, TAG.PhysicalDeltaX) ?? 0) * 10;
    const row = Math.abs(number(region, TAG.PhysicalDeltaY) ?? 0) * 10;
    const inCentimetres =
      number(region, TAG.PhysicalUnitsXDirection) === CENTIMETRES &&
      number(region, TAG.PhysicalUnitsYDirection) === CENTIMETRES;
    if (inCentimetres && row > 0 && column > 0 && fits(region, header)) return { row, column, at: "patient" };
  }
  return null;
}

/** A region that reaches beyond the picture is that of another one: it was made smaller after it was calibrated. */
function fits(region: DicomJson, header: DicomJson): boolean {
  const [right, bottom] = [number(region, TAG.RegionLocationMaxX1) ?? 0, number(region, TAG.RegionLocationMaxY1) ?? 0];
  const [columns, rows] = [number(header, TAG.Columns), number(header, TAG.Rows)];
  return right < (columns ?? Infinity) + BEYOND && bottom < (rows ?? Infinity) + BEYOND;
}
