import { presetsFor } from "../logic/windows";

/** What a key can do, on the case page and in its viewer. Where OHIF has a key for it, it is that key. */

const CT_WINDOWS = presetsFor("CT");
const PRESET_KEYS = ["1", "2", "3", "4", "5", "6", "7"] as const;

export type Command =
  | "next-image"
  | "previous-image"
  | "first-image"
  | "last-image"
  | "next-viewport"
  | "previous-viewport"
  | "next-series"
  | "previous-series"
  | "next-hit"
  | "previous-hit"
  | "more-like-this"
  | "back"
  | "help"
  | "invert"
  | "rotate-right"
  | "rotate-left"
  | "flip-horizontal"
  | "flip-vertical"
  | "zoom-in"
  | "zoom-out"
  | "fit"
  | "pan-left"
  | "pan-right"
  | "pan-up"
  | "pan-down"
  | "reset"
  | "cine"
  | "pause"
  | "link"
  | "tool-window"
  | "tool-zoom"
  | "window-file"
  | "window-auto"
  | `preset-${(typeof PRESET_KEYS)[number]}`;

export interface Hotkey {
  command: Command;
  /** Values of KeyboardEvent.key; "Shift+" before one asks for the shift key. */
  keys: readonly string[];
  label: string;
}

export interface HotkeyGroup {
  title: string;
  hotkeys: readonly Hotkey[];
}

export const HOTKEYS: readonly HotkeyGroup[] = [
  {
    title: "Images",
    hotkeys: [
      { command: "next-image", keys: ["ArrowDown"], label: "Next image" },
      { command: "previous-image", keys: ["ArrowUp"], label: "Previous image" },
      { command: "first-image", keys: ["Home"], label: "First image" },
      { command: "last-image", keys: ["End"], label: "Last image" },
      { command: "cine", keys: ["c"], label: "Play or pause" },
      { command: "next-series", keys: ["PageDown", "."], label: "Next series" },
      { command: "previous-series", keys: ["PageUp", ","], label: "Previous series" },
      { command: "next-viewport", keys: ["ArrowRight"], label: "Viewport to the right" },
      { command: "previous-viewport", keys: ["ArrowLeft"], label: "Viewport to the left" },
      { command: "link", keys: ["s"], label: "Link or unlink the two viewports" },
    ],
  },
  {
    title: "View",
    hotkeys: [
      { command: "zoom-in", keys: ["+"], label: "Zoom in" },
      { command: "zoom-out", keys: ["-"], label: "Zoom out" },
      { command: "fit", keys: ["="], label: "Fit" },
      { command: "pan-left", keys: ["Shift+ArrowLeft"], label: "Move left" },
      { command: "pan-right", keys: ["Shift+ArrowRight"], label: "Move right" },
      { command: "pan-up", keys: ["Shift+ArrowUp"], label: "Move up" },
      { command: "pan-down", keys: ["Shift+ArrowDown"], label: "Move down" },
      { command: "rotate-right", keys: ["r"], label: "Rotate right" },
      { command: "rotate-left", keys: ["l"], label: "Rotate left" },
      { command: "flip-horizontal", keys: ["h"], label: "Flip left to right" },
      { command: "flip-vertical", keys: ["v"], label: "Flip top to bottom" },
      { command: "reset", keys: [" "], label: "Reset" },
      { command: "tool-zoom", keys: ["z"], label: "Drag to zoom" },
    ],
  },
  {
    title: "Window",
    hotkeys: [
      ...PRESET_KEYS.map((key, index): Hotkey => ({
        command: `preset-${key}`,
        keys: [key],
        label: CT_WINDOWS[index] ? `CT: ${CT_WINDOWS[index].label}` : `Preset ${key}`,
      })),
      { command: "window-file", keys: ["8"], label: "The file's own window" },
      { command: "window-auto", keys: ["9"], label: "Automatic window" },
      { command: "invert", keys: ["i"], label: "Invert" },
      { command: "tool-window", keys: ["w"], label: "Drag to window" },
    ],
  },
  {
    title: "Case",
    hotkeys: [
      { command: "next-hit", keys: ["n"], label: "Next hit" },
      { command: "previous-hit", keys: ["p"], label: "Previous hit" },
      { command: "more-like-this", keys: ["m"], label: "More like this image" },
      { command: "back", keys: ["Escape"], label: "Back to the search" },
      { command: "help", keys: ["?"], label: "These keys" },
    ],
  },
];

const BY_KEY: ReadonlyMap<string, Command> = new Map(
  HOTKEYS.flatMap(({ hotkeys }) =>
    hotkeys.flatMap(({ keys, command }) => keys.map((key) => [key, command] as const)),
  ),
);

type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** The command of a key press; undefined where it has none. */
export function commandOf(press: KeyPress): Command | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey) return undefined;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (press.shiftKey && key.startsWith("Arrow")) return BY_KEY.get(`Shift+${key}`);
  return BY_KEY.get(key);
}

const TYPING = "input:not([type=range]), textarea, select, [contenteditable=true], [role=combobox]";
const OVERLAID = "[role=dialog], [role=menu], [role=listbox]";
const PRESSED_BY_SPACE = "button, a, summary, [role=button], [role=tab], [role=switch]";
const OF_SLIDERS = new Set(["ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"]);
const OF_TABS = new Set(["ArrowLeft", "ArrowRight", "Home", "End"]);

/** Whether the element that has the focus needs the key for itself. */
export function takenByElement(key: string, target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(OVERLAID)) return true;
  if (target.closest(TYPING)) return key !== "Escape";
  if (key === " " && target.closest(PRESSED_BY_SPACE)) return true;
  if (OF_TABS.has(key) && target.closest("[role=tab]")) return true;
  return OF_SLIDERS.has(key) && target.closest("[type=range], [role=slider]") !== null;
}

const NAMES: Readonly<Record<string, string>> = {
  " ": "Space",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  PageUp: "Page up",
  PageDown: "Page down",
  Escape: "Esc",
};

/** A key as it is printed on it. */
export function keyName(key: string): string {
  if (key.startsWith("Shift+")) return `Shift + ${keyName(key.slice("Shift+".length))}`;
  return NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** The first key of a command, for tooltips. */
export function keyOf(command: Command): string {
  const found = HOTKEYS.flatMap(({ hotkeys }) => hotkeys).find((one) => one.command === command);
  return keyName(found?.keys[0] ?? "");
}
