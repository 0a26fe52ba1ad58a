import { describe, expect, it } from "vitest";
import { decodesToPlanes, markedAsRgb } from "./jpeg";

const text = (characters: string): number[] => [...new TextEncoder().encode(characters)];
const SCAN = [0xff, 0xda, 0, 2, 1, 2, 3];
const TABLE = [0xff, 0xdb, 0, 4, 7, 7];
const PART = text("--b\r\nContent-Type: image/jpeg\r\n\r\n");

describe("JPEG colours", () => {
  it("are told where the stream is silent", () => {
    const marked = markedAsRgb(Uint8Array.from([...PART, 0xff, 0xd8, ...TABLE, ...SCAN]));
    const start = PART.length;
    expect([...(marked?.subarray(start, start + 9) ?? [])]).toEqual([
      ...[0xff, 0xd8, 0xff, 0xee, 0, 14],
      ...text("Ado"),
    ]);
    expect([...(marked?.subarray(start + 18) ?? [])]).toEqual([...TABLE, ...SCAN]);
  });

  it("stay as the stream tells them", () => {
    const jfif = [0xff, 0xe0, 0, 8, ...text("JFIF"), 0, 1];
    const adobe = [0xff, 0xee, 0, 14, ...text("Adobe"), 0, 100, 0, 0, 0, 0, 1];
    for (const segment of [jfif, adobe]) {
      expect(markedAsRgb(Uint8Array.from([0xff, 0xd8, ...TABLE, ...segment, ...SCAN]))).toBeNull();
    }
  });

  it("are told where Adobe's segment is cut short", () => {
    const short = [0xff, 0xee, 0, 12, ...text("Adobe"), 0, 0, 0, 0, 0];
    expect(markedAsRgb(Uint8Array.from([0xff, 0xd8, ...short, ...SCAN]))).not.toBeNull();
  });

  it("are not looked for in other streams", () => {
    expect(markedAsRgb(Uint8Array.from([0xff, 0x4f, 0xff, 0x51]))).toBeNull();
    expect(markedAsRgb(new Uint8Array())).toBeNull();
  });
});

describe("JPEG-LS of three components", () => {
  const frame = [0xff, 0xf7, 0, 17, 8, 0, 4, 0, 4, 3, 1, 17, 0, 2, 17, 0, 3, 17, 0];
  const scanOfOne = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0];
  const scanOfAll = [0xff, 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 2, 0];

  it("decodes to planes where each has a scan of its own", () => {
    expect(decodesToPlanes(Uint8Array.from([...PART, 0xff, 0xd8, ...frame, ...scanOfOne]))).toBe(
      true,
    );
    expect(decodesToPlanes(Uint8Array.from([...PART, 0xff, 0xd8, ...frame, ...scanOfAll]))).toBe(
      false,
    );
  });

  it("is told from other streams", () => {
    expect(decodesToPlanes(Uint8Array.from([0xff, 0xd8, ...TABLE, ...SCAN]))).toBe(false);
    expect(decodesToPlanes(new Uint8Array())).toBe(false);
  });
});
