import { request } from "../../../api/http";
import type { CaseSet } from "../queries";

export type Cell = string | number | null;
export type Rows = { columns: readonly string[]; rows: readonly (readonly Cell[])[] };
/** What a file of rows says of itself: totals, and how to ask the same again. */
export type About = Record<string, Cell>;

const FORMULA_SIGNS = ["=", "+", "-", "@", "\t", "\r"];

/** Comma-separated text with a header; what the file says of itself stands in every row. */
export function toCsv({ columns, rows }: Rows, about: About): string {
  const names = [...columns, ...Object.keys(about)];
  const told = Object.values(about);
  const lines = [names, ...rows.map((row) => [...row, ...told])];
  return lines.map((line) => `${line.map(csvCell).join(",")}\n`).join("");
}

export function toJson({ columns, rows }: Rows, about: About): string {
  const records = rows.map((row) =>
    Object.fromEntries(columns.map((name, place) => [name, row[place] ?? null])),
  );
  return `${JSON.stringify({ ...about, rows: records }, null, 1)}\n`;
}

/** The query as one JSON text, without what is as by default. */
export function queryText({ input, neighbours, among }: CaseSet, of: object): string {
  const hasPicture = Boolean(input.like ?? input.queryFile);
  const given = {
    ...input,
    group: null,
    filters: input.filters?.length ? input.filters : null,
    findings: input.findings === "CORRECTED" ? input.findings : null,
    among: among.length ? among : null,
    exclude: hasPicture ? input.exclude : null,
    neighbours: hasPicture ? neighbours : null,
    of,
  };
  return JSON.stringify(given, (_key, value: unknown) => (value === null ? undefined : value));
}

/** The same table as Parquet, which the server writes. */
export async function toParquet({ columns, rows }: Rows, about: About): Promise<Blob> {
  const response = await request("/api/parquet", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ columns, rows, about }),
  });
  return response.blob();
}

export function download(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Text that a spreadsheet would run as a formula gets an apostrophe before it. */
function csvCell(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const harmless = FORMULA_SIGNS.some((sign) => cell.startsWith(sign)) ? `'${cell}` : cell;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
