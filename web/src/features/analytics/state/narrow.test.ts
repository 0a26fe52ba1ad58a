import { expect, it } from "vitest";
import { EMPTY, toInput } from "../../search/state/searchState";
import { findingMark, groupMark, narrowed, narrowedSet, searchOf } from "./narrow";
import { START } from "./view";

const filters = (...marks: Parameters<typeof narrowed>[1]) => toInput(narrowed(EMPTY, marks)).filters;

it("asks for a finding by its level, and by what is said of it", () => {
  expect(filters(findingMark("CODE", "J90", "PRESENT"))).toEqual([{ name: "CODE", anyOf: ["J90"] }]);
  expect(filters(findingMark("BLOCK", "J90-J94", "ABSENT"))).toEqual([
    { name: "BLOCK", anyOf: ["absent:J90-J94"] },
  ]);
});

it("requires both of two findings of a kind", () => {
  expect(filters(findingMark("CODE", "J90", "PRESENT"), findingMark("CODE", "J93.9", "PRESENT"))).toEqual([
    { name: "CODE", anyOf: ["J90"] },
    { name: "CODE", anyOf: ["J93.9"] },
  ]);
});

it("asks for nothing twice", () => {
  const mark = findingMark("CODE", "J90", "PRESENT");
  const other = findingMark("CODE", "J93.9", "PRESENT");
  expect(filters(mark, mark)).toHaveLength(1);
  expect(filters(mark, other, mark, other)).toHaveLength(2);
});

it("puts a group of cases in the place of the one before", () => {
  expect(filters(groupMark("MONTH", "2019-05"), groupMark("MONTH", "2019-06"))).toEqual([
    { name: "MONTH", anyOf: ["2019-06"] },
  ]);
  expect(filters(groupMark("YEAR", "2019"), groupMark("AGE", "60-69"))).toEqual([
    { name: "DATE", anyOf: ["2019"] },
    { name: "AGE", anyOf: ["60-69"] },
  ]);
});

it("narrows among the neighbours of a picture, who stay the same", () => {
  const women = { name: "SEX" as const, value: "F" };
  const chosen = narrowedSet({ search: { ...EMPTY, like: "1.2" }, view: START }, [women]);
  expect(chosen.search.conditions).toEqual([]);
  expect(chosen.view.among).toEqual([{ kind: "value", name: "SEX", value: "F", excluded: false }]);
  expect(searchOf(chosen).conditions).toEqual(chosen.view.among);
  const archive = narrowedSet({ search: EMPTY, view: START }, [women]);
  expect(archive.view.among).toEqual([]);
  expect(archive.search.conditions).toEqual(chosen.view.among);
});
