import type { FindingData } from "./findings";

export type Piece = { text: string; marked: boolean };
/** A stretch of text that the same findings are about (none, mostly), in its marked and plain pieces. */
export type Run = { begin: number; findings: FindingData[]; pieces: Piece[] };

/** The report's text cut where findings begin and end. Their places count code points, not UTF-16 units. */
export function runsOf(pieces: readonly Piece[], findings: readonly FindingData[]): Run[] {
  const points = pieces.flatMap(({ text, marked }) => Array.from(text, (sign) => ({ sign, marked })));
  const inText = findings.filter(({ begin, end }) => begin >= 0 && begin < end && end <= points.length);
  const ends = [0, points.length, ...inText.flatMap(({ begin, end }) => [begin, end])];
  const cuts = [...new Set(ends)].sort((one, other) => one - other);
  return cuts.slice(0, -1).map((begin, place) => {
    const end = cuts[place + 1] ?? points.length;
    return {
      begin,
      findings: inText.filter((one) => one.begin <= begin && end <= one.end),
      pieces: joined(points.slice(begin, end)),
    };
  });
}

function joined(points: readonly { sign: string; marked: boolean }[]): Piece[] {
  const pieces: Piece[] = [];
  for (const { sign, marked } of points) {
    const last = pieces.at(-1);
    if (last?.marked === marked) last.text += sign;
    else pieces.push({ text: sign, marked });
  }
  return pieces;
}

/** The search for all cases of which a report says the same. */
export function sameFindingLink({ findingId, assertion }: FindingData): string {
  const value = assertion === "PRESENT" ? findingId : `${assertion.toLowerCase()}:${findingId}`;
  return `/?${new URLSearchParams({ f: `finding:${value}` }).toString()}`;
}

/** "mild, left, lower lobe": what else is said of the finding. */
export function details({ severity, laterality, location }: FindingData): string {
  return [severity, laterality, location].filter(Boolean).join(", ");
}
