import { SegmentedControl, Text } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import { Chart } from "../charts/Chart";
import { assertionBars, BARS, type OverviewAct, treemap } from "../charts/overviewChart";
import { assertionOf, countOf, SAID } from "../logic/assertions";
import { percent, whole } from "../logic/numbers";
import type { Overview } from "../queries";
import { levelName, levelText } from "../state/levels";
import { findingMark } from "../state/narrow";
import { canDrill, type Drawn, drillInto, within } from "../state/view";
import { aboutQuery, useAnalysis } from "../ui/context";
import { type ExportFile, Section } from "../ui/Section";
import { OverviewTable } from "./OverviewTable";

type Props = { answer: UseQueryResult<Overview> };

const DRAWN: { value: Drawn; label: string }[] = [
  { value: "map", label: "Map" },
  { value: "bars", label: "Bars by what is said" },
];

/** Which findings there are, level by level. */
export function OverviewSection({ answer }: Props) {
  const { view, look } = useAnalysis();
  const { data } = answer;
  return (
    <Section
      title="What the reports find"
      totals={data && <Totals data={data} />}
      controls={
        <SegmentedControl
          size="xs"
          aria-label="Drawn as"
          data={DRAWN}
          value={view.drawn}
          onChange={(drawn) => look((now) => ({ ...now, drawn }))}
        />
      }
      method={<Method />}
      file={useFile(data)}
      answer={answer}
    >
      {data && data.rows.length > 0 && <OverviewChart data={data} />}
      {data && <OverviewTable data={data} />}
    </Section>
  );
}

function Totals({ data: { totalCases, reportedCases, rows } }: { data: Overview }) {
  const { view } = useAnalysis();
  const has = rows.filter((row) => countOf(row, view.assertion) > 0).length;
  return (
    <>
      <strong>{whole(totalCases)}</strong> cases, <strong>{whole(reportedCases)}</strong> with a report (
      {percent(reportedCases, totalCases)}). {levelText(view.by, rows.length)} spoken of, {whole(has)} of them{" "}
      {view.assertion.toLowerCase()}. A case counts once for each.
    </>
  );
}

function OverviewChart({ data }: { data: Overview }) {
  const { view, look, filter } = useAnalysis();
  const { assertion, drawn, by } = view;
  const { rows, reportedCases } = data;
  const draw = useMemo(
    () => (drawn === "map" ? treemap(rows, assertion, reportedCases) : assertionBars(rows, reportedCases)),
    [drawn, rows, assertion, reportedCases],
  );
  const onAct = ({ key, said }: OverviewAct) => {
    if (said === null && canDrill(view)) look((now) => drillInto(now, key));
    else filter([findingMark(by, key, said === null ? assertion : assertionOf(said))]);
  };
  const bars = Math.min(BARS, rows.length);
  const kind = drawn === "map" ? `Map of ${levelText(by, rows.length)} by number of cases` : `Bars of ${levelText(by, bars)} by what is said`;
  return (
    <>
      <Chart label={`${kind}. The table below says the same.`} height={drawn === "map" ? 320 : 70 + bars * 24} draw={draw} onAct={onAct} />
      {drawn === "bars" && rows.length > bars && (
        <Text size="sm" c="dimmed">
          Drawn are the {bars} of {levelText(by, rows.length)} with the most present cases; the table has all.
        </Text>
      )}
      {drawn === "map" && (
        <Text size="sm" c="dimmed">
          {canDrill(view) ? `A click opens a ${levelName(by)}; a number in the table filters.` : "A click filters."} Areas are
          cases; they add up to more than all cases, because one case can have several.
        </Text>
      )}
    </>
  );
}

function useFile(data: Overview | undefined): ExportFile | null {
  const analysis = useAnalysis();
  const { view, set } = analysis;
  if (!data) return null;
  const inside = within(view);
  return {
    name: `similis-findings-${view.by.toLowerCase()}${inside && `-${inside}`}`,
    rows: {
      columns: ["key", "description", ...SAID],
      rows: data.rows.map((row) => [row.key, row.description, ...SAID.map((said) => row[said])]),
    },
    about: {
      by: view.by.toLowerCase(),
      within: inside,
      total_cases: data.totalCases,
      cases_with_report: data.reportedCases,
      ...aboutQuery(analysis, set, { by: view.by, within: inside }),
    },
  };
}

function Method() {
  return (
    <>
      <p>
        A tagger reads each report and notes what it says of each finding: present, absent, uncertain, historical,
        hypothetical, or of a relative. Numbers are distinct cases; a case whose reports both find and deny something counts in
        both columns.
      </p>
      <p>
        ICD-10-CM rolls up: code, category (its first three characters), block, chapter. Shares are of the cases with a report:
        without one, nothing is known. “Absent” means denied in a report, not merely unmentioned.
      </p>
    </>
  );
}
