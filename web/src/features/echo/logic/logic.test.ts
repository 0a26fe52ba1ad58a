import { describe, expect, it } from "vitest";
import { className, classOf, classTone } from "./classes";
import { curveOf, filled } from "./curve";
import { area, flatOf, perimeter, type Point, pointsOf, widths } from "./geometry";
import { areasOf, areaText, beatNumbers, isStill, sizesOf, summaryOf } from "./numbers";
import { beating, bullet, bulletVolume } from "./testHeart";
import { shapeOf, volumeOf, withAxis } from "./ventricle";

const SQUARE: Point[] = [
  [0, 0],
  [4, 0],
  [4, 4],
  [0, 4],
];
const MM = { xMm: 1, yMm: 1, known: true };

describe("geometry", () => {
  it("measures a square", () => {
    expect(area(SQUARE)).toBe(16);
    expect(perimeter(SQUARE)).toBe(16);
    expect(widths(SQUARE, [2, 0], [2, 4], [0.1, 0.5, 0.9])).toEqual([4, 4, 4]);
  });

  it("adds the parts inside of a line that is crossed twice", () => {
    const fork: Point[] = [
      [0, 0],
      [6, 0],
      [6, 4],
      [4, 4],
      [4, 2],
      [2, 2],
      [2, 4],
      [0, 4],
    ];
    expect(widths(fork, [3, 0], [3, 4], [0.75])[0]).toBeCloseTo(4);
  });

  it("keeps points as x, y, x, y with a decimal", () => {
    expect(flatOf(pointsOf([1.04, 2, 3, 4.06]))).toEqual([1, 2, 3, 4.1]);
  });
});

describe("a ventricle", () => {
  it("has its volume by both methods", () => {
    const shape = shapeOf(bullet(20, 80), MM);
    expect(shape.lengthMm).toBeCloseTo(80, 0);
    expect(volumeOf(shape, "discs")).toBeCloseTo(bulletVolume(20, 80), 0);
    expect(volumeOf(shape, "area_length")).toBeCloseTo(bulletVolume(20, 80), 0);
  });

  it("is measured in mm where pixels are not square", () => {
    const flat = bullet(20, 80).line.map(([x, y]): Point => [x / 0.5, y]);
    const scale = { xMm: 0.5, yMm: 1, known: true };
    const found = withAxis(flat, [flat[0] ?? [0, 0], flat[95] ?? [0, 0]], scale);
    expect(volumeOf(shapeOf(found, scale), "discs")).toBeCloseTo(bulletVolume(20, 80), 0);
  });
});

describe("a curve", () => {
  it("draws gaps straight and leaves out a lone outlier", () => {
    expect(filled([1, null, 3])).toEqual([1, 2, 3]);
    expect(filled([1, 2, 3, 90, 5, 6, 7])[3]).toBeLessThan(8);
  });

  it("leaves a straight line alone, and what was drawn", () => {
    const line = [1, 2, 3, 4, 5, 6];
    const curve = curveOf(line, [0, 10, 20, 30, 40, 50], "human", new Set());
    curve.forEach((value, n) => expect(value).toBeCloseTo(line[n] ?? 0));
    expect(curveOf([1, 2, 9, 4], null, "human", new Set([2]))[2]).toBe(9);
  });
});

describe("numbers", () => {
  const truth = (1 - bulletVolume(15, 80) / bulletVolume(25, 80)) * 100;

  it("are those of every beat", () => {
    const beats = beatNumbers(beating(), "discs");
    expect(beats).toHaveLength(2);
    expect(Math.abs((beats[0]?.ef ?? 0) - truth)).toBeLessThan(1);
    expect(beats[0]?.rate).toBeCloseTo(75);
    expect(summaryOf(beats, "ef")?.count).toBe(2);
    expect(areasOf(beating())[0]).toBeCloseTo((Math.PI * 25 * 80) / 2 / 100, 0);
  });

  it("have no millilitres without a scale, and no rate without times", () => {
    const [first] = beatNumbers(beating({ scale: { xMm: 1, yMm: 1, known: false }, timesMs: null }), "discs");
    expect(first).toMatchObject({ edv: null, esv: null, rate: null });
    expect(Math.abs((first?.ef ?? 0) - truth)).toBeLessThan(1);
  });
});

describe("a single picture", () => {
  const still = beating({ ventricles: [bullet(20, 80)], beats: [], timesMs: null });

  it("has sizes that follow its contour", () => {
    expect(isStill(still)).toBe(true);
    const sizes = sizesOf(still, 0, "discs");
    expect(sizes?.lengthMm).toBeCloseTo(80, 0);
    expect(sizes?.volume).toBeCloseTo(bulletVolume(20, 80), 0);
    expect(areaText(still, "cm2")).toBe("area 25.1 cm²");
    const larger = beating({ ventricles: [bullet(24, 80)], beats: [] });
    expect(sizesOf(larger, 0, "discs")?.volume).toBeGreaterThan(1.3 * (sizes?.volume ?? 0));
  });

  it("has an area in pixels alone without a scale", () => {
    const bare = beating({ ventricles: [bullet(20, 80)], beats: [], scale: { xMm: 1, yMm: 1, known: false } });
    expect(sizesOf(bare, 0, "discs")).toMatchObject({ lengthMm: null, volume: null });
    expect(areaText(bare, "px2")).toMatch(/^area 25\d\d\.\d px²$/);
    expect(sizesOf(beating({ ventricles: [null] }), 0, "discs")).toBeNull();
  });
});

describe("classes", () => {
  const limits = [
    { class: "above_normal", least: 72, inclusive: false },
    { class: "normal", least: 52, inclusive: true },
    { class: "severely_abnormal", least: null, inclusive: false },
  ];

  it.each([
    [72, "normal"],
    [72.1, "above_normal"],
    [52, "normal"],
    [51.9, "severely_abnormal"],
  ])("%d is %s", (value, expected) => {
    expect(classOf(value, { limits })).toBe(expected);
  });

  it("are none where there are no limits or no value", () => {
    expect(classOf(50, { limits: [] })).toBe("");
    expect(classOf(null, { limits })).toBe("");
  });

  it("are named in words, with a tone", () => {
    expect(className("severely_abnormal")).toBe("Severely abnormal");
    expect(classTone("grey_zone")).toBe("between");
    expect(classTone("severely_abnormal")).toBe("abnormal");
  });
});
