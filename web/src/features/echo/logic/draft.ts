import type { HeartCorrectionInput } from "../../../gql/graphql";
import { flatOf, type Point } from "./geometry";
import { fits, moved, scaled } from "./edit";
import type { Beat, Heart } from "./heart";
import type { Ventricle } from "./ventricle";

/** What a person has drawn or chosen so far; `past` is what can be undone, the latest last. */
export type Draft = {
  start: Heart;
  contours: ReadonlyMap<number, Ventricle>;
  /** Null: as they were. */
  beats: readonly Beat[] | null;
  /** An end of a first beat whose other end is not chosen yet. */
  loose: Partial<Record<End, number>>;
  past: readonly Step[];
};
type Step = Pick<Draft, "contours" | "beats" | "loose">;
export type End = "endDiastole" | "endSystole";

/** Begins with a reading; what its author drew stays part of it. */
export function begun(start: Heart, choseBeats: boolean): Draft {
  const drawn = [...start.edited].flatMap((frame): [number, Ventricle][] => {
    const found = start.ventricles[frame];
    return found ? [[frame, found]] : [];
  });
  return { start, contours: new Map(drawn), beats: choseBeats ? start.beats : null, loose: {}, past: [] };
}

/** The heart as drafted: numbers are worked out from it. */
export function drafted({ start, contours, beats }: Draft): Heart {
  return {
    ...start,
    ventricles: start.ventricles.map((found, frame) => contours.get(frame) ?? found),
    beats: beats ?? start.beats,
    edited: new Set(contours.keys()),
  };
}

/** Remembers where it is, so that the next change can be undone in one step. */
export function kept(draft: Draft): Draft {
  const { contours, beats, loose, past } = draft;
  return { ...draft, past: [...past, { contours, beats, loose }] };
}

export function undone(draft: Draft): Draft {
  const last = draft.past.at(-1);
  return last ? { ...draft, ...last, past: draft.past.slice(0, -1) } : draft;
}

/** With a point of a frame's contour moved from where it was in `from`; what leaves the picture is not drawn. */
export function withPoint(draft: Draft, frame: number, from: Ventricle, index: number, by: Point): Draft {
  return withContour(draft, frame, moved(from, index, by, draft.start.scale));
}

export function withSize(draft: Draft, frame: number, factor: number): Draft {
  const found = drafted(draft).ventricles[frame];
  return found ? withContour(draft, frame, scaled(found, factor, draft.start.scale)) : draft;
}

function withContour(draft: Draft, frame: number, found: Ventricle): Draft {
  if (!fits(found, draft.start.rows, draft.start.columns)) return draft;
  return { ...draft, contours: new Map(draft.contours).set(frame, found) };
}

/** This frame as an end of the nearest beat; without any beat both ends make the first. */
export function withEnd(draft: Draft, end: End, frame: number): Draft {
  const beats = draft.beats ?? draft.start.beats;
  if (beats.length === 0) return withFirst({ ...draft, loose: { ...draft.loose, [end]: frame } });
  const far = beats.map((beat) => Math.abs(beat[end] - frame));
  const which = far.indexOf(Math.min(...far));
  return { ...draft, beats: inOrder(beats.map((beat, n) => (n === which ? { ...beat, [end]: frame } : beat))) };
}

function withFirst(draft: Draft): Draft {
  const { endDiastole, endSystole } = draft.loose;
  if (endDiastole === undefined || endSystole === undefined || endDiastole === endSystole) return draft;
  return { ...draft, loose: {}, beats: [{ endDiastole, endSystole, end: null }] };
}

/** In time; each ends where the next one begins. */
function inOrder(beats: readonly Beat[]): Beat[] {
  const ordered = [...beats].sort((a, b) => a.endDiastole - b.endDiastole);
  return ordered.map((beat, n) => ({ ...beat, end: ordered[n + 1]?.endDiastole ?? null }));
}

/** Why it cannot be saved yet; "" where it can. */
export function obstacle(draft: Draft): string {
  if (draft.past.length === 0) return "Nothing is changed yet.";
  const { beats, ventricles } = drafted(draft);
  if (draft.loose.endDiastole !== undefined) return "Choose end-systole, too.";
  if (draft.loose.endSystole !== undefined) return "Choose end-diastole, too.";
  if (beats.some(({ endDiastole, endSystole }) => endDiastole === endSystole)) {
    return "End-diastole and end-systole are two frames.";
  }
  const bare = beats.some((beat) => !ventricles[beat.endDiastole] || !ventricles[beat.endSystole]);
  return bare ? "There is no contour in a frame that was chosen." : "";
}

export function correctionInput(instanceUid: string, { contours, beats }: Draft, comment: string): HeartCorrectionInput {
  return {
    instanceUid,
    contours: [...contours].map(([frame, { line, base }]) => ({ frame, line: flatOf(line), base: flatOf(base) })),
    beats: (beats ?? []).map(({ endDiastole, endSystole }) => ({ endDiastole, endSystole })),
    comment,
  };
}
