import { useQueries, useQuery } from "@tanstack/react-query";
import { byAssertion, byFinding, bySex, type Part, rowsOfParts, rowsOfSpread, type SeriesTable } from "../logic/series";
import type { Rows } from "../logic/exportFile";
import { type CaseSet, type FindingRow, oneFindingQuery, spreadQuery } from "../queries";
import { within } from "../state/view";
import { useAnalysis } from "../ui/context";

const SEXES = ["F", "M", "O"];

export type SpreadAnswer = {
  table: SeriesTable | null;
  rows: Rows | null;
  keys: readonly FindingRow[];
  moreKeys: number;
  /** Cases that a split by sex leaves out. */
  withoutSex: number;
  isPending: boolean;
  isPlaceholderData: boolean;
  error: Error | null;
  refetch: () => unknown;
};

/** Several findings over groups. */
export function useFindings(enabled: boolean): SpreadAnswer {
  const { set, view } = useAnalysis();
  const of = { by: view.by, within: within(view), assertion: view.assertion };
  const answer = useQuery({ ...spreadQuery(set, of, view.group), enabled });
  const { data } = answer;
  return {
    table: data ? byFinding(data, view.by, view.group, view.assertion) : null,
    rows: data ? rowsOfSpread(data, view.group) : null,
    keys: data?.keys ?? [],
    moreKeys: data?.moreKeys ?? 0,
    withoutSex: 0,
    isPending: answer.isPending,
    isPlaceholderData: answer.isPlaceholderData,
    error: answer.error,
    refetch: answer.refetch,
  };
}

/** One finding over groups: by what is said of it, or by sex. */
export function useOneFinding(key: string, split: "assertion" | "sex"): SpreadAnswer {
  const { set, view } = useAnalysis();
  const isBySex = split === "sex";
  const all = useQuery(oneFindingQuery(set, key, view.group));
  const enabled = isBySex && key !== "";
  const parts = useQueries({
    queries: SEXES.map((sex) => ({ ...oneFindingQuery(ofSex(set, sex), key, view.group), enabled })),
  });
  const needed = isBySex ? [all, parts].flat() : [all];
  const made = isBySex ? partsOf(parts.map(({ data }) => data)) : null;
  return {
    table: tableOf(),
    rows: rowsOf(),
    keys: all.data?.present.keys ?? [],
    moreKeys: 0,
    withoutSex: made && all.data ? all.data.present.totalCases - casesOf(made) : 0,
    isPending: needed.some(({ isPending }) => isPending),
    isPlaceholderData: needed.some(({ isPlaceholderData }) => isPlaceholderData),
    error: needed.find(({ error }) => error)?.error ?? null,
    refetch: () => Promise.all(needed.map((one) => one.refetch())),
  };

  function tableOf(): SeriesTable | null {
    if (!all.data) return null;
    if (!isBySex) return byAssertion(all.data, key, view.group);
    return made && bySex(all.data, made, key, view.group, view.assertion);
  }

  function rowsOf(): Rows | null {
    if (!all.data) return null;
    if (!isBySex) return rowsOfParts([{ sex: null, data: all.data }], view.group);
    return made && rowsOfParts(made, view.group);
  }
}

/** Of a picture the neighbours stay the same. */
function ofSex(set: CaseSet, sex: string): CaseSet {
  return { ...set, among: [...set.among, { name: "SEX", anyOf: [sex] }] };
}

function casesOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { data }) => sum + data.present.totalCases, 0);
}

function partsOf(answers: readonly (Part["data"] | undefined)[]): Part[] | null {
  const parts = answers.flatMap((data, place) => (data ? [{ sex: SEXES[place] ?? "", data }] : []));
  return parts.length === SEXES.length ? parts.filter(({ data }) => data.present.totalCases > 0) : null;
}
