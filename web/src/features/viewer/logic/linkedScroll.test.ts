import { describe, expect, it } from "vitest";
import { linkedIndex, reversed } from "./linkedScroll";

describe("linked scrolling", () => {
  it("meets at both ends and in the middle", () => {
    expect(linkedIndex(0, 11, 101)).toBe(0);
    expect(linkedIndex(5, 11, 101)).toBe(50);
    expect(linkedIndex(10, 11, 101)).toBe(100);
  });

  it("meets where query and hit matched, and still at the ends", () => {
    const anchor = { from: 2, to: 60 };
    expect(linkedIndex(2, 11, 101, anchor)).toBe(60);
    expect(linkedIndex(0, 11, 101, anchor)).toBe(0);
    expect(linkedIndex(10, 11, 101, anchor)).toBe(100);
    expect(linkedIndex(1, 11, 101, anchor)).toBe(30);
  });

  it("keeps the matched frame beside a single picture", () => {
    expect(linkedIndex(0, 1, 40, { from: 0, to: 12 })).toBe(12);
    expect(linkedIndex(7, 40, 1, { from: 3, to: 0 })).toBe(0);
  });

  it("begins at the matched frame when the anchor is the first picture", () => {
    expect(linkedIndex(0, 10, 20, { from: 0, to: 5 })).toBe(5);
    expect(linkedIndex(9, 10, 20, { from: 0, to: 5 })).toBe(19);
  });

  it("never goes back while the other goes on, and stays inside", () => {
    const anchor = { from: 33, to: 4 };
    const path = Array.from({ length: 50 }, (_, index) => linkedIndex(index, 50, 9, anchor));
    expect([...path].sort((a, b) => a - b)).toEqual(path);
    expect(path.every((index) => index >= 0 && index < 9)).toBe(true);
  });

  it("ignores an anchor outside of the stacks", () => {
    expect(linkedIndex(5, 11, 101, { from: 99, to: 3 })).toBe(50);
  });

  it("is seen from the other side the other way round", () => {
    expect(reversed({ from: 2, to: 60 })).toEqual({ from: 60, to: 2 });
    expect(reversed(undefined)).toBeUndefined();
  });
});
