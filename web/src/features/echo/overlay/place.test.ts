import { expect, it } from "vitest";
import { matrixOf, type Placing, sizeOfPixel, toCanvas, toPixels } from "./place";

const turned: Placing = { axes: { column: [0, 2], row: [-3, 0] }, origin: [100, 10] };

it("places pixels wherever the picture was turned to", () => {
  expect(toCanvas([5, 4], turned)).toEqual([88, 20]);
  expect(sizeOfPixel(turned)).toBe(2);
  expect(matrixOf(turned)).toBe("matrix(0.00000 2.00000 -3.00000 0.00000 100.00000 10.00000)");
});

it("takes movements on the canvas back into the picture", () => {
  const [from, to] = [toCanvas([5, 4], turned), toCanvas([7, 1], turned)];
  const [x, y] = toPixels([to[0] - from[0], to[1] - from[1]], turned);
  expect(x).toBeCloseTo(2);
  expect(y).toBeCloseTo(-3);
});
