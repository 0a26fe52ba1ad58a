import { describe, expect, it } from "vitest";
import type { DicomJson } from "../dicom/json";
import { TAG } from "../dicom/tags";
import { provideModule, registerFrames } from "./provider";

const element = (...Value: unknown[]) => ({ Value });
const frameOf = (imageId: string, header: DicomJson = {}) => ({
  imageId,
  instanceUid: "1.2.3",
  frame: 1,
  header,
});

describe("headers for the renderer", () => {
  it("are known while anyone shows the frame", () => {
    const frames = [frameOf("wadors:a", { [TAG.Modality]: element("CT") })];
    const first = registerFrames(frames);
    const second = registerFrames(frames);
    expect(first()).toEqual([]);
    expect(provideModule("generalSeriesModule", "wadors:a")?.modality).toBe("CT");
    expect(second()).toEqual(["wadors:a"]);
    expect(provideModule("generalSeriesModule", "wadors:a")).toBeUndefined();
  });

  it("leave other images and other modules to other providers", () => {
    const release = registerFrames([frameOf("wadors:b")]);
    expect(provideModule("imagePlaneModule", "wadors:elsewhere")).toBeUndefined();
    expect(provideModule("petIsotopeModule", "wadors:b")).toBeUndefined();
    release();
  });

  it("hold palettes of words and of packed bytes", () => {
    const header = {
      [TAG.PhotometricInterpretation]: element("PALETTE COLOR"),
      [TAG.RedPaletteDescriptor]: element(2, 0, 16),
      [TAG.RedPaletteData]: { InlineBinary: btoa("\u0000\u0001\u00ff\u00ff") },
      [TAG.GreenPaletteDescriptor]: element(2, 0, 8),
      [TAG.GreenPaletteData]: { InlineBinary: btoa("\u0007\u0009") },
      [TAG.BluePaletteDescriptor]: element(2, 0, 8),
      [TAG.BluePaletteData]: element(1, 2),
    };
    const release = registerFrames([frameOf("wadors:c", header)]);
    const pixels = provideModule("imagePixelModule", "wadors:c");
    expect(pixels?.redPaletteColorLookupTableData).toEqual([256, 65_535]);
    expect(pixels?.greenPaletteColorLookupTableData).toEqual([7, 9]);
    expect(pixels?.bluePaletteColorLookupTableData).toEqual([1, 2]);
    release();
  });
});
