import { numbers, number, text, texts, type DicomJson } from "./json";
import { frameDuration } from "./timing";
import { displaySpacing, spacingOf, type Spacing } from "./spacing";
import { TAG } from "./tags";
import { vectorOfLetters, type Vector } from "../logic/orientation";

export interface FileWindow {
  center: number;
  width: number;
  name: string;
}

/** What the overlays and the controls need to know of one frame. */
export interface FrameInfo {
  instanceUid: string;
  frame: number;
  instanceNumber: number | undefined;
  modality: string;
  seriesNumber: number | undefined;
  seriesDescription: string;
  date: string;
  rows: number;
  columns: number;
  colour: boolean;
  monochrome1: boolean;
  windows: FileWindow[];
  /** Stored values that mean "no measurement", both ends included, in modality units. */
  padding: [number, number] | null;
  /** Patient directions of growing column and growing row; null where the file does not say. */
  directions: { row: Vector; column: Vector } | null;
  spacing: Spacing | null;
  /** Distances for drawing: the calibration, else the pixel aspect ratio. */
  rowSpacing: number;
  columnSpacing: number;
  lossy: boolean;
  durationMs: number | null;
}

/** `header` is a frame's flat DICOM JSON. */
export function frameInfo(instanceUid: string, frame: number, header: DicomJson): FrameInfo {
  const photometric = text(header, TAG.PhotometricInterpretation);
  const [rowSpacing, columnSpacing] = displaySpacing(header);
  return {
    instanceUid,
    frame,
    instanceNumber: number(header, TAG.InstanceNumber),
    modality: text(header, TAG.Modality),
    seriesNumber: number(header, TAG.SeriesNumber),
    seriesDescription: text(header, TAG.SeriesDescription),
    date: isoDay(text(header, TAG.SeriesDate) || text(header, TAG.StudyDate)),
    rows: number(header, TAG.Rows) ?? 0,
    columns: number(header, TAG.Columns) ?? 0,
    colour: (number(header, TAG.SamplesPerPixel) ?? 1) > 1 || photometric === "PALETTE COLOR",
    monochrome1: photometric === "MONOCHROME1",
    windows: fileWindows(header),
    padding: paddingOf(header),
    directions: directionsOf(header),
    spacing: spacingOf(header),
    rowSpacing,
    columnSpacing,
    lossy: text(header, TAG.LossyImageCompression) === "01",
    durationMs: frameDuration(header, frame),
  };
}

function fileWindows(header: DicomJson): FileWindow[] {
  const centers = numbers(header, TAG.WindowCenter);
  const widths = numbers(header, TAG.WindowWidth);
  const names = texts(header, TAG.WindowCenterWidthExplanation);
  return centers.flatMap((center, index) => {
    const width = widths[index];
    return width !== undefined && width > 0 ? [{ center, width, name: names[index] ?? "" }] : [];
  });
}

/** Pixel padding (PS3.3 C.7.5.1.1.2) in modality units. */
function paddingOf(header: DicomJson): [number, number] | null {
  const value = number(header, TAG.PixelPaddingValue);
  if (value === undefined) return null;
  const limit = number(header, TAG.PixelPaddingRangeLimit) ?? value;
  const slope = number(header, TAG.RescaleSlope) ?? 1;
  const intercept = number(header, TAG.RescaleIntercept) ?? 0;
  const ends = [value * slope + intercept, limit * slope + intercept];
  return [Math.min(...ends), Math.max(...ends)];
}

function directionsOf(header: DicomJson): FrameInfo["directions"] {
  const cosines = numbers(header, TAG.ImageOrientationPatient);
  const [a, b, c, d, e, f] = cosines;
  if (cosines.length === 6 && cosines.some((value) => value !== 0)) {
    return { row: [a ?? 0, b ?? 0, c ?? 0], column: [d ?? 0, e ?? 0, f ?? 0] };
  }
  const [first = "", second = ""] = texts(header, TAG.PatientOrientation);
  const row = vectorOfLetters(first);
  const column = vectorOfLetters(second);
  return row && column ? { row, column } : null;
}

function isoDay(day: string): string {
  return /^\d{8}$/.test(day) ? `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}` : "";
}
