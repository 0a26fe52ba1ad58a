import { describe, expect, it } from "vitest";
import { matchingElements } from "./headerSearch";
import type { ReportData } from "./queries";
import { reportHistories } from "./reportHistories";

describe("header search", () => {
  const rows = [
    { tag: "(0028,0010)", keyword: "Rows", vr: "US", value: "512" },
    { tag: "(0008,0060)", keyword: "Modality", vr: "CS", value: "CT" },
  ];

  it("finds by keyword, tag and value, all words at once", () => {
    expect(matchingElements(rows, "modal")).toEqual([rows[1]]);
    expect(matchingElements(rows, "00280010")).toEqual([rows[0]]);
    expect(matchingElements(rows, "0028,0010 512")).toEqual([rows[0]]);
    expect(matchingElements(rows, "rows ct")).toEqual([]);
    expect(matchingElements(rows, "  ")).toEqual(rows);
  });
});

describe("report histories", () => {
  const version = (reportId: string, number: number, current: boolean): ReportData => ({
    reportId,
    version: number,
    status: "final",
    date: null,
    current,
    pieces: [],
  });

  it("put the current version first and the others from the newest on", () => {
    const histories = reportHistories([
      version("a", 1, false),
      version("b", 1, true),
      version("a", 3, true),
      version("a", 2, false),
    ]);
    const shape = histories.map(({ current, earlier }) => [
      current.reportId,
      current.version,
      earlier.map((one) => one.version),
    ]);
    expect(shape).toEqual([
      ["a", 3, [2, 1]],
      ["b", 1, []],
    ]);
  });
});
