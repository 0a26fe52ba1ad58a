import { describe, expect, it } from "vitest";
import { begun, correctionInput, drafted, kept, obstacle, undone, withEnd, withPoint, withSize } from "./draft";
import { handlesOf, moved } from "./edit";
import { distance } from "./geometry";
import { beatNumbers } from "./numbers";
import { beating, bullet } from "./testHeart";

const heart = beating();
const first = heart.ventricles[0] ?? bullet(20, 80);

describe("handles", () => {
  const handles = handlesOf(first);

  it("are at the ends of the mitral plane, the apex and both walls", () => {
    expect(handles.map(({ kind }) => kind)).toEqual(["mitral", ...Array<string>(5).fill("wall"), "apex", ...Array<string>(5).fill("wall"), "mitral"]);
    expect(new Set(handles.map(({ index }) => index)).size).toBe(13);
    expect(new Set(handles.map(({ label }) => label)).size).toBe(13);
  });

  it("move the line near them, less and less", () => {
    const { index } = handles[3] ?? { index: 0 };
    const after = moved(first, index, [-6, 0], heart.scale);
    const far = after.line.map((point, n) => distance(point, first.line[n] ?? point));
    expect(far[index]).toBeCloseTo(6);
    expect(far[index + 3]).toBeLessThan(6);
    expect(far[index + 3]).toBeGreaterThan(0);
    expect(after.apex).toEqual(first.apex);
    expect(far.filter((one) => one === 0).length).toBeGreaterThan(40);
  });

  it("at the mitral plane take it along", () => {
    const end = handles[0] ?? { index: 0 };
    expect(moved(first, end.index, [-3, 2], heart.scale).base[0]).toEqual([first.base[0][0] - 3, first.base[0][1] + 2]);
  });
});

describe("a draft", () => {
  const draft = begun(heart, false);
  const before = beatNumbers(heart, "discs")[0]?.edv ?? 0;

  it("moves the numbers of the beat, and can be undone", () => {
    const wider = withPoint(kept(draft), 0, first, handlesOf(first)[2]?.index ?? 0, [-8, 0]);
    expect(beatNumbers(drafted(wider), "discs")[0]?.edv).toBeGreaterThan(before + 1);
    expect(beatNumbers(drafted(undone(wider)), "discs")[0]?.edv).toBe(before);
    expect(undone(draft)).toBe(draft);
  });

  it("grows as a whole, but not out of the picture", () => {
    const larger = withSize(kept(draft), 0, 1.05);
    expect(beatNumbers(drafted(larger), "discs")[0]?.edv).toBeGreaterThan(before * 1.1);
    expect(withSize(draft, 0, 9)).toBe(draft);
  });

  it("gives the nearest beat another end", () => {
    const other = withEnd(draft, "endSystole", 28);
    expect(drafted(other).beats).toEqual([heart.beats[0], { endDiastole: 20, endSystole: 28, end: null }].map((beat, n) => (n === 0 ? { ...beat, end: 20 } : beat)));
  });

  it("makes a first beat of both ends", () => {
    const none = begun({ ...heart, beats: [] }, false);
    const half = withEnd(kept(none), "endDiastole", 2);
    expect(obstacle(half)).toMatch("end-systole");
    expect(drafted(withEnd(half, "endSystole", 9)).beats).toEqual([{ endDiastole: 2, endSystole: 9, end: null }]);
  });

  it("says why it cannot be saved", () => {
    expect(obstacle(draft)).toMatch("Nothing");
    expect(obstacle(withEnd(kept(draft), "endSystole", 0))).toMatch("two frames");
    expect(obstacle(withSize(kept(draft), 0, 1.02))).toBe("");
  });

  it("is saved as the whole of what its author says", () => {
    const again = begun({ ...heart, edited: new Set([4]) }, true);
    const input = correctionInput("1.2", withSize(kept(again), 0, 1.02), "too small");
    expect(input.contours?.map(({ frame }) => frame)).toEqual([4, 0]);
    expect(input.beats).toEqual([
      { endDiastole: 0, endSystole: 10 },
      { endDiastole: 20, endSystole: 30 },
    ]);
    expect(correctionInput("1.2", draft, "").beats).toEqual([]);
  });
});
