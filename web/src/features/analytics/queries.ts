import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { execute } from "../../api/graphql";
import type {
  CaseGroup,
  FilterInput,
  FindingCountsFragment,
  FindingEnrichmentQuery,
  FindingPairsQuery,
  FindingsInput,
  FindingsSpreadQuery,
  OneFindingQuery,
  SearchInput,
} from "../../gql/graphql";
import { ENRICHMENT, ONE_FINDING, OVERVIEW, PAIRS, SPREAD } from "./documents";
import { levelOf } from "./state/levels";
import { type View, within } from "./state/view";

export type FindingRow = FindingCountsFragment;
/** The keys of a level, and the one that is looked into. */
export type Overview = {
  totalCases: number;
  reportedCases: number;
  rows: FindingRow[];
  focus: FindingRow | null;
};
export type Spread = FindingsSpreadQuery["analytics"]["spread"];
export type OneFinding = OneFindingQuery["analytics"];
export type Pairs = FindingPairsQuery["analytics"]["cooccurrence"];
export type Enrichment = FindingEnrichmentQuery["analytics"]["enrichment"];
export type EnrichedRow = Enrichment["rows"][number];

/** A set of cases: a search and, for one with a picture, how many neighbours; `among` narrows what was chosen. */
export type CaseSet = { input: SearchInput; neighbours: number; among: FilterInput[] };

export function caseSet(input: SearchInput, neighbours: number, among: FilterInput[]): CaseSet {
  // How hits are grouped changes no count; without it one set has one place in the cache.
  return { input: { ...input, group: "CASE" }, neighbours, among };
}

export function overviewQuery(set: CaseSet, view: View) {
  const inside = within(view);
  const asked = {
    of: { by: view.by, within: inside },
    focus: { by: levelOf(inside), within: inside },
    hasFocus: inside !== "",
  };
  return queryOptions({
    queryKey: ["analytics", "overview", set, asked],
    queryFn: async ({ signal }) => {
      const { overview, focus } = (await execute(OVERVIEW, { ...set, ...asked }, signal)).analytics;
      return { ...overview, focus: focus?.rows[0] ?? null };
    },
    placeholderData: keepPreviousData,
  });
}

export function spreadQuery(set: CaseSet, of: FindingsInput, groupBy: CaseGroup) {
  return queryOptions({
    queryKey: ["analytics", "spread", set, of, groupBy],
    queryFn: async ({ signal }) =>
      (await execute(SPREAD, { ...set, of, groupBy }, signal)).analytics.spread,
    placeholderData: keepPreviousData,
  });
}

/** One finding by group, with all that is said of it. */
export function oneFindingQuery(set: CaseSet, key: string, groupBy: CaseGroup) {
  return queryOptions({
    queryKey: ["analytics", "one", set, key, groupBy],
    queryFn: async ({ signal }) => {
      const of = { by: levelOf(key), keys: [key] };
      const said = {
        present: { ...of, assertion: "PRESENT" },
        absent: { ...of, assertion: "ABSENT" },
        uncertain: { ...of, assertion: "UNCERTAIN" },
        historical: { ...of, assertion: "HISTORICAL" },
      } as const;
      return (await execute(ONE_FINDING, { ...set, ...said, groupBy }, signal)).analytics;
    },
    enabled: key !== "",
    placeholderData: keepPreviousData,
  });
}

export function pairsQuery(set: CaseSet, of: FindingsInput) {
  return queryOptions({
    queryKey: ["analytics", "pairs", set, of],
    queryFn: async ({ signal }) =>
      (await execute(PAIRS, { ...set, of }, signal)).analytics.cooccurrence,
    placeholderData: keepPreviousData,
  });
}

export function enrichmentQuery(set: CaseSet, of: FindingsInput) {
  return queryOptions({
    queryKey: ["analytics", "enrichment", set, of],
    queryFn: async ({ signal }) =>
      (await execute(ENRICHMENT, { ...set, of }, signal)).analytics.enrichment,
    placeholderData: keepPreviousData,
  });
}
