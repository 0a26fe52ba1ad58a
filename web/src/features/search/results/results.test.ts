import { expect, it } from "vitest";
import { EMPTY, parseState } from "../state/searchState";
import { moved } from "./moves";
import { relaxations } from "./relaxations";
import { readPlace, savePlace } from "./restore";
import { layoutOf } from "./useListLayout";

it.each([
  ["ArrowRight", 0, 1],
  ["ArrowLeft", 0, null],
  ["ArrowDown", 1, 5],
  ["ArrowDown", 7, 9], // the last row is short: to its end
  ["ArrowDown", 8, null],
  ["ArrowUp", 5, 1],
  ["ArrowUp", 2, null],
  ["End", 0, 9],
  ["Home", 9, 0],
  ["PageDown", 0, 9],
  ["a", 0, null],
] as const)("%s from hit %i of ten in fours leads to %s", (key, from, to) => {
  expect(moved(key, from, 10, 4)).toBe(to);
});

it("says which one thing to drop when nothing is found", () => {
  const state = parseState(new URLSearchParams("q=x&f=sex:F&f=sex:M&f=age:60..&file=a"));
  const options = relaxations(state, ({ name }) => name);
  expect(options.map(({ label }) => label)).toEqual([
    "the words “x”",
    "“SEX, SEX”",
    "“AGE”",
    "any filter",
  ]);
  expect(options[1]?.relaxed.conditions).toHaveLength(1);
  expect(relaxations({ ...EMPTY, text: "x" }, () => "")).toEqual([]);
});

it("lays cards out for the width there is, one on a telephone", () => {
  expect(layoutOf(358, "grid", 16).columns).toBe(1);
  expect(layoutOf(1120, "grid", 16).columns).toBe(4);
  expect(layoutOf(1120, "grid", 32).columns).toBe(2); // enlarged to 200 %
  expect(layoutOf(1120, "list", 16).columns).toBe(1);
});

it("remembers a place and is not put out by what is none", () => {
  const place = { anchorId: "1.2", anchorIndex: 28, anchorTop: 210, index: 30, openedId: "1.4" };
  savePlace("k", place);
  expect(readPlace("k")).toEqual(place);
  sessionStorage.setItem("similis.place.bad", "{nonsense");
  expect(readPlace("bad")).toBeNull();
  expect(readPlace("none")).toBeNull();
});
