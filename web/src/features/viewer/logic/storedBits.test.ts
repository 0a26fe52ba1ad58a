import { describe, expect, it } from "vitest";
import { asStored } from "./storedBits";

const PLAIN = { slope: 1, intercept: 0 };

describe("stored bits", () => {
  it("leave pixels alone that the header allows", () => {
    expect(asStored([0, 4095], { bits: 12, signed: false, ...PLAIN })).toBeNull();
    expect(asStored([-4096, 4095], { bits: 13, signed: true, ...PLAIN })).toBeNull();
  });

  it("get the header's sign back", () => {
    const pixels = asStored([0, 40, 8191, 4096], { bits: 13, signed: true, ...PLAIN });
    expect([...(pixels ?? [])]).toEqual([0, 40, -1, -4096]);
  });

  it("lose old overlays above them", () => {
    const pixels = asStored([5, 5 + 4096, 4095], { bits: 12, signed: false, ...PLAIN });
    expect([...(pixels ?? [])]).toEqual([5, 5, 4095]);
  });

  it("keep the rescale that was applied", () => {
    const rescaled = { bits: 12, signed: true, slope: 2, intercept: -1000 };
    const pixels = asStored([4095 * 2 - 1000, 10 * 2 - 1000], rescaled);
    expect([...(pixels ?? [])]).toEqual([-1002, -980]);
  });
});
