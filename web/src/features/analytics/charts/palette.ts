import type { Said } from "../logic/assertions";

export type Scheme = "light" | "dark";
export type Palette = {
  text: string;
  dimmed: string;
  line: string;
  surface: string;
  /** For things told apart; Okabe and Ito's colours, darker or lighter for the ground. */
  series: readonly string[];
  /** From few to many. */
  ramp: readonly [string, string, string];
  more: string;
  less: string;
};

const LIGHT: Palette = {
  text: "#1c2428",
  dimmed: "#55616a",
  line: "#dbe2e5",
  surface: "#ffffff",
  series: ["#0072b2", "#b85300", "#007a5a", "#a3447d", "#7a6a00", "#3b8fc4", "#5b5b5b", "#8a2be2", "#9c3d00", "#004d66"],
  ramp: ["#e8f2f7", "#6baed6", "#08519c"],
  more: "#b85300",
  less: "#0072b2",
};
const DARK: Palette = {
  text: "#d5dde0",
  dimmed: "#9aa8ae",
  line: "#2f3b41",
  surface: "#192125",
  series: ["#56b4e9", "#e69f00", "#2cc295", "#e08ebf", "#f0e442", "#8fb8ff", "#b6c2c7", "#c9a2ff", "#ff8a5c", "#7fd6d0"],
  ramp: ["#20303a", "#2f7fb0", "#a6dcff"],
  more: "#e69f00",
  less: "#56b4e9",
};

export const PALETTES: Record<Scheme, Palette> = { light: LIGHT, dark: DARK };

/** Each way of speaking has its colour, line and symbol, so that none of them must be seen to tell. */
export const STYLE_OF: Record<Said, { colour: number; line: "solid" | "dashed" | "dotted" | number[]; symbol: string }> = {
  present: { colour: 0, line: "solid", symbol: "circle" },
  absent: { colour: 6, line: "dashed", symbol: "rect" },
  uncertain: { colour: 1, line: "dotted", symbol: "triangle" },
  historical: { colour: 3, line: [8, 3, 2, 3], symbol: "diamond" },
  hypothetical: { colour: 4, line: [2, 4], symbol: "pin" },
  family: { colour: 2, line: [12, 4], symbol: "arrow" },
};
export const LINES: readonly ("solid" | "dashed" | "dotted")[] = ["solid", "dashed", "dotted"];
export const SYMBOLS: readonly string[] = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect", "emptyTriangle", "emptyDiamond", "roundRect", "arrow"];
