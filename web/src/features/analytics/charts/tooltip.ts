import type { EChartsCoreOption } from "echarts/core";
import { keyText } from "../state/levels";
import type { Palette } from "./palette";

type Told = { data?: { told?: string } | null };

/** A tooltip that says what the mark itself tells; echarts' options replace, they do not merge. */
export function tooltip({ text, surface, line }: Palette): EChartsCoreOption {
  return {
    renderMode: "richText",
    confine: true,
    backgroundColor: surface,
    borderColor: line,
    textStyle: { color: text, fontSize: 12 },
    formatter: (given: Told) => given.data?.told ?? "",
  };
}

/** Breaks a text into lines of about this many letters: drawn text does not wrap by itself. */
export function wrapped(text: string, letters = 44): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < letters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}

/** A key with its meaning, as far as there is room for it. */
export function labelOf(row: { key: string; description: string }, letters: number, isNarrow: boolean): string {
  return isNarrow ? keyText(row.key) : cut(`${keyText(row.key)} ${row.description}`, letters);
}

export function cut(text: string, letters: number): string {
  return text.length > letters ? `${text.slice(0, letters - 1).trimEnd()}…` : text;
}
