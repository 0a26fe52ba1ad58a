import { SegmentedControl, Select, Text } from "@mantine/core";
import { useMemo } from "react";
import type { CaseGroup } from "../../../gql/graphql";
import { Chart } from "../charts/Chart";
import { type SpreadAct, spreadChart } from "../charts/spreadChart";
import { GROUP_NAMES } from "../logic/groups";
import { whole } from "../logic/numbers";
import { topKey } from "../logic/series";
import type { FindingRow } from "../queries";
import { keyText, levelText } from "../state/levels";
import { type Scale, type Split, within } from "../state/view";
import { aboutQuery, useAnalysis } from "../ui/context";
import { type ExportFile, Section } from "../ui/Section";
import { SpreadTable } from "./SpreadTable";
import { type SpreadAnswer, useFindings, useOneFinding } from "./useSpread";

const GROUPS: { value: CaseGroup; label: string }[] = [
  { value: "YEAR", label: "Year" },
  { value: "MONTH", label: "Month" },
  { value: "AGE", label: "Age" },
  { value: "SEX", label: "Sex" },
];
const SCALES: { value: Scale; label: string }[] = [
  { value: "cases", label: "Cases" },
  { value: "share", label: "Share" },
];

type Props = {
  /** Findings to choose one from, the most frequent first. */
  choices: readonly FindingRow[];
  focus: FindingRow | null;
};

/** Findings over time, by age and by sex. */
export function SpreadSection({ choices, focus }: Props) {
  const { view } = useAnalysis();
  const split = splitOf(view.split, view.group);
  const key = view.of ?? (within(view) || topKey(choices));
  const several = useFindings(split === "findings");
  const one = useOneFinding(split === "findings" ? "" : key, split === "sex" ? "sex" : "assertion");
  const answer = split === "findings" ? several : one;
  const known = [...(focus ? [focus] : []), ...choices];
  return (
    <Section
      title={`Findings ${GROUP_NAMES[view.group].title}`}
      totals={<Totals answer={answer} split={split} />}
      controls={<Controls split={split} of={key} known={known} />}
      method={<Method />}
      file={useFile(answer, split, key)}
      answer={answer}
    >
      {answer.table && answer.table.axis.length > 0 && answer.table.series.length > 0 && <SpreadChart answer={answer} split={split} />}
      {answer.table && <SpreadTable table={answer.table} />}
    </Section>
  );
}

/** What cannot be split by sex shows what is said instead. */
function splitOf(split: Split, group: CaseGroup): Split {
  return split === "sex" && group === "SEX" ? "assertion" : split;
}

type ControlProps = { split: Split; of: string; known: readonly FindingRow[] };

function Controls({ split, of, known }: ControlProps) {
  const { view, look } = useAnalysis();
  const splits = [
    { value: "findings" as const, label: "Findings" },
    { value: "assertion" as const, label: "What is said" },
    { value: "sex" as const, label: "Women and men", disabled: view.group === "SEX" },
  ];
  return (
    <>
      <SegmentedControl size="xs" aria-label="Grouped by" data={GROUPS} value={view.group} onChange={(group) => look((now) => ({ ...now, group }))} />
      <SegmentedControl size="xs" aria-label="Told apart by" data={splits} value={split} onChange={(next) => look((now) => ({ ...now, split: next }))} />
      <SegmentedControl size="xs" aria-label="Drawn as numbers or shares" data={SCALES} value={view.scale} onChange={(scale) => look((now) => ({ ...now, scale }))} />
      {split !== "findings" && (
        <Select
          size="xs"
          w={280}
          searchable
          aria-label="The finding that is counted"
          limit={200}
          data={optionsOf(known, of)}
          value={of}
          onChange={(next) => look((now) => ({ ...now, of: next }))}
          allowDeselect={false}
        />
      )}
    </>
  );
}

