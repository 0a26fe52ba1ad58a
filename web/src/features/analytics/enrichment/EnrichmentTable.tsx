import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import { interval, percent, probability, ratio, whole } from "../logic/numbers";
import type { EnrichedRow, Enrichment } from "../queries";
import { keyText, levelName, levelText } from "../state/levels";
import { findingMark } from "../state/narrow";
import { casesLink, useAnalysis } from "../ui/context";
import { Count } from "../ui/Count";
import { RowTable } from "../ui/RowTable";
import classes from "../ui/RowTable.module.css";
import { type Column, nextSort, parseSort } from "./sorting";

type Props = { data: Enrichment; rows: readonly EnrichedRow[] };

export function EnrichmentTable({ data, rows }: Props) {
  const { view } = useAnalysis();
  return (
    <RowTable
      caption="The set against the archive"
      rows={rows}
      first={15}
      all={levelText(view.by, rows.length)}
      head={
        <tr>
          <Head column="key">{levelName(view.by)}</Head>
          <Head column="inSet">in set</Head>
          <Head column="inArchive">in archive</Head>
          <Head column="lift">lift</Head>
          <Head column="oddsRatio">odds ratio</Head>
          <th scope="col" className={classes.number}>
            95 % interval
          </th>
          <Head column="p">p</Head>
          <Head column="q">adjusted p</Head>
          <th scope="col">cases</th>
        </tr>
      }
    >
      {(row) => <Row key={row.key} row={row} data={data} />}
    </RowTable>
  );
}

function Head({ column, children }: { column: Column; children: string }) {
  const { view, look } = useAnalysis();
  const sort = parseSort(view.sort);
  const isThis = sort.column === column;
  return (
    <th
      scope="col"
      className={column === "key" ? undefined : classes.number}
      aria-sort={isThis ? (sort.down ? "descending" : "ascending") : undefined}
    >
      <button type="button" className={classes.act} onClick={() => look((now) => ({ ...now, sort: nextSort(sort, column) }))}>
        {children}
      </button>
      <span aria-hidden="true">{isThis ? (sort.down ? " ↓" : " ↑") : ""}</span>
    </th>
  );
}

function Row({ row, data }: { row: EnrichedRow; data: Enrichment }) {
  const analysis = useAnalysis();
  const { view, filter } = analysis;
  const name = keyText(row.key);
  const mark = findingMark(view.by, row.key, view.assertion);
  return (
    <tr>
      <th scope="row" className={classes.key}>
        <span className={classes.code}>{name}</span>{" "}
        {row.description}
      </th>
      <Count cases={row.inSet} of={data.setSize} label={`${name} ${view.assertion.toLowerCase()}`} onFilter={() => filter([mark])} />
      <td className={classes.number}>
        {whole(row.inArchive)} <span className={classes.share}>{percent(row.inArchive, data.archiveSize)}</span>
      </td>
      <td className={classes.number}>{ratio(row.lift)}</td>
      <td className={classes.number}>{ratio(row.oddsRatio)}</td>
      <td className={classes.number}>{interval(row.low, row.high)}</td>
      <td className={classes.number}>{probability(row.p)}</td>
      <td className={classes.number}>{probability(row.q)}</td>
      <td>
        {row.inSet > 0 && (
          <Anchor component={Link} size="sm" to={casesLink(analysis, [mark])} aria-label={`Open the cases with ${name}`}>
            Open
          </Anchor>
        )}
      </td>
    </tr>
  );
}
