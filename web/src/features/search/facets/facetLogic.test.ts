import { expect, it } from "vitest";
import type { Condition } from "../state/conditions";
import { isBound } from "./bounds";
import { conditionText } from "./conditionText";
import { type Facet, hiddenCount, isSearchable, isUseful, SHOWN_AT_FIRST, shownValues } from "./facetLogic";

const facet = (over: Partial<Facet>): Facet => ({
  name: "LABEL",
  label: "Label",
  kind: "KEYWORD",
  more: 0,
  values: [],
  ...over,
});
const value = (name: string, count = 1) => ({ value: name, label: name, count, selected: false });
const asked = (name: Facet["name"], text: string): Condition => ({ kind: "value", name, value: text, excluded: false });
const long = facet({ values: Array.from({ length: 20 }, (_, n) => value(`v${n}`, 100 - n)), more: 5 });

it("shows the largest first and what was asked for wherever it stands", () => {
  const shown = shownValues(long, [asked("LABEL", "v15")]);
  expect(shown.map((one) => one.value)).toEqual(["v0", "v1", "v2", "v3", "v4", "v5", "v15"]);
  expect(hiddenCount(long, shown)).toBe(20 - SHOWN_AT_FIRST - 1);
});

it("finds in long ones, keeping what was asked for in sight", () => {
  expect(isSearchable(long)).toBe(true);
  const shown = shownValues(long, [asked("LABEL", "v2")], { needle: "V1" });
  expect(shown.map((one) => one.value)).toEqual(["v1", "v2", ...Array.from({ length: 10 }, (_, n) => `v1${n}`)]);
});

it("lists ages upwards and years downwards, however many they are of", () => {
  const ages = facet({ name: "AGE", kind: "NUMBER", values: [value("60-69", 9), value("0-9", 5), value("100-109")] });
  expect(shownValues(ages, []).map((one) => one.value)).toEqual(["0-9", "60-69", "100-109"]);
  const years = facet({ name: "DATE", kind: "DATE", values: [value("2012", 9), value("2020")] });
  expect(shownValues(years, []).map((one) => one.value)).toEqual(["2020", "2012"]);
});

it("hides what offers nothing, but not what is in force", () => {
  expect(isUseful(facet({}), [])).toBe(false);
  expect(isUseful(facet({}), [asked("LABEL", "x")])).toBe(true);
});

it.each([
  ["NUMBER", "60", true],
  ["NUMBER", "sixty", false],
  ["NUMBER", "", true],
  ["DATE", "2019", true],
  ["DATE", "2019-13", false],
  ["DATE", "2019-02-05", true],
] as const)("takes as an end of a %s range: %s is %s", (kind, text, taken) => {
  expect(isBound(kind, text)).toBe(taken);
});

it("names conditions as people read them", () => {
  const sex = facet({ name: "SEX", label: "Sex", values: [{ ...value("F"), label: "Female" }] });
  const filters = [
    { name: "SEX" as const, kind: "KEYWORD" as const, label: "Sex", help: "", facet: true },
    { name: "AGE" as const, kind: "NUMBER" as const, label: "Age", help: "", facet: true },
  ];
  expect(conditionText(asked("SEX", "F"), filters, [sex])).toBe("Sex: Female");
  expect(conditionText({ kind: "range", name: "AGE", from: "", to: "17" }, filters, [])).toBe("Age: up to 17");
  expect(conditionText({ kind: "exists", name: "BODY_PART", exists: false }, filters, [])).toBe("body part: not known");
});
