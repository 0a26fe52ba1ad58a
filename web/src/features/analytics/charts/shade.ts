import type { Palette } from "./palette";

/** The colour of the ramp for a share of the most, and the ink that can be read on it. */
export function shade(share: number, { ramp }: Palette): [string, string] {
  const at = Math.sqrt(share); // few large and many small: else all but the largest look alike
  const colour = at < 0.5 ? mixed(ramp[0], ramp[1], at * 2) : mixed(ramp[1], ramp[2], at * 2 - 1);
  return [colour, luminance(colour) > 0.19 ? "#0c1113" : "#ffffff"];
}

function mixed(one: string, other: string, share: number): string {
  const parts = channels(one).map((value, place) => {
    const to = channels(other)[place] ?? value;
    return Math.round(value + (to - value) * share).toString(16).padStart(2, "0");
  });
  return `#${parts.join("")}`;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((from) => parseInt(colour.slice(from, from + 2), 16));
}

/** Relative luminance as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
