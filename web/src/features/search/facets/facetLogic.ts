import type { FacetsQuery } from "../../../gql/graphql";
import { type Condition, hasValue } from "../state/conditions";

export type Facet = FacetsQuery["facets"][number];
export type FacetValue = Facet["values"][number];

export const SHOWN_AT_FIRST = 6;
const SEARCHABLE_FROM = 12;

/** Worth a place: there is a choice to make, or one was made. */
export function isUseful(facet: Facet, conditions: readonly Condition[]): boolean {
  return facet.values.length > 0 || conditions.some(({ name }) => name === facet.name);
}

export function isSearchable(facet: Facet): boolean {
  return facet.values.length + facet.more >= SEARCHABLE_FROM;
}

/** Values to list: those asked for always, then the largest; years and ages in their own order. */
export function shownValues(
  facet: Facet,
  conditions: readonly Condition[],
  { needle = "", all = false } = {},
): FacetValue[] {
  const found = facet.values.filter(
    (value) => matches(value, needle) || hasValue(conditions, facet.name, value.value),
  );
  const kept = all || needle ? found : firstOf(found, facet, conditions);
  return isOrdered(facet) ? [...kept].sort(byValue(facet)) : kept;
}

/** How many values "show all" would add. */
export function hiddenCount(facet: Facet, shown: readonly FacetValue[]): number {
  return facet.values.length - shown.length;
}

function firstOf(
  values: FacetValue[],
  facet: Facet,
  conditions: readonly Condition[],
): FacetValue[] {
  return values.filter(
    (value, place) => place < SHOWN_AT_FIRST || hasValue(conditions, facet.name, value.value),
  );
}

function matches(value: FacetValue, needle: string): boolean {
  const wanted = needle.trim().toLowerCase();
  return !wanted || `${value.label} ${value.value}`.toLowerCase().includes(wanted);
}

function isOrdered(facet: Facet): boolean {
  return facet.kind === "NUMBER" || facet.kind === "DATE";
}

/** Ages upwards, the newest year first. */
function byValue(facet: Facet): (one: FacetValue, other: FacetValue) => number {
  const sign = facet.kind === "DATE" ? -1 : 1;
  return (one, other) => sign * (parseFloat(one.value) - parseFloat(other.value));
}
