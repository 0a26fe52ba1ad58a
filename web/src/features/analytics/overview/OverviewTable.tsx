import { Anchor, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { assertionOf, MEANING, SAID } from "../logic/assertions";
import type { FindingRow, Overview } from "../queries";
import { keyText, levelName, levelText } from "../state/levels";
import { findingMark } from "../state/narrow";
import { canDrill, drillInto } from "../state/view";
import { casesLink, useAnalysis } from "../ui/context";
import { Count } from "../ui/Count";
import { RowTable } from "../ui/RowTable";
import classes from "../ui/RowTable.module.css";

const SEARCHABLE_FROM = 12;

/** Every key of the level with its cases by what is said of it. */
export function OverviewTable({ data }: { data: Overview }) {
  const { view } = useAnalysis();
  const [needle, setNeedle] = useState("");
  const wanted = needle.trim().toLowerCase();
  const rows = data.rows.filter((row) => `${row.key} ${row.description}`.toLowerCase().includes(wanted));
  if (data.rows.length === 0) return <NothingFound />;
  return (
    <>
      {data.rows.length >= SEARCHABLE_FROM && (
        <TextInput
          mt="sm"
          size="xs"
          maw={280}
          aria-label={`Find a ${levelName(view.by)}`}
          placeholder={`Find a ${levelName(view.by)}`}
          value={needle}
          onChange={(event) => setNeedle(event.currentTarget.value)}
        />
      )}
      <RowTable
        caption={`Cases by ${levelName(view.by)} and by what reports say of it`}
        rows={rows}
        all={wanted ? `${levelText(view.by, rows.length)} like “${needle.trim()}”` : levelText(view.by, rows.length)}
        head={
          <tr>
            <th scope="col">{levelName(view.by)}</th>
            {SAID.map((said) => (
              <th key={said} scope="col" className={classes.number} title={MEANING[said]}>
                {said}
              </th>
            ))}
            <th scope="col">cases</th>
          </tr>
        }
      >
        {(row) => <Row key={row.key} row={row} reported={data.reportedCases} />}
      </RowTable>
    </>
  );
}

function Row({ row, reported }: { row: FindingRow; reported: number }) {
  const analysis = useAnalysis();
  const { view, look, filter } = analysis;
  const name = keyText(row.key);
  return (
    <tr>
      <th scope="row" className={classes.key}>
        {canDrill(view) ? (
          <button type="button" className={classes.act} onClick={() => look((now) => drillInto(now, row.key))}>
            <span className={classes.code}>{name}</span>{" "}
            {row.description}
          </button>
        ) : (
          <>
            <span className={classes.code}>{name}</span>{" "}
            {row.description}
          </>
        )}
      </th>
      {SAID.map((said) => (
        <Count
          key={said}
          cases={row[said]}
          {...(said === "present" && { of: reported })}
          label={`${name} ${said}`}
          onFilter={() => filter([findingMark(view.by, row.key, assertionOf(said))])}
        />
      ))}
      <td>
        {row.present > 0 && (
          <Anchor
            component={Link}
            size="sm"
            to={casesLink(analysis, [findingMark(view.by, row.key, "PRESENT")])}
            aria-label={`Open the cases with ${name}`}
          >
            Open
          </Anchor>
        )}
      </td>
    </tr>
  );
}

function NothingFound() {
  return (
    <Text size="sm" c="dimmed">
      No report of these cases speaks of a finding here.
    </Text>
  );
}