function optionsOf(known: readonly FindingRow[], of: string): { value: string; label: string }[] {
  const names = new Map(known.map((row) => [row.key, `${keyText(row.key)} ${row.description}`]));
  if (!names.has(of)) names.set(of, keyText(of));
  return [...names].map(([value, label]) => ({ value, label }));
}

function Totals({ answer, split }: { answer: SpreadAnswer; split: Split }) {
  const { view } = useAnalysis();
  const { table, keys, moreKeys, withoutSex } = answer;
  const first = keys[0];
  if (!table) return null;
  const unknown = table.unknown > 0 ? `; ${whole(table.unknown)} ${GROUP_NAMES[view.group].unknown} are in no group` : "";
  return (
    <>
      {split === "findings" ? (
        <>
          The {keys.length} most frequent of {levelText(view.by, keys.length + moreKeys)} {view.assertion.toLowerCase()}, in{" "}
          <strong>{whole(table.total)}</strong> cases{unknown}.
        </>
      ) : (
        first && (
          <>
            <strong>
              {keyText(first.key)} {first.description}
            </strong>
            : {whole(first.present)} present, {whole(first.absent)} absent, {whole(first.uncertain)} uncertain, {whole(first.historical)}{" "}
            historical, in <strong>{whole(table.total)}</strong> cases{unknown}.{withoutSex > 0 && ` ${whole(withoutSex)} without a sex are in no line.`}
            {split === "sex" && ` Drawn: ${view.assertion.toLowerCase()}.`}
          </>
        )
      )}
    </>
  );
}

function SpreadChart({ answer: { table }, split }: { answer: SpreadAnswer; split: Split }) {
  const { view, filter } = useAnalysis();
  const { group, scale } = view;
  const text = JSON.stringify(table);
  // The table is made anew by each rendering; the chart is drawn anew when it says something else.
  const draw = useMemo(
    () => spreadChart(JSON.parse(text) as NonNullable<SpreadAnswer["table"]>, group, scale, split),
    [text, group, scale, split],
  );
  return (
    <>
      <Chart label={`Findings ${GROUP_NAMES[group].title}. The table below says the same.`} height={340} draw={draw} onAct={({ marks }: SpreadAct) => filter(marks)} />
      <Text size="sm" c="dimmed">
        {scale === "share" ? "Shares of the cases with a report in each group. " : ""}A click on a point or bar filters.
      </Text>
    </>
  );
}

function useFile(answer: SpreadAnswer, split: Split, key: string): ExportFile | null {
  const analysis = useAnalysis();
  const { view, set } = analysis;
  const { rows, table, keys, moreKeys, withoutSex } = answer;
  const first = keys[0];
  if (!rows || !table) return null;
  const inside = within(view);
  const isOne = split !== "findings";
  const of = isOne ? { keys: [key], groupBy: view.group, split } : { by: view.by, within: inside, assertion: view.assertion, groupBy: view.group };
  return {
    name: `similis-${isOne ? key : view.by.toLowerCase()}-by-${view.group.toLowerCase()}${split === "sex" ? "-and-sex" : ""}`,
    rows,
    about: {
      ...(isOne && first
        ? {
            key,
            description: first.description,
            total_present: first.present,
            total_absent: first.absent,
            total_uncertain: first.uncertain,
            total_historical: first.historical,
          }
        : { assertion: view.assertion.toLowerCase(), within: inside, keys_not_shown: moreKeys }),
      cases_in_no_group: table.unknown,
      ...(split === "sex" && { cases_without_sex: withoutSex }),
      total_cases: table.total,
      ...aboutQuery(analysis, set, of),
    },
  };
}

function Method() {
  return (
    <>
      <p>
        Distinct cases of each group whose reports speak of the finding in the way that is counted; a case that is both present and absent
        counts in both lines. The share is of the cases of the group with a report. A case with images of two dates counts in both.
      </p>
      <p>
        Dates are study dates; where identity is not kept, each patient’s dates are shifted by some days, so months are blurred at their
        edges. Ages are those at the study, in decades. Months and years without a case are drawn as 0, and have no share.
      </p>
    </>
  );
}
