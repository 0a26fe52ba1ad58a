import { expect, it } from "vitest";
import type { FindingRow } from "../queries";
import { forest } from "./forestChart";
import { assertionBars, BARS, treemap } from "./overviewChart";
import { PALETTES } from "./palette";
import { heatmap } from "./pairsChart";
import { shade } from "./shade";
import { cut, wrapped } from "./tooltip";

type Drawn = { data: Record<string, unknown>[] };

function row(key: string, present: number, absent = 0): FindingRow {
  return { key, description: `What ${key} is`, present, absent, uncertain: 0, historical: 0, hypothetical: 0, family: 0 };
}

function seriesOf(option: object): Drawn[] {
  return (option as { series: Drawn[] }).series;
}

it("draws a tile for each key that is there, and each opens its key", () => {
  const [map] = seriesOf(treemap([row("J90", 3), row("J93", 0, 5)], "PRESENT", 10)(PALETTES.light, false));
  expect(map?.data.map(({ value }) => value)).toEqual([3]);
  expect(map?.data[0]?.act).toEqual({ key: "J90", said: null });
  expect(map?.data[0]?.told).toContain("present: 3 (30.0 %)");
});

it("draws bars of the first keys, with absent apart", () => {
  const rows = Array.from({ length: 20 }, (_, place) => row(`J${place + 10}`, 20 - place, place));
  const series = seriesOf(assertionBars(rows, 50)(PALETTES.dark, false));
  expect(series[0]?.data).toHaveLength(BARS);
  expect(series[1]?.data.at(-2)?.act).toEqual({ key: "J11", said: "absent" });
});

it("draws each pair on both sides of the diagonal", () => {
  const data = {
    keys: [row("J90", 5), row("J93", 4)],
    moreKeys: 0,
    totalCases: 10,
    reportedCases: 9,
    pairs: [{ one: "J90", other: "J93", cases: 2, lift: 0.9 }],
  };
  const [grid] = seriesOf(heatmap(data, "PRESENT")(PALETTES.light, false));
  expect(grid?.data.map(({ value }) => value)).toEqual([[0, 1, 2], [1, 0, 2], [0, 0, 5], [1, 1, 4]]);
  expect(grid?.data[0]?.act).toEqual({ keys: ["J90", "J93"] });
});

it("keeps the widest intervals on the axis and fills what is sure", () => {
  const rows = [
    { key: "J90", description: "", inSet: 5, inArchive: 9, lift: 3, oddsRatio: 8, low: 2, high: 1e9, p: 0.001, q: 0.01 },
    { key: "J93", description: "", inSet: 1, inArchive: 9, lift: 1, oddsRatio: 1, low: 0.5, high: 2, p: 1, q: 1 },
  ];
  const option = forest(rows, { set: 10, archive: 90 })(PALETTES.light, false) as { xAxis: { max: number; min: number } };
  const [, points] = seriesOf(option);
  const [unsure, sure] = points?.data ?? [];
  expect(option.xAxis.max).toBe(-option.xAxis.min);
  expect((sure?.value as number[])[3]).toBe(option.xAxis.max);
  expect(sure?.itemStyle).toMatchObject({ color: PALETTES.light.more });
  expect(unsure?.itemStyle).toMatchObject({ color: PALETTES.light.surface });
});

it("writes with an ink that can be read on every shade", () => {
  for (const palette of Object.values(PALETTES)) {
    const inks = [0, 0.1, 0.25, 0.5, 1].map((share) => shade(share, palette)[1]);
    expect(new Set(inks).size).toBe(2);
  }
});

it("wraps and cuts drawn text", () => {
  expect(wrapped("one two three", 8)).toBe("one two\nthree");
  expect(cut("a long name", 7)).toBe("a long…");
  expect(cut("short", 7)).toBe("short");
});
