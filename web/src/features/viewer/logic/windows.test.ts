import { describe, expect, it } from "vitest";
import { rangeOf, shortNumber, windowOf } from "./range";
import { autoWindow, linkedWindow, presetsFor } from "./windows";

describe("presets", () => {
  it("are there for CT, in OHIF's order", () => {
    const ids = presetsFor("CT").map(({ id }) => id);
    expect(ids.slice(0, 4)).toEqual(["soft-tissue", "lung", "bone", "brain"]);
  });

  it("are not offered where units mean nothing", () => {
    expect(presetsFor("MR")).toEqual([]);
    expect(presetsFor("")).toEqual([]);
  });
});

describe("automatic window", () => {
  const ramp = Array.from({ length: 1001 }, (_, value) => value);

  it("spans the 0.5th to the 99.5th percentile", () => {
    expect(autoWindow(ramp)).toEqual({ center: 500, width: 990 });
  });

  it("leaves padding out", () => {
    const padded = [...ramp, ...Array<number>(5000).fill(-2000)];
    expect(autoWindow(padded, [-2000, -2000])).toEqual({ center: 500, width: 990 });
  });

  it("falls back to the whole range where nearly all is one value", () => {
    const dot = [...Array<number>(1000).fill(0), 80];
    expect(autoWindow(dot)).toEqual({ center: 40, width: 80 });
  });

  it("has a width even for a flat image, and none for no image", () => {
    expect(autoWindow([7, 7, 7])?.width).toBeGreaterThan(0);
    expect(autoWindow([])).toBeNull();
    expect(autoWindow([-5, -5], [-5, -5])).toBeNull();
  });
});

describe("ranges", () => {
  it("are those of the linear function of PS3.3 C.11.2.1.2.1", () => {
    expect(rangeOf({ center: 128, width: 256 })).toEqual({ lower: 0, upper: 255 });
  });

  it.each([
    { center: 40, width: 400 },
    { center: -600, width: 1500 },
    { center: 0.5, width: 0.25 },
    { center: 0, width: 2 },
  ])("come back as the window they were: %j", (window) => {
    expect(windowOf(rangeOf(window))).toEqual(window);
  });

  it("are read as whole numbers where that is exact enough", () => {
    expect(shortNumber(1645.6)).toBe("1646");
    expect(shortNumber(-38.2)).toBe("-38");
    expect(shortNumber(0.256)).toBe("0.26");
  });
});

describe("a linked neighbour's window", () => {
  const before = { center: 40, width: 400 };
  const after = { center: 140, width: 200 };

  it("is the same in the same units", () => {
    expect(linkedWindow(after, before, { center: 0, width: 80 }, true)).toEqual(after);
  });

  it("changes as much against its own in other units", () => {
    const linked = linkedWindow(after, before, { center: 1000, width: 2000 }, false);
    expect(linked).toEqual({ center: 1500, width: 1000 });
  });

  it("stays when nothing changed", () => {
    const own = { center: 1000, width: 2000 };
    expect(linkedWindow(before, before, own, false)).toEqual(own);
  });
});
