import { describe, expect, it } from "vitest";
import { displaySetsOf, displaySetWith } from "./displaySets";
import type { SeriesData } from "./queries";

function series(seriesUid: string, frames: readonly number[]): SeriesData {
  return {
    seriesUid,
    number: 1,
    description: "",
    modality: "US",
    bodyPart: "",
    laterality: "",
    thumbnail: null,
    instances: frames.map((count, index) => ({
      instanceUid: `${seriesUid}.${index}`,
      number: index,
      frames: count,
      thumbnail: `/t/${seriesUid}.${index}`,
      viewable: true,
      view: "",
      laterality: "",
      labels: [],
    })),
  };
}

const ALL = [series("a", [1, 30, 1, 45]), series("b", [1])];
const SETS = displaySetsOf(ALL);

describe("display sets", () => {
  it("are the stills of a series, then each of its cines", () => {
    expect(SETS.map(({ key, images }) => [key, images])).toEqual([
      ["a/a.0", 2],
      ["a/a.1", 30],
      ["a/a.3", 45],
      ["b/b.0", 1],
    ]);
  });

  it("are found by a cine, by a still, by a series, or are the first", () => {
    const found = (seriesUid: string | null, instanceUid: string | null) =>
      displaySetWith(SETS, ALL, seriesUid, instanceUid)?.key;
    expect(found(null, "a.3")).toBe("a/a.3");
    expect(found(null, "a.2")).toBe("a/a.0");
    expect(found("b", null)).toBe("b/b.0");
    expect(found("b", "gone")).toBe("b/b.0");
    expect(found(null, null)).toBe("a/a.0");
    expect(displaySetWith([], [], null, null)).toBeUndefined();
  });
});
