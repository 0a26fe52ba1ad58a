import { presetsFor } from "../logic/windows";
import type { Command } from "../hotkeys/commands";
import type { StackPane } from "../stack/StackPane";

const ZOOM_STEP = 1.25;
const PAN_STEP = 40;

type Act = (pane: StackPane) => void;

const ACTS: Partial<Record<Command, Act>> = {
  "next-image": (pane) => pane.scrollTo(pane.store.getState().target + 1),
  "previous-image": (pane) => pane.scrollTo(pane.store.getState().target - 1),
  "first-image": (pane) => pane.scrollTo(0),
  "last-image": (pane) => pane.scrollTo(pane.store.getState().count - 1),
  invert: (pane) => pane.window.setInverted(!pane.store.getState().inverted),
  "rotate-right": (pane) => pane.camera.rotate(90),
  "rotate-left": (pane) => pane.camera.rotate(-90),
  "flip-horizontal": (pane) => pane.camera.flip("horizontal"),
  "flip-vertical": (pane) => pane.camera.flip("vertical"),
  "zoom-in": (pane) => pane.camera.zoomBy(ZOOM_STEP),
  "zoom-out": (pane) => pane.camera.zoomBy(1 / ZOOM_STEP),
  fit: (pane) => pane.camera.fit(),
  "pan-left": (pane) => pane.camera.panBy(-PAN_STEP, 0),
  "pan-right": (pane) => pane.camera.panBy(PAN_STEP, 0),
  "pan-up": (pane) => pane.camera.panBy(0, -PAN_STEP),
  "pan-down": (pane) => pane.camera.panBy(0, PAN_STEP),
  reset: (pane) => pane.reset(),
  "window-file": (pane) => pane.window.choose({ kind: "file", which: 0 }),
  "window-auto": (pane) => pane.window.choose({ kind: "auto" }),
};
const MOVES_THE_STACK = new Set<Command>([
  "next-image",
  "previous-image",
  "first-image",
  "last-image",
]);

/** Does a command in a viewport; nothing where there is no picture yet or the command is not a viewport's. */
export function actOnPane(pane: StackPane, command: Command): void {
  const { shown } = pane.store.getState();
  if (shown === null && !MOVES_THE_STACK.has(command)) return;
  if (command.startsWith("preset-")) choosePreset(pane, Number(command.slice("preset-".length)));
  else ACTS[command]?.(pane);
}

function choosePreset(pane: StackPane, number: number): void {
  const modality = pane.info(pane.store.getState().shown)?.modality ?? "";
  const preset = presetsFor(modality)[number - 1];
  if (preset) pane.window.choose({ kind: "preset", id: preset.id });
}
