import { Button, Table, Text } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { whole } from "../logic/numbers";
import classes from "./RowTable.module.css";

type Props<Row> = {
  caption: string;
  head: ReactNode;
  rows: readonly Row[];
  /** How many are shown at first. */
  first?: number;
  /** "84 blocks", of all of them. */
  all: string;
  children: (row: Row) => ReactNode;
};

/** The numbers of a chart. What is not shown at first is counted and one click away. */
export function RowTable<Row>({ caption, head, rows, first = 10, all, children }: Props<Row>) {
  const [isWhole, setIsWhole] = useState(false);
  const shown = isWhole ? rows : rows.slice(0, first);
  return (
    <>
      {/* Scrolls sideways on a small screen, so it can be focused. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={classes.scroller} role="region" aria-label={caption} tabIndex={0}>
        <Table className={classes.table ?? ""}>
          <caption className={classes.caption}>{caption}</caption>
          <thead>{head}</thead>
          <tbody>{shown.map(children)}</tbody>
        </Table>
      </div>
      {rows.length > first && (
        <div className={classes.more}>
          <Text size="sm" c="dimmed">
            {isWhole ? `All ${all}` : `The first ${whole(shown.length)} of ${all}`}
          </Text>
          <Button size="compact-sm" variant="subtle" aria-expanded={isWhole} onClick={() => setIsWhole(!isWhole)}>
            {isWhole ? "Show fewer" : "Show all"}
          </Button>
        </div>
      )}
    </>
  );
}
