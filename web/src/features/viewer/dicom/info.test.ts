import { describe, expect, it } from "vitest";
import { frameInfo } from "./info";
import type { DicomJson } from "./json";
import { TAG } from "./tags";

const element = (...Value: unknown[]) => ({ Value });
const info = (header: DicomJson, frame = 1) => frameInfo("1.2.3", frame, header);

describe("what is known of a frame", () => {
  it("has every window that is complete, with its name", () => {
    const { windows } = info({
      [TAG.WindowCenter]: element(40, -600, 5),
      [TAG.WindowWidth]: element(400, 1500, 0),
      [TAG.WindowCenterWidthExplanation]: element("SOFT", "LUNG"),
    });
    expect(windows).toEqual([
      { center: 40, width: 400, name: "SOFT" },
      { center: -600, width: 1500, name: "LUNG" },
    ]);
  });

  it("takes numbers that came as text, and nothing from what is no number", () => {
    expect(info({ [TAG.PixelSpacing]: element("0.5", "0.5") }).spacing?.row).toBe(0.5);
    expect(info({ [TAG.PixelSpacing]: element("wide", "0.5") }).spacing).toBeNull();
    expect(info({ [TAG.PixelSpacing]: element(0, 0) }).spacing).toBeNull();
  });

  it("says where the calibration holds", () => {
    expect(info({ [TAG.ImagerPixelSpacing]: element(0.2, 0.2) }).spacing?.at).toBe("detector");
  });

  it("reads ultrasound regions in centimetres only", () => {
    const region = (units: number) => ({
      [TAG.PhysicalUnitsXDirection]: element(units),
      [TAG.PhysicalUnitsYDirection]: element(units),
      [TAG.PhysicalDeltaX]: element(0.05),
      [TAG.PhysicalDeltaY]: element(-0.04),
    });
    const spacing = info({
      [TAG.SequenceOfUltrasoundRegions]: element(region(4), region(3)),
    }).spacing;
    expect(spacing?.row).toBeCloseTo(0.4);
    expect(spacing?.column).toBeCloseTo(0.5);
  });

  it("does not believe a region that reaches beyond the picture", () => {
    const region = {
      [TAG.PhysicalUnitsXDirection]: element(3),
      [TAG.PhysicalUnitsYDirection]: element(3),
      [TAG.PhysicalDeltaX]: element(0.05),
      [TAG.PhysicalDeltaY]: element(0.05),
      [TAG.RegionLocationMaxX1]: element(639),
    };
    const header = { [TAG.SequenceOfUltrasoundRegions]: element(region) };
    expect(info({ ...header, [TAG.Columns]: element(640) }).spacing?.row).toBeCloseTo(0.5);
    expect(info({ ...header, [TAG.Columns]: element(320) }).spacing).toBeNull();
  });

  it("draws pixels that are not square by their aspect ratio", () => {
    const { rowSpacing, columnSpacing, spacing } = info({ [TAG.PixelAspectRatio]: element(2, 1) });
    expect([rowSpacing, columnSpacing, spacing]).toEqual([2, 1, null]);
  });

  it("has directions from the plane, else from the letters, else none", () => {
    const plane = info({ [TAG.ImageOrientationPatient]: element(1, 0, 0, 0, 1, 0) });
    expect(plane.directions?.row).toEqual([1, 0, 0]);
    const letters = info({ [TAG.PatientOrientation]: element("L", "F") });
    expect(letters.directions?.column).toEqual([0, 0, -1]);
    expect(info({}).directions).toBeNull();
  });

  it("puts padding into the units of the window", () => {
    const { padding } = info({
      [TAG.PixelPaddingValue]: element(-1000),
      [TAG.RescaleSlope]: element(2),
      [TAG.RescaleIntercept]: element(-24),
    });
    expect(padding).toEqual([-2024, -2024]);
  });

  it("takes times from the frame time, the vector or the rate", () => {
    expect(info({ [TAG.FrameTime]: element("33.3") }).durationMs).toBe(33.3);
    const vector = { [TAG.FrameTimeVector]: element(0, 40, 60) };
    expect([1, 2, 3].map((frame) => info(vector, frame).durationMs)).toEqual([40, 60, 60]);
    expect(info({ [TAG.CineRate]: element(25) }).durationMs).toBe(40);
    expect(info({}).durationMs).toBeNull();
  });
});
