import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { StripOverlay } from "./StripOverlay";

const PLACING = { axes: { column: [2, 0], row: [0, 2] }, origin: [10, 20] } as const;
const STRIP = {
  box: [0, 90, 400, 500],
  lines: [
    { name: "septum_top", label: "Septum, upper line", line: [0, 100, 200, 120] },
    { name: "septum", label: "Septum, lower line", line: [0, 150, 200, 160] },
  ],
  beats: [{ endDiastole: 30, endSystole: 80 }],
  reason: null,
};

describe("the lines of an M-mode", () => {
  it("are open, and lie where the picture does", () => {
    const { container } = render(<StripOverlay strip={STRIP} placing={PLACING} />);
    const lines = [...container.querySelectorAll("[data-line]")];
    expect(lines.map((one) => one.getAttribute("d"))).toEqual(["M0 100L200 120", "M0 150L200 160"]);
    expect(container.querySelector("g")?.getAttribute("transform")).toBe("matrix(2.00000 0.00000 0.00000 2.00000 10.00000 20.00000)");
  });

  it("mark the ends of beats from top to bottom of the strip", () => {
    const { container } = render(<StripOverlay strip={STRIP} placing={PLACING} />);
    const ends = [...container.querySelectorAll("[data-end]")];
    expect(ends.map((one) => [one.getAttribute("data-end"), one.getAttribute("x1"), one.getAttribute("y1"), one.getAttribute("y2")])).toEqual([
      ["ED", "30", "90", "500"],
      ["ES", "80", "90", "500"],
    ]);
  });
});
