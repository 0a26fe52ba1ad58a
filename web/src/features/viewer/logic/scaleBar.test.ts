import { describe, expect, it } from "vitest";
import { mmPerPixel, scaleBar } from "./scaleBar";

describe("scale bar", () => {
  it("takes the longest round length that fits", () => {
    expect(scaleBar(0.5, 120)).toEqual({ mm: 50, pixels: 100, label: "5 cm" });
    expect(scaleBar(0.1, 120)).toEqual({ mm: 10, pixels: 100, label: "1 cm" });
    expect(scaleBar(0.01, 120)).toEqual({ mm: 1, pixels: 100, label: "1 mm" });
  });

  it("names lengths under a millimetre", () => {
    expect(scaleBar(0.002, 120)?.label).toBe("200 µm");
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("has none for %j mm in a pixel", (mm) => {
    expect(scaleBar(mm, 120)).toBeNull();
  });
});

describe("millimetres in a pixel", () => {
  it("halves when the picture is twice as large", () => {
    expect(mmPerPixel({ column: [1, 0], row: [0, 1] }, 0.8, 0.8)).toBeCloseTo(0.8);
    expect(mmPerPixel({ column: [2, 0], row: [0, 2] }, 0.8, 0.8)).toBeCloseTo(0.4);
  });

  it("goes by the rows' spacing once the picture lies on its side", () => {
    const turned = { column: [0, 1], row: [-2, 0] } as const;
    expect(mmPerPixel(turned, 3, 1.5)).toBeCloseTo(1.5);
  });

  it("is unknown for a picture without extent", () => {
    expect(mmPerPixel({ column: [0, 0], row: [0, 1] }, 1, 1)).toBeNull();
  });
});
