import { expect, it } from "vitest";
import { addView, atLevel, drillInto, parseView, rollUp, START, type View, within } from "./view";

const roundTrip = (view: View) => parseView(addView(new URLSearchParams(), view));

it("starts with blocks of the whole, and an address without a word", () => {
  expect(parseView(new URLSearchParams())).toEqual(START);
  expect(addView(new URLSearchParams(), START).toString()).toBe("");
});

it("goes down level by level and back up", () => {
  const chapters = atLevel(START, "CHAPTER");
  const blocks = drillInto(chapters, "10");
  const categories = drillInto(blocks, "J90-J94");
  const codes = drillInto(categories, "J93");
  expect([blocks.by, categories.by, codes.by]).toEqual(["BLOCK", "CATEGORY", "CODE"]);
  expect(within(codes)).toBe("J93");
  expect(rollUp(codes, 1)).toEqual(blocks);
  expect(rollUp(codes, 0)).toEqual(chapters);
});

it("does not go below codes and names", () => {
  const codes = atLevel(START, "CODE");
  expect(drillInto(codes, "J90")).toBe(codes);
  const names = atLevel(START, "FINDING");
  expect(drillInto(names, "effusion")).toBe(names);
});

it("keeps what is looked into only where the level is finer", () => {
  const categories = drillInto(START, "J90-J94");
  expect(atLevel(categories, "CODE").path).toEqual(["J90-J94"]);
  expect(atLevel(categories, "CHAPTER").path).toEqual([]);
  expect(atLevel(categories, "FINDING").path).toEqual([]);
});

it("survives the address in whole", () => {
  const view: View = {
    by: "CODE",
    path: ["10", "J90-J94"],
    of: "J93.9",
    assertion: "ABSENT",
    group: "MONTH",
    split: "sex",
    scale: "share",
    drawn: "bars",
    neighbours: 50,
    among: [{ kind: "value", name: "SEX", value: "F", excluded: false }],
    sort: "-lift",
  };
  expect(roundTrip(view)).toEqual(view);
});

it.each([
  ["by=nonsense&over=week&split=x&said=maybe", START],
  ["neighbours=0", START],
  ["neighbours=1e9", START],
  ["of=%3Cscript%3E&in=%22", START],
])("reads %s as not given", (query, expected) => {
  expect(parseView(new URLSearchParams(query))).toEqual(expected);
});

it("shows codes where blocks within a category are asked for", () => {
  expect(parseView(new URLSearchParams("in=J90&by=block")).by).toBe("CODE");
});
