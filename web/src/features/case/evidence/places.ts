/** A stretch of a report; places count code points, as the tagger's do. */
export type Place = { begin: number; end: number; text: string };

const CONTEXT = 24;

/** What is selected in an element that holds a report's text and nothing else; null for nothing. */
export function selectedPlace(element: HTMLElement): Place | null {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (!element.contains(range.startContainer) || !element.contains(range.endContainer)) return null;
  const before = range.cloneRange();
  before.selectNodeContents(element);
  before.setEnd(range.startContainer, range.startOffset);
  return trimmed(lengthOf(before.toString()), range.toString());
}

/** Without the blanks around it. */
export function trimmed(begin: number, text: string): Place | null {
  const words = text.trim();
  if (!words) return null;
  const first = begin + lengthOf(text) - lengthOf(text.trimStart());
  return { begin: first, end: first + lengthOf(words), text: words };
}

/** Every place of some words in a report, whatever their case. */
export function placesOf(words: string, report: string): Place[] {
  const wanted = Array.from(words.trim().toLowerCase());
  if (wanted.length === 0) return [];
  const signs = Array.from(report);
  const folded = signs.map((sign) => sign.toLowerCase());
  return signs.flatMap((_, begin) => {
    const end = begin + wanted.length;
    const isHere = wanted.every((sign, place) => folded[begin + place] === sign);
    return isHere ? [{ begin, end, text: signs.slice(begin, end).join("") }] : [];
  });
}

/** The words with some of the report around them, to tell one place from another. */
export function inContext({ begin, end }: Place, report: string): string {
  const signs = Array.from(report);
  const start = Math.max(0, begin - CONTEXT);
  const stop = Math.min(signs.length, end + CONTEXT);
  const around = signs.slice(start, stop).join("").replaceAll(/\s+/g, " ");
  return `${start > 0 ? "…" : ""}${around}${stop < signs.length ? "…" : ""}`;
}

function lengthOf(text: string): number {
  return Array.from(text).length;
}
