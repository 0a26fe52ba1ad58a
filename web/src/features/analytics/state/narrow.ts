import type { Assertion, CaseGroup, FilterName, FindingLevel } from "../../../gql/graphql";
import { type Condition, FINDINGS, formatCondition } from "../../search/state/conditions";
import { hasPicture, type SearchState } from "../../search/state/searchState";
import { filterOf } from "./levels";
import type { Asked } from "./useAnalytics";

const FILTER_OF_GROUP: Record<CaseGroup, FilterName> = {
  YEAR: "DATE",
  MONTH: "MONTH",
  AGE: "AGE",
  SEX: "SEX",
};

/** What a mark of a chart stands for: a finding said in some way, a group of cases, or both. */
export type Mark = { name: FilterName; value: string };

export function findingMark(by: FindingLevel, key: string, assertion: Assertion): Mark {
  const value = assertion === "PRESENT" ? key : `${assertion.toLowerCase()}:${key}`;
  return { name: filterOf(by), value };
}

export function groupMark(group: CaseGroup, value: string): Mark {
  return { name: FILTER_OF_GROUP[group], value };
}

/**
 * The search with these marks required as well. Values of one filter are alternatives, so a finding
 * beside another of its kind is written so that both are required; a group of cases takes the place
 * of what was asked of that filter before.
 */
export function narrowed(search: SearchState, marks: readonly Mark[]): SearchState {
  return { ...search, conditions: marks.reduce(withMark, search.conditions) };
}

/** A picture's neighbours stay those that were chosen: marks narrow among them. */
export function narrowedSet({ search, view }: Asked, marks: readonly Mark[]): Asked {
  if (!hasPicture(search)) return { view, search: narrowed(search, marks) };
  return { search, view: { ...view, among: marks.reduce(withMark, view.among) } };
}

/** One search for what is counted; it seeks neighbours among all such cases. */
export function searchOf({ search, view }: Asked): SearchState {
  return { ...search, conditions: [...search.conditions, ...view.among] };
}

function withMark(conditions: Condition[], { name, value }: Mark): Condition[] {
  if (!FINDINGS.has(name)) {
    const others = conditions.filter((one) => one.name !== name);
    return [...others, { kind: "value", name, value, excluded: false }];
  }
  const has = conditions.some((one) => one.kind === "value" && one.name === name && !one.excluded);
  const next: Condition = { kind: "value", name, value, excluded: false, ...(has && { required: true }) };
  const known = new Set(conditions.map((one) => stem(formatCondition(one))));
  return known.has(stem(formatCondition(next))) ? conditions : [...conditions, next];
}

/** The same finding, required or not, is one. */
function stem(form: string): string {
  return form.replace(/^\+/, "");
}
