import { expect, it } from "vitest";
import type { EnrichedRow } from "../queries";
import { nextSort, parseSort, sorted } from "./sorting";

function row(key: string, lift: number): EnrichedRow {
  return { key, description: "", inSet: 1, inArchive: 2, lift, oddsRatio: lift, low: 0, high: 1, p: 1, q: 1 };
}
const ROWS = [row("J90", 2), row("J9", 3), row("A10", 2)];

it("sorts by any column and keeps equals in the order of the server", () => {
  expect(sorted(ROWS, parseSort("-lift")).map(({ key }) => key)).toEqual(["J9", "J90", "A10"]);
  expect(sorted(ROWS, parseSort("key")).map(({ key }) => key)).toEqual(["A10", "J9", "J90"]);
  expect(sorted(ROWS, parseSort("p"))).toEqual(ROWS);
});

it("turns around at the second click, and begins with the most telling end", () => {
  expect(nextSort(parseSort("p"), "lift")).toBe("-lift");
  expect(nextSort(parseSort("-lift"), "lift")).toBe("lift");
  expect(nextSort(parseSort("-lift"), "q")).toBe("q");
});

it("sorts by p where the address asks for no column", () => {
  expect(parseSort("-nonsense")).toEqual({ column: "p", down: false });
});
