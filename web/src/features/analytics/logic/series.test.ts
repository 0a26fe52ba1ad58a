import { expect, it } from "vitest";
import type { OneFinding, Spread } from "../queries";
import { axisOf, groupText } from "./groups";
import { byAssertion, byFinding, bySex, rowsOfParts, rowsOfSpread } from "./series";

const COUNTS = { absent: 0, uncertain: 0, historical: 0, hypothetical: 0, family: 0 };
const J90 = { key: "J90", description: "Pleural effusion", present: 3, ...COUNTS };

const SPREAD: Spread = {
  keys: [J90],
  moreKeys: 4,
  unknown: 1,
  totalCases: 10,
  groups: [
    { name: "2019-11", cases: 5, reportedCases: 4, counts: [{ key: "J90", cases: 2 }] },
    { name: "2020-01", cases: 4, reportedCases: 3, counts: [{ key: "J90", cases: 1 }] },
  ],
};

function said(...cases: number[]) {
  const names = ["2019-11", "2020-01"];
  return { groups: names.map((name, place) => ({ name, counts: [{ cases: cases[place] ?? 0 }] })) };
}

function one(present: number, total = 9): OneFinding {
  const groups = SPREAD.groups.map((group) => ({ ...group, counts: [{ cases: present }] }));
  return {
    present: { keys: [J90], unknown: 1, totalCases: total, groups },
    absent: said(1, 0),
    uncertain: said(0, 1),
    historical: said(),
  };
}

it("leaves no month out of the axis", () => {
  expect(axisOf("MONTH", ["2019-11", "2020-01"])).toEqual(["2019-11", "2019-12", "2020-01"]);
  expect(axisOf("YEAR", ["2018", "2021"])).toEqual(["2018", "2019", "2020", "2021"]);
  expect(axisOf("AGE", ["20-29", "60-69"])).toEqual(["20-29", "60-69"]);
  expect(axisOf("MONTH", [])).toEqual([]);
});

it("names groups as people do", () => {
  expect(groupText("MONTH", "2019-05")).toBe("May 2019");
  expect(groupText("AGE", "60-69")).toBe("60 to 69 years");
  expect(groupText("SEX", "F")).toBe("women");
});

it("makes a series of each finding, whose points ask for it in their group", () => {
  const { series, unknown, total } = byFinding(SPREAD, "CODE", "MONTH", "PRESENT");
  expect([unknown, total]).toEqual([1, 10]);
  expect(series[0]?.points[0]).toEqual({
    group: "2019-11",
    cases: 2,
    reported: 4,
    marks: [
      { name: "CODE", value: "J90" },
      { name: "MONTH", value: "2019-11" },
    ],
  });
});

it("keeps absent and uncertain apart", () => {
  const { series } = byAssertion(one(2), "J90", "MONTH");
  const cases = Object.fromEntries(series.map(({ name, points }) => [name, points.map((point) => point.cases)]));
  expect(cases).toEqual({ present: [2, 2], absent: [1, 0], uncertain: [0, 1], historical: [0, 0] });
  expect(series[1]?.points[0]?.marks[0]).toEqual({ name: "CATEGORY", value: "absent:J90" });
});

it("sets women against men, without a sex that nobody has", () => {
  const parts = [
    { sex: "F", data: one(2) },
    { sex: "M", data: one(1) },
    { sex: "O", data: one(0, 0) },
  ];
  const { series } = bySex(one(3), parts, "J90", "MONTH", "PRESENT");
  expect(series.map(({ name }) => name)).toEqual(["women", "men"]);
  expect(series[0]?.points[0]?.marks).toContainEqual({ name: "SEX", value: "F" });
});

it("exports the numbers that are shown, with their denominators", () => {
  expect(rowsOfSpread(SPREAD, "MONTH").rows[1]).toEqual(["2020-01", "J90", "Pleural effusion", 1, 3, 4]);
  const { columns, rows } = rowsOfParts([{ sex: "F", data: one(2) }], "MONTH");
  expect(columns).toEqual(["month", "sex", "present", "absent", "uncertain", "historical", "cases_with_report", "cases"]);
  expect(rows[0]).toEqual(["2019-11", "F", 2, 1, 0, 0, 4, 5]);
});
