import { expect, it } from "vitest";
import { EMPTY, toInput } from "../../search/state/searchState";
import { queryText, toCsv, toJson } from "./exportFile";

const ROWS = { columns: ["key", "cases"], rows: [["J90", 3], ["J93", 0]] };

it("writes every row with what the file says of itself", () => {
  expect(toCsv(ROWS, { total: 9 })).toBe("key,cases,total\nJ90,3,9\nJ93,0,9\n");
  expect(JSON.parse(toJson(ROWS, { total: 9 }))).toEqual({
    total: 9,
    rows: [
      { key: "J90", cases: 3 },
      { key: "J93", cases: 0 },
    ],
  });
});

it("quotes what has to be, and lets no spreadsheet compute a text", () => {
  const rows = { columns: ["text"], rows: [['a "b", c'], ["=1+1"], ["two\nlines"], [-1], [null]] };
  expect(toCsv(rows, {})).toBe('text\n"a ""b"", c"\n\'=1+1\n"two\nlines"\n-1\n\n');
});

it("puts the query inside, without what is as by default", () => {
  const input = toInput({ ...EMPTY, text: "effusion" });
  expect(JSON.parse(queryText({ input, neighbours: 100, among: [] }, { by: "BLOCK" }))).toEqual({ text: "effusion", of: { by: "BLOCK" } });
});

it("names the picture and the number of its neighbours", () => {
  const input = toInput({ ...EMPTY, like: "1.2.3" });
  expect(JSON.parse(queryText({ input, neighbours: 50, among: [] }, {}))).toMatchObject({ like: "1.2.3", exclude: "PATIENT", neighbours: 50 });
});
