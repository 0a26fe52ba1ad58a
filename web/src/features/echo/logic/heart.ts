import type { HeartQuery } from "../../../gql/graphql";
import { type Point, pointsOf, type Scale } from "./geometry";
import type { Species } from "./curve";
import type { Method, Ventricle } from "./ventricle";

export type HeartData = HeartQuery["heart"];
export type TraceData = NonNullable<HeartData["trace"]>;
export type StripData = NonNullable<HeartData["strip"]>;
export type MeasurementData = HeartData["measurements"][number];
export type CorrectionData = HeartData["corrections"][number];
export type ThresholdSetData = HeartData["thresholdSets"][number];
export type Note = { code: string; text: string };

/** Frames from 0; `end` is the next end-diastole. */
export type Beat = { endDiastole: number; endSystole: number; end: number | null };

/** Contours and beats of a clip: the machine's, or as a person sees them. */
export type Heart = {
  species: Species;
  rows: number;
  columns: number;
  scale: Scale;
  timesMs: readonly number[] | null;
  /** One a frame; null where there is none. */
  ventricles: readonly (Ventricle | null)[];
  beats: readonly Beat[];
  edited: ReadonlySet<number>;
};

export const EJECTION_FRACTION = "ejection_fraction";

export function heartOf(trace: TraceData, edited: readonly number[] = []): Heart {
  const ventricles = new Array<Ventricle | null>(trace.frames).fill(null);
  for (const { frame, line, apex, base } of trace.contours) {
    const [begin = [0, 0] as Point, end = begin] = pointsOf(base);
    ventricles[frame] = { line: pointsOf(line), apex: pointsOf(apex)[0] ?? begin, base: [begin, end] };
  }
  return {
    species: trace.species === "mouse" ? "mouse" : "human",
    rows: trace.rows,
    columns: trace.columns,
    scale: scaleOf(trace),
    timesMs: trace.frameTimesMs,
    ventricles,
    beats: trace.beats,
    edited: new Set(edited),
  };
}

function scaleOf({ pixelSize, pixelAspect }: TraceData): Scale {
  return pixelSize ? { ...pixelSize, known: true } : { xMm: pixelAspect, yMm: 1, known: false };
}

export const BOTH_PLANES = "biplane_discs";

/** What was measured under a name by a method, or else by any. */
export function measured(
  rows: readonly MeasurementData[],
  name: string,
  method?: Method | typeof BOTH_PLANES,
): MeasurementData | undefined {
  const named = rows.filter((row) => row.name === name);
  return named.find((row) => row.method === method) ?? (method ? undefined : named[0]);
}
