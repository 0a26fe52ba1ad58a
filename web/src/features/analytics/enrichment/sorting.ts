import type { EnrichedRow } from "../queries";

/** Columns of the table, and whether a first click on them sorts downwards. */
export const COLUMNS = ["key", "inSet", "inArchive", "lift", "oddsRatio", "p", "q"] as const;
export type Column = (typeof COLUMNS)[number];
const RISING: ReadonlySet<Column> = new Set<Column>(["key", "p", "q"]);

export type Sort = { column: Column; down: boolean };

/** "-lift" is by lift, the greatest first; what is no column is by p. */
export function parseSort(text: string): Sort {
  const down = text.startsWith("-");
  const column = COLUMNS.find((one) => one === text.replace(/^-/, ""));
  return column ? { column, down } : { column: "p", down: false };
}

/** What a click on a column's head sorts by next. */
export function nextSort(now: Sort, column: Column): string {
  const down = now.column === column ? !now.down : !RISING.has(column);
  return `${down ? "-" : ""}${column}`;
}

/** Rows in order; equals stay as the server has them: the surest first. */
export function sorted(rows: readonly EnrichedRow[], { column, down }: Sort): EnrichedRow[] {
  const sign = down ? -1 : 1;
  return [...rows].sort((one, other) => sign * compared(one[column], other[column]));
}

function compared(one: string | number, other: string | number): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one).localeCompare(String(other), "en", { numeric: true });
}
