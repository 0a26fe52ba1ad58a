import { expect, it } from "vitest";
import {
  type Condition,
  formatCondition,
  hasValue,
  parseCondition,
  rangeOf,
  setRange,
  toFilterInputs,
  toggleValue,
  without,
} from "./conditions";

const female: Condition = { kind: "value", name: "SEX", value: "F", excluded: false };
const old: Condition = { kind: "range", name: "AGE", from: "60", to: "" };

it("toggles a value and leaves the others", () => {
  const both = toggleValue([female], "SEX", "M");
  expect(both).toHaveLength(2);
  expect(toggleValue(both, "SEX", "f")).toEqual([{ ...female, value: "M" }]);
});

it("asks for what was excluded instead of both at once", () => {
  expect(toggleValue([{ ...female, excluded: true }], "SEX", "F")).toEqual([female]);
});

it("lets a chosen decade take the place of a range, and a range that of decades", () => {
  const decade = toggleValue([female, old], "AGE", "60-69");
  expect(rangeOf(decade, "AGE")).toEqual({ from: "", to: "" });
  expect(hasValue(decade, "AGE", "60-69")).toBe(true);
  expect(setRange(decade, "AGE", "60", "65")).toEqual([female, { ...old, to: "65" }]);
});

it("drops a range whose ends are both empty", () => {
  expect(setRange([female, old], "AGE", "", "")).toEqual([female]);
});

it("removes just the one condition", () => {
  const excluded: Condition = { ...female, excluded: true };
  expect(without([female, excluded, old], female)).toEqual([excluded, old]);
});

it("asks for a required value besides the alternatives", () => {
  const all = ["+code:J98", "code:J90", "code:J93"].map(parseCondition).filter((one) => one !== null);
  expect(all.map(formatCondition)).toEqual(["+code:J98", "code:J90", "code:J93"]);
  expect(toFilterInputs(all)).toEqual([
    { name: "CODE", anyOf: ["J90", "J93"] },
    { name: "CODE", anyOf: ["J98"] },
  ]);
});

it("knows a finding however it is written", () => {
  const typed: Condition = { kind: "value", name: "CODE", value: "J90", excluded: false };
  expect(hasValue([typed], "CODE", "present|J90")).toBe(true);
  expect(hasValue([typed], "CODE", "absent|J90")).toBe(false);
  expect(toggleValue([typed], "CODE", "present|J90")).toEqual([]);
  expect(hasValue([{ ...typed, value: "absent:J90" }], "CODE", "absent|J90")).toBe(true);
  expect(hasValue([{ ...typed, name: "LABEL" }], "LABEL", "present|J90")).toBe(false);
});
