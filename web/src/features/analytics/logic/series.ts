import type { CaseGroup, FindingLevel } from "../../../gql/graphql";
import type { FindingRow, OneFinding, Spread } from "../queries";
import { findingMark, groupMark, type Mark } from "../state/narrow";
import { keyText, levelOf } from "../state/levels";
import { assertionOf, type Spoken, type SpokenAs, SPOKEN, saidOf } from "./assertions";
import { axisOf, sexText } from "./groups";
import type { Rows } from "./exportFile";

/** One value of a line or bar: cases out of those with a report, and what a click asks for. */
export type Point = { group: string; cases: number; reported: number; marks: Mark[] };
/** `name` is short, for legends; `title` says all. */
export type Series = { name: string; title: string; said: Spoken; points: Point[] };
export type SeriesTable = { axis: string[]; series: Series[]; unknown: number; total: number };

/** One part of the set, such as women, with what is said of one finding. */
export type Part = { sex: string | null; data: OneFinding };

/** A series for each of the findings that are shown. */
export function byFinding(
  spread: Spread,
  by: FindingLevel,
  group: CaseGroup,
  assertion: SpokenAs,
): SeriesTable {
  const series = spread.keys.map(({ key, description }, place) => ({
    name: keyText(key),
    title: `${keyText(key)} ${description}, ${assertion.toLowerCase()}`,
    said: saidOf(assertion),
    points: spread.groups.map(({ name, reportedCases, counts }) => ({
      group: name,
      cases: counts[place]?.cases ?? 0,
      reported: reportedCases,
      marks: [findingMark(by, key, assertion), groupMark(group, name)],
    })),
  }));
  const axis = axisOf(group, spread.groups.map(({ name }) => name));
  return { axis, series, unknown: spread.unknown, total: spread.totalCases };
}

/** A series for each way in which one finding is spoken of. */
export function byAssertion(data: OneFinding, key: string, group: CaseGroup): SeriesTable {
  const series = SPOKEN.map((said) => seriesOf({ sex: null, data }, key, group, said, said));
  return tableOf(data, group, series);
}

/** A series for each sex; `all` is the whole set, whose groups make the axis. */
export function bySex(
  all: OneFinding,
  parts: readonly Part[],
  key: string,
  group: CaseGroup,
  assertion: SpokenAs,
): SeriesTable {
  const said = saidOf(assertion);
  const series = parts
    .filter(({ data }) => data.present.totalCases > 0)
    .map((part) => seriesOf(part, key, group, said, sexText(part.sex ?? "")));
  return tableOf(all, group, series);
}

/** The rows behind a spread of one finding: every part and group with all four counts apart. */
export function rowsOfParts(parts: readonly Part[], group: CaseGroup): Rows {
  const rows = parts.flatMap(({ sex, data }) =>
    data.present.groups.map(({ name, cases, reportedCases }) => [
      name,
      ...(sex === null ? [] : [sex]),
      ...SPOKEN.map((said) => countIn(data, said, name)),
      reportedCases,
      cases,
    ]),
  );
  const isSplit = parts.some(({ sex }) => sex !== null);
  const first = [group.toLowerCase(), ...(isSplit ? ["sex"] : [])];
  return { columns: [...first, ...SPOKEN, "cases_with_report", "cases"], rows };
}

/** The rows behind a spread of several findings. */
export function rowsOfSpread(spread: Spread, group: CaseGroup): Rows {
  const rows = spread.groups.flatMap(({ name, cases, reportedCases, counts }) =>
    spread.keys.map(({ key, description }, place) => [
      name,
      key,
      description,
      counts[place]?.cases ?? 0,
      reportedCases,
      cases,
    ]),
  );
  const columns = ["key", "description", "cases_that_have_it", "cases_with_report", "cases"];
  return { columns: [group.toLowerCase(), ...columns], rows };
}

export function topKey(rows: readonly FindingRow[]): string {
  return rows[0]?.key ?? "";
}

function tableOf(all: OneFinding, group: CaseGroup, series: Series[]): SeriesTable {
  const { groups, unknown, totalCases } = all.present;
  return { axis: axisOf(group, groups.map(({ name }) => name)), series, unknown, total: totalCases };
}

function seriesOf(
  { sex, data }: Part,
  key: string,
  group: CaseGroup,
  said: Spoken,
  name: string,
): Series {
  const sexMark: Mark[] = sex === null || group === "SEX" ? [] : [groupMark("SEX", sex)];
  const finding = findingMark(levelOf(key), key, assertionOf(said));
  const points = data.present.groups.map((one) => ({
    group: one.name,
    cases: countIn(data, said, one.name),
    reported: one.reportedCases,
    marks: [finding, groupMark(group, one.name), ...sexMark],
  }));
  const title = [keyText(key), said, sex === null ? "" : sexText(sex)].filter(Boolean).join(", ");
  return { name, title, said, points };
}

function countIn(data: OneFinding, said: Spoken, group: string): number {
  const groups = data[said].groups;
  return groups.find(({ name }) => name === group)?.counts[0]?.cases ?? 0;
}

