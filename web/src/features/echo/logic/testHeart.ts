import type { Point } from "./geometry";
import type { Heart } from "./heart";
import { type Ventricle, withAxis } from "./ventricle";

/** For tests: half an ellipse, its flat base below, whose volume by discs is (2/3) π r² L. */
export function bullet(radius: number, length: number, [x, y]: Point = [100, 150]): Ventricle {
  const line = Array.from({ length: 96 }, (_, n): Point => {
    const angle = Math.PI + (Math.PI * n) / 95;
    return [x + radius * Math.cos(angle), y + length * Math.sin(angle)];
  });
  return withAxis(
    line,
    [
      [x - radius, y],
      [x + radius, y],
    ],
    { xMm: 1, yMm: 1, known: true },
  );
}

export function bulletVolume(radius: number, length: number): number {
  return ((2 / 3) * Math.PI * radius ** 2 * length) / 1000;
}

/** For tests: two beats of 20 frames, end-diastole at 0, 20 and 40, end-systole at 10 and 30. */
export function beating(over: Partial<Heart> = {}): Heart {
  const frames = Array.from({ length: 41 }, (_, n) => n);
  return {
    species: "human",
    rows: 200,
    columns: 200,
    scale: { xMm: 1, yMm: 1, known: true },
    timesMs: frames.map((n) => n * 40),
    ventricles: frames.map((n) => bullet(20 + 5 * Math.cos((Math.PI * n) / 10), 80)),
    beats: [
      { endDiastole: 0, endSystole: 10, end: 20 },
      { endDiastole: 20, endSystole: 30, end: 40 },
    ],
    edited: new Set(),
    ...over,
  };
}
