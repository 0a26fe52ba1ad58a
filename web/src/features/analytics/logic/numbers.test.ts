import { expect, it } from "vitest";
import { percent, probability, ratio } from "./numbers";

it.each([
  [0, 10, "0 %"],
  [10, 10, "100 %"],
  [1, 3, "33.3 %"],
  [1, 100_000, "<0.1 %"],
  [99_999, 100_000, ">99.9 %"],
  [0, 0, "–"],
])("says %i of %i as %s", (part, all, text) => {
  expect(percent(part, all)).toBe(text);
});

it.each([
  [0, "0"],
  [1, "1"],
  [0.01234, "0.0123"],
  [12_345, "12,300"],
  [2.5e7, "2.50 × 10⁷"],
  [Infinity, "∞"],
])("says the ratio %d as %s", (value, text) => {
  expect(ratio(value)).toBe(text);
});

it.each([
  [1, "1"],
  [0.031, "0.031"],
  [0.0000123, "1.2 × 10⁻⁵"],
  [0, "<10⁻³⁰⁰"],
])("says the probability %d as %s", (value, text) => {
  expect(probability(value)).toBe(text);
});
