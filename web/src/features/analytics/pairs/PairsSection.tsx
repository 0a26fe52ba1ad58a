import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Chart } from "../charts/Chart";
import { heatmap, type PairAct } from "../charts/pairsChart";
import { countOf } from "../logic/assertions";
import { ratio, whole } from "../logic/numbers";
import { type Pairs, pairsQuery } from "../queries";
import { keyText, levelText } from "../state/levels";
import { findingMark } from "../state/narrow";
import { within } from "../state/view";
import { aboutQuery, useAnalysis } from "../ui/context";
import { Count } from "../ui/Count";
import { RowTable } from "../ui/RowTable";
import classes from "../ui/RowTable.module.css";
import { type ExportFile, Section } from "../ui/Section";

/** Which findings occur together in one case. */
export function PairsSection() {
  const { set, view } = useAnalysis();
  const of = { by: view.by, within: within(view), assertion: view.assertion };
  const answer = useQuery(pairsQuery(set, of));
  const { data } = answer;
  return (
    <Section
      title="What occurs together"
      totals={data && <Totals data={data} />}
      method={<Method />}
      file={useFile(data, of)}
      answer={answer}
    >
      {data && data.keys.length > 1 && <PairsChart data={data} />}
      {data && <PairsTable data={data} />}
    </Section>
  );
}

function Totals({ data }: { data: Pairs }) {
  const { view } = useAnalysis();
  const shown = data.keys.length;
  return (
    <>
      The {shown} most frequent of {levelText(view.by, shown + data.moreKeys)} {view.assertion.toLowerCase()}, among{" "}
      <strong>{whole(data.reportedCases)}</strong> cases with a report of {whole(data.totalCases)}.
    </>
  );
}

function PairsChart({ data }: { data: Pairs }) {
  const { view, filter } = useAnalysis();
  const draw = useMemo(() => heatmap(data, view.assertion), [data, view.assertion]);
  const onAct = ({ keys }: PairAct) => filter(keys.map((key) => findingMark(view.by, key, view.assertion)));
  return (
    <>
      <Chart
        label="Grid of findings against findings by number of cases with both. The table below says the same."
        height={90 + data.keys.length * 30}
        draw={draw}
        onAct={onAct}
      />
      <Text size="sm" c="dimmed">
        Cases with both; the farther from the ground, the more. A click asks for both.
      </Text>
    </>
  );
}

function PairsTable({ data }: { data: Pairs }) {
  const { view, filter } = useAnalysis();
  const rows = new Map(data.keys.map((row) => [row.key, row]));
  const mark = (key: string) => findingMark(view.by, key, view.assertion);
  const cases = (key: string) => {
    const row = rows.get(key);
    return row ? countOf(row, view.assertion) : 0;
  };
  if (data.pairs.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        There are no two findings here to compare.
      </Text>
    );
  }
  return (
    <RowTable
      caption="Pairs of findings in one case"
      rows={data.pairs}
      all={`${whole(data.pairs.length)} pairs`}
      head={
        <tr>
          <th scope="col">one</th>
          <th scope="col">other</th>
          <th scope="col" className={classes.number}>both</th>
          <th scope="col" className={classes.number}>one</th>
          <th scope="col" className={classes.number}>other</th>
          <th scope="col" className={classes.number}>lift</th>
        </tr>
      }
    >
      {({ one, other, cases: both, lift }) => (
        <tr key={`${one} ${other}`}>
          <Named id={one} description={rows.get(one)?.description ?? ""} />
          <Named id={other} description={rows.get(other)?.description ?? ""} />
          <Count cases={both} label={`${keyText(one)} and ${keyText(other)}`} onFilter={() => filter([mark(one), mark(other)])} />
          <td className={classes.number}>{whole(cases(one))}</td>
          <td className={classes.number}>{whole(cases(other))}</td>
          <td className={classes.number}>{ratio(lift)}</td>
        </tr>
      )}
    </RowTable>
  );
}

function Named({ id, description }: { id: string; description: string }) {
  return (
    <td className={classes.key}>
      <span className={classes.code}>{keyText(id)}</span>{" "}
      {description}
    </td>
  );
}

function useFile(data: Pairs | undefined, of: object): ExportFile | null {
  const analysis = useAnalysis();
  const { view, set } = analysis;
  if (!data) return null;
  const count = new Map(data.keys.map((row) => [row.key, countOf(row, view.assertion)]));
  const name = new Map(data.keys.map((row) => [row.key, row.description]));
  return {
    name: `similis-pairs-${view.by.toLowerCase()}`,
    rows: {
      columns: ["one", "one_description", "other", "other_description", "cases_with_both", "cases_with_one", "cases_with_other", "lift"],
      rows: data.pairs.map(({ one, other, cases, lift }) => [
        one,
        name.get(one) ?? "",
        other,
        name.get(other) ?? "",
        cases,
        count.get(one) ?? 0,
        count.get(other) ?? 0,
        lift,
      ]),
    },
    about: {
      assertion: view.assertion.toLowerCase(),
      keys_not_shown: data.moreKeys,
      total_cases: data.totalCases,
      cases_with_report: data.reportedCases,
      ...aboutQuery(analysis, set, of),
    },
  };
}

function Method() {
  return (
    <p>
      Cases whose reports speak of both in the way that is counted. Lift is that number by the one to expect if the two were
      independent: cases with one × cases with the other / cases with a report. The diagonal of the grid has the cases of each
      finding; they are not shaded.
    </p>
  );
}
