import { describe, expect, it } from "vitest";
import { edgeLetters, lettersOf, vectorOfLetters, type ImageAxes } from "./orientation";

const AXIAL = { row: [1, 0, 0], column: [0, 1, 0] } as const;
const SAGITTAL = { row: [0, 1, 0], column: [0, 0, -1] } as const;
const UPRIGHT: ImageAxes = { column: [2, 0], row: [0, 2] };

describe("edge letters", () => {
  it("puts the patient's left to the right of an axial image", () => {
    const letters = edgeLetters(UPRIGHT, AXIAL.row, AXIAL.column);
    expect(letters).toEqual({ top: "A", right: "L", bottom: "P", left: "R" });
  });

  it("puts the head on top of a sagittal image", () => {
    const letters = edgeLetters(UPRIGHT, SAGITTAL.row, SAGITTAL.column);
    expect(letters).toEqual({ top: "H", right: "P", bottom: "F", left: "A" });
  });

  it("follows a quarter turn to the right", () => {
    const turned: ImageAxes = { column: [0, 2], row: [-2, 0] };
    const letters = edgeLetters(turned, AXIAL.row, AXIAL.column);
    expect(letters).toEqual({ top: "R", right: "A", bottom: "L", left: "P" });
  });

  it("follows a flip", () => {
    const flipped: ImageAxes = { column: [-2, 0], row: [0, 2] };
    const letters = edgeLetters(flipped, AXIAL.row, AXIAL.column);
    expect(letters).toEqual({ top: "A", right: "R", bottom: "P", left: "L" });
  });

  it("does not depend on zoom or on pixels that are not square", () => {
    const tall: ImageAxes = { column: [0.3, 0], row: [0, 7] };
    const letters = edgeLetters(tall, AXIAL.row, AXIAL.column);
    expect(letters).toEqual({ top: "A", right: "L", bottom: "P", left: "R" });
  });
});

describe("letters of a direction", () => {
  it("names an oblique direction by its strongest parts, strongest first", () => {
    expect(lettersOf([0.6, -0.8, 0])).toBe("AL");
    expect(lettersOf([0, 0.3, 0.95])).toBe("HP");
  });

  it("leaves out a tilt of a few degrees", () => {
    expect(lettersOf([0.99, 0.1, 0])).toBe("L");
  });

  it.each(["L", "R", "A", "P", "H", "F", "PF", "LA", "HRA"])("reads %s back", (letters) => {
    const vector = vectorOfLetters(letters);
    expect(vector && lettersOf(vector)).toBe(letters);
  });

  it.each(["", "RT", "D", "LE", "left"])("does not read %j", (letters) => {
    expect(vectorOfLetters(letters)).toBeNull();
  });
});
