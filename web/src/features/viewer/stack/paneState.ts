import type { ImageAxes, Point } from "../logic/orientation";
import type { Window } from "../logic/windows";

/** Where a window comes from: the file (its n-th), the picture's own range, a preset, or a hand. */
export type WindowChoice =
  | { kind: "file"; which: number }
  | { kind: "auto" }
  | { kind: "preset"; id: string }
  | { kind: "hand" };

/** What a viewport shows, for React; a new object with every change. */
export interface PaneState {
  /** Number of the stack among those this viewport has shown; 0 before the first. */
  stack: number;
  count: number;
  /** Frame asked for, from 0. */
  target: number;
  /** Frame on the screen; null while there is none. */
  shown: number | null;
  /** One sentence where the frame asked for cannot be shown. */
  error: string | null;
  window: Window | null;
  choice: WindowChoice;
  /** Inverted against what the file means. */
  inverted: boolean;
  /** 1 fits the picture into the viewport. */
  zoom: number;
  axes: ImageAxes | null;
  /** The middle of the first pixel on the canvas, in CSS pixels. */
  origin: Point | null;
  /** Frames in memory. */
  loaded: number;
}

export const EMPTY: PaneState = {
  stack: 0,
  count: 0,
  target: 0,
  shown: null,
  error: null,
  window: null,
  choice: { kind: "file", which: 0 },
  inverted: false,
  zoom: 1,
  axes: null,
  origin: null,
  loaded: 0,
};

/** Kinds of change that a linked neighbour may follow. */
export type Move = "scroll" | "window" | "view";
