import { describe, expect, it } from "vitest";
import { classOf } from "./classes";
import { type Point, pointsOf } from "./geometry";
import golden from "./golden.json";
import type { Heart } from "./heart";
import { beatNumbers } from "./numbers";
import { METHODS, withAxis } from "./ventricle";

// Written by tests/measure/test_page_formulas.py: what the server works out.
const clips = golden.clips.map(({ scale, timesMs, beats, edited, contours, numbers }) => {
  const ventricles = contours.map((drawn) => {
    const [begin = [0, 0] as Point, end = begin] = pointsOf(drawn.base);
    return withAxis(pointsOf(drawn.line), [begin, end], scale);
  });
  const heart: Heart = { species: "human", rows: 180, columns: 170, scale, timesMs, ventricles, beats, edited: new Set(edited) };
  return { heart, numbers };
});

describe.each(METHODS)("numbers by %s", (method) => {
  it.each([0, 1])("are those of the server, clip %d", (which) => {
    const clip = clips[which];
    if (!clip) throw new RangeError("There are two clips.");
    const worked = beatNumbers(clip.heart, method);
    const told = clip.numbers[method];
    expect(worked.length).toBe(told.ef.length);
    worked.forEach(({ ef, edv, esv }, n) => {
      expect(ef).toBeCloseTo(told.ef[n] ?? NaN, 3);
      expect(edv).toBeCloseTo(told.edv[n] ?? NaN, 3);
      expect(esv).toBeCloseTo(told.esv[n] ?? NaN, 3);
    });
  });
});

it("classes are those of the server", () => {
  for (const { value, limits, class: expected } of golden.classes) expect(classOf(value, { limits })).toBe(expected);
});
