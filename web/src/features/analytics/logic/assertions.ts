import type { Assertion, FindingCountsFragment } from "../../../gql/graphql";

export type Said = Lowercase<Assertion>;

/** The four that charts can count; the two others are in the table of findings. */
export type Spoken = "present" | "absent" | "uncertain" | "historical";
export type SpokenAs = Uppercase<Spoken>;
export const SPOKEN: readonly Spoken[] = ["present", "absent", "uncertain", "historical"];

/** In the order in which they are shown. */
export const SAID: readonly Said[] = [
  "present",
  "absent",
  "uncertain",
  "historical",
  "hypothetical",
  "family",
];

export const MEANING: Record<Said, string> = {
  present: "A report says that it is there",
  absent: "A report says that it is not there",
  uncertain: "A report says that it may be there",
  historical: "A report says that it was there",
  hypothetical: "A report thinks of it, without seeing it",
  family: "A report names it of a relative",
};

export function assertionOf<One extends Said>(said: One): Uppercase<One> {
  return said.toUpperCase() as Uppercase<One>;
}

export function saidOf<One extends Assertion>(assertion: One): Lowercase<One> {
  return assertion.toLowerCase() as Lowercase<One>;
}

export function countOf(row: FindingCountsFragment, assertion: Assertion): number {
  return row[saidOf(assertion)];
}
