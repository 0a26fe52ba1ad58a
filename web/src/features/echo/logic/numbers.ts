import { curveOf, HEARTS, median } from "./curve";
import { type Beat, EJECTION_FRACTION, type Heart, measured, type MeasurementData } from "./heart";
import { type Method, shapeOf, volumeOf } from "./ventricle";

/** Of one beat; null where it is not known. Volumes are in the unit of the species. */
export type BeatNumbers = {
  beat: Beat;
  ef: number | null;
  edv: number | null;
  esv: number | null;
  /** Beats a minute, by the time to the next end-diastole. */
  rate: number | null;
};
export type Column = "ef" | "edv" | "esv" | "rate";
export type Summary = { median: number; least: number; most: number; count: number };

/** By the formulas of the server, for contours that it has not seen yet. */
export function beatNumbers(heart: Heart, method: Method): BeatNumbers[] {
  const { scale, species } = heart;
  const sizes = heart.ventricles.map((found) => found && volumeOf(shapeOf(found, scale), method));
  const curve = curveOf(sizes, heart.timesMs, species, heart.edited);
  const factor = HEARTS[species].perMl;
  return heart.beats.map((beat) => {
    const [full, empty] = [curve[beat.endDiastole] ?? null, curve[beat.endSystole] ?? null];
    const both = full !== null && empty !== null;
    return {
      beat,
      ef: both && full > 0 ? ((full - empty) / full) * 100 : null,
      edv: both && scale.known ? full * factor : null,
      esv: both && scale.known ? empty * factor : null,
      rate: rateOf(beat, heart.timesMs),
    };
  });
}

const NAMES = { ef: EJECTION_FRACTION, edv: "end_diastolic_volume", esv: "end_systolic_volume" } as const;

/** The same with the server's own values, where it gives one for every beat. */
export function toldNumbers(heart: Heart, method: Method, rows: readonly MeasurementData[]): BeatNumbers[] {
  const worked = beatNumbers(heart, method);
  const told = (column: keyof typeof NAMES) => measured(rows, NAMES[column], method)?.perBeat ?? [];
  const rates = ratesOf(worked.length, measured(rows, "heart_rate")?.perBeat ?? []);
  const columns = { ef: told("ef"), edv: told("edv"), esv: told("esv") };
  return worked.map((own, n) => {
    const of = (column: keyof typeof NAMES) =>
      columns[column].length === worked.length ? (columns[column][n] ?? null) : own[column];
    return { ...own, ef: of("ef"), edv: of("edv"), esv: of("esv"), rate: rates ? (rates[n] ?? null) : own.rate };
  });
}

/** Rates are of the times between beats: one less, or as many where the last one is closed. */
function ratesOf(beats: number, told: readonly number[]): readonly number[] | null {
  return told.length > 0 && (told.length === beats || told.length === beats - 1) ? told : null;
}

function rateOf({ endDiastole, end }: Beat, timesMs: readonly number[] | null): number | null {
  const [begin, next] = [timesMs?.[endDiastole], end === null ? undefined : timesMs?.[end]];
  return begin === undefined || next === undefined || next <= begin ? null : 60_000 / (next - begin);
}

/** Median and spread of a column; null without values. A rate is that of the median interval. */
export function summaryOf(beats: readonly BeatNumbers[], column: Column): Summary | null {
  const values = beats.flatMap((one) => one[column] ?? []);
  if (values.length === 0) return null;
  const middle = column === "rate" ? 60_000 / median(values.map((rate) => 60_000 / rate)) : median(values);
  return { median: middle, least: Math.min(...values), most: Math.max(...values), count: values.length };
}

/** Areas by frame in cm², or in pixels without a scale; null where there is no contour. */
export function areasOf(heart: Heart): (number | null)[] {
  const part = heart.scale.known ? 100 : 1;
  return heart.ventricles.map((found) => found && shapeOf(found, heart.scale).areaMm2 / part);
}

/** Whether it is of a single picture: it has sizes, but no beat of its own. */
export function isStill(heart: Heart): boolean {
  return heart.ventricles.length === 1;
}

export const AREA_UNITS: Readonly<Record<string, string>> = { cm2: "cm²", px2: "px²" };

/** Of a still's cavity: "area 32.1 cm²". */
export function areaText(heart: Heart, unit: string): string {
  return `area ${shown(areasOf(heart)[0] ?? null, 1)} ${AREA_UNITS[unit] ?? unit}`;
}

/** Sizes of one picture; those in mm and mL only with a scale. */
export type Sizes = { area: number; lengthMm: number | null; volume: number | null };

/** Of one frame, by the formulas of the server; null where there is no contour. */
export function sizesOf(heart: Heart, frame: number, method: Method): Sizes | null {
  const { scale, species } = heart;
  const found = heart.ventricles[frame];
  if (!found) return null;
  const shape = shapeOf(found, scale);
  return {
    area: shape.areaMm2 / (scale.known ? 100 : 1),
    lengthMm: scale.known ? shape.lengthMm : null,
    volume: scale.known ? volumeOf(shape, method) * HEARTS[species].perMl : null,
  };
}

export function shown(value: number | null, digits = 0): string {
  return value === null || !Number.isFinite(value) ? "–" : value.toFixed(digits);
}
