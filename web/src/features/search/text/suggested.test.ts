import { expect, it } from "vitest";
import { type Finding, findingOf, optionsOf, withFinding, withoutNamed } from "./suggested";

const EFFUSION: Finding = { filter: "FINDING", key: "effusion", description: "effusion", cases: 1200 };
const J90: Finding = { filter: "CODE", key: "J90", description: "Pleural effusion, not elsewhere classified", cases: 50 };

it("offers findings with code and count before words", () => {
  const words = [{ text: "effusion", completed: "pleural effusion", cases: 3 }];
  const [findings, texts] = optionsOf([EFFUSION, J90], words);
  expect(findings?.items.map(({ label }) => label)).toEqual([
    "effusion · 1,200 cases",
    "J90 Pleural effusion, not elsewhere classified · 50 cases",
  ]);
  expect(texts?.items.map(({ label }) => label)).toEqual(["pleural effusion"]);
  expect(optionsOf([], [])).toEqual([]);
});

it("tells a finding from words of the same letters", () => {
  const [group] = optionsOf([EFFUSION], []);
  expect(findingOf(group?.items[0]?.value ?? "", [EFFUSION])).toBe(EFFUSION);
  expect(findingOf("effusion", [EFFUSION])).toBeNull();
});

it.each([
  ["smoker pleural eff", "smoker"],
  ["J90", ""],
  ["smoker j90", "smoker"],
  ["smoker hydrothorax", "smoker"],
])("takes the name off the end of %s", (typed, left) => {
  expect(withoutNamed(typed, J90)).toBe(left);
});

it("asks for it once", () => {
  const once = withFinding([], J90);
  expect(once).toEqual([{ kind: "value", name: "CODE", value: "J90", excluded: false }]);
  expect(withFinding(once, J90)).toEqual(once);
});
