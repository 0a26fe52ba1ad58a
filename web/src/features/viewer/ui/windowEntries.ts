import type { FrameInfo } from "../dicom/info";
import { presetsFor } from "../logic/windows";
import type { WindowChoice } from "../stack/paneState";

export type WindowEntry = {
  id: string;
  label: string;
  choice: WindowChoice;
  /** The key that does the same; "" for none. */
  key: string;
  chosen: boolean;
};

/** Windows that a frame offers: its modality's presets, the file's own, the automatic one. */
export function windowEntries(info: FrameInfo | undefined, chosen: WindowChoice): WindowEntry[] {
  if (!info) return [];
  const entry = (label: string, choice: WindowChoice, key: string): WindowEntry => ({
    id: identity(choice),
    label,
    choice,
    key,
    chosen: identity(choice) === identity(chosen),
  });
  return [
    ...presetsFor(info.modality).map(({ id, label }, index) =>
      entry(label, { kind: "preset", id }, String(index + 1)),
    ),
    ...info.windows.map(({ name }, which) =>
      entry(fileLabel(name, which), { kind: "file", which }, which === 0 ? "8" : ""),
    ),
    entry("Automatic", { kind: "auto" }, "9"),
  ];
}

function fileLabel(name: string, which: number): string {
  if (name) return `File: ${name}`;
  return which === 0 ? "File" : `File, window ${which + 1}`;
}

function identity(choice: WindowChoice): string {
  if (choice.kind === "preset") return `preset ${choice.id}`;
  return choice.kind === "file" ? `file ${choice.which}` : choice.kind;
}
