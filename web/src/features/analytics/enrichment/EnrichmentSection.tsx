import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { isAsked } from "../../search/state/searchState";
import { Chart } from "../charts/Chart";
import { forest, FOREST_ROWS, type ForestAct, SURE } from "../charts/forestChart";
import { whole } from "../logic/numbers";
import { type EnrichedRow, type Enrichment, enrichmentQuery } from "../queries";
import { levelText } from "../state/levels";
import { findingMark } from "../state/narrow";
import { within } from "../state/view";
import { aboutQuery, useAnalysis } from "../ui/context";
import { type ExportFile, Section } from "../ui/Section";
import { EnrichmentTable } from "./EnrichmentTable";
import { parseSort, sorted } from "./sorting";

/** What is more, or less, frequent in the set than in the archive. */
export function EnrichmentSection() {
  const { search, set, view } = useAnalysis();
  const of = { by: view.by, within: within(view), assertion: view.assertion };
  const asked = isAsked(search);
  const answer = useQuery({ ...enrichmentQuery(set, of), enabled: asked });
  const { data } = answer;
  const rows = useMemo(() => sorted(data?.rows ?? [], parseSort(view.sort)), [data, view.sort]);
  const file = useFile(data, rows, of);
  if (!asked) return <WholeArchive />;
  return (
    <Section title="These cases against the archive" totals={data && <Totals data={data} />} method={<Method />} file={file} answer={answer}>
      {data && rows.length > 0 && <ForestChart data={data} rows={rows} />}
      {data && <EnrichmentTable data={data} rows={rows} />}
    </Section>
  );
}

function WholeArchive() {
  const answer = { isPending: false, isPlaceholderData: false, error: null, refetch: () => undefined };
  return (
    <Section title="These cases against the archive" totals={null} method={<Method />} file={null} answer={answer}>
      <Text size="sm" c="dimmed">
        The set is the whole archive: there is nothing to compare it with. Filter it by a click on a number, or analyse a search or
        the neighbours of an image.
      </Text>
    </Section>
  );
}

function Totals({ data: { setSize, archiveSize, totalCases, rows } }: { data: Enrichment }) {
  const { view } = useAnalysis();
  const sure = rows.filter(({ q }) => q < SURE).length;
  return (
    <>
      <strong>{whole(setSize)}</strong> cases of the set with a report (of {whole(totalCases)}) against{" "}
      <strong>{whole(archiveSize)}</strong> of the archive. {levelText(view.by, rows.length)} compared, {whole(sure)} with an adjusted
      p below {SURE}.
    </>
  );
}

function ForestChart({ data, rows }: { data: Enrichment; rows: readonly EnrichedRow[] }) {
  const { view, filter } = useAnalysis();
  const { setSize, archiveSize } = data;
  const draw = useMemo(() => forest(rows, { set: setSize, archive: archiveSize }), [rows, setSize, archiveSize]);
  const onAct = ({ key }: ForestAct) => filter([findingMark(view.by, key, view.assertion)]);
  const drawn = Math.min(FOREST_ROWS, rows.length);
  return (
    <>
      <Chart label="Odds ratios with 95 % intervals. The table below says the same." height={70 + drawn * 26} draw={draw} onAct={onAct} />
      <Text size="sm" c="dimmed">
        Drawn are the first {drawn} of {levelText(view.by, rows.length)} in the order of the table. Filled: adjusted p below {SURE}. To the
        right of the dashed line more frequent in the set, to the left less. A click filters.
      </Text>
    </>
  );
}

function useFile(data: Enrichment | undefined, rows: readonly EnrichedRow[], of: object): ExportFile | null {
  const analysis = useAnalysis();
  const { view, set } = analysis;
  if (!data) return null;
  return {
    name: `similis-enrichment-${view.by.toLowerCase()}`,
    rows: {
      columns: ["key", "description", "in_set", "in_archive", "lift", "odds_ratio", "low_95", "high_95", "p_fisher", "q_benjamini_hochberg"],
      rows: rows.map((row) => [
        row.key,
        row.description,
        row.inSet,
        row.inArchive,
        row.lift,
        row.oddsRatio,
        row.low,
        row.high,
        row.p,
        row.q,
      ]),
    },
    about: {
      assertion: view.assertion.toLowerCase(),
      set_with_report: data.setSize,
      archive_with_report: data.archiveSize,
      total_cases: data.totalCases,
      ...aboutQuery(analysis, set, of),
    },
  };
}

function Method() {
  return (
    <>
      <p>
        Only cases with a report count, in the set and in the archive, and the archive is all that you may see, the set included. Lift: share
        in the set by share in the archive. Odds ratio: odds in the set by odds in the rest of the archive, 0.5 added to all four
        numbers where one is 0 (Haldane and Anscombe), with the 95 % interval of Woolf.
      </p>
      <p>
        p: Fisher’s exact test, two-sided. Adjusted p: the false discovery rate over all rows of this table (Benjamini and Hochberg). Cases
        of one patient count as independent, which they are not quite; and neighbours were chosen by likeness: p says how surprising
        their findings are, not why.
      </p>
    </>
  );
}
