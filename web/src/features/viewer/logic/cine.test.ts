import { describe, expect, it } from "vitest";
import { frameDue, playDurations, recordedRate } from "./cine";

describe("cine", () => {
  const even = [40, 40, 40, 40];

  it("shows each frame for its recorded time", () => {
    expect(frameDue(even, 0, 39, 1)).toBe(0);
    expect(frameDue(even, 0, 40, 1)).toBe(1);
    expect(frameDue(even, 0, 159, 1)).toBe(3);
  });

  it("loops, also from the middle", () => {
    expect(frameDue(even, 0, 160, 1)).toBe(0);
    expect(frameDue(even, 2, 80, 1)).toBe(0);
    expect(frameDue(even, 2, 16_000 + 40, 1)).toBe(3);
  });

  it("plays twice as fast at twice the speed", () => {
    expect(frameDue(even, 0, 40, 2)).toBe(2);
    expect(frameDue(even, 0, 79, 0.5)).toBe(0);
  });

  it("keeps uneven times", () => {
    const uneven = [10, 100, 10];
    expect(frameDue(uneven, 0, 10, 1)).toBe(1);
    expect(frameDue(uneven, 0, 109, 1)).toBe(1);
    expect(frameDue(uneven, 0, 110, 1)).toBe(2);
  });

  it("stands still where there is nothing to play", () => {
    expect(frameDue([], 0, 1000, 1)).toBe(0);
    expect(frameDue([0, 0], 1, 1000, 1)).toBe(1);
  });

  it("plays ten images a second where no time is recorded, and says so", () => {
    expect(playDurations([null, 33])).toEqual([100, 33]);
    expect(recordedRate([null, null])).toBeNull();
    expect(recordedRate([40, 40])).toBe(25);
  });
});
