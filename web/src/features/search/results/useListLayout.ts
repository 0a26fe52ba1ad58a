import { type RefCallback, useCallback, useState } from "react";
import type { View } from "../state/searchState";

const CARD_MIN_REM = 14;
const GAP_REM = 0.9;
const TOLD_REM = 9.6; // below the picture of a card
const LINE_REM = 8.4; // a whole row of the list view

export type ListLayout = { columns: number; rowPx: number; gapPx: number; top: number };

/** How many cards stand side by side, how high a row is about, and where on the page the list begins. */
export function useListLayout(view: View): [RefCallback<HTMLElement>, ListLayout] {
  const [{ width, top }, setBox] = useState({ width: 0, top: 0 });
  const watch = useCallback((list: HTMLElement) => {
    const measure = () => {
      const box = list.getBoundingClientRect();
      const next = { width: box.width, top: Math.round(box.top + window.scrollY) };
      setBox((last) => (last.width === next.width && last.top === next.top ? last : next));
    };
    measure(); // before the first painting, so that what follows the list does not jump
    // What stands above the list (filters, the picture asked) moves it, so the page itself is watched.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    observer.observe(list);
    return () => observer.disconnect();
  }, []);
  return [watch, { ...layoutOf(width, view, rootFontPx()), top }];
}

export function layoutOf(width: number, view: View, rem: number): Omit<ListLayout, "top"> {
  const gapPx = GAP_REM * rem;
  if (view === "list") return { columns: 1, rowPx: LINE_REM * rem, gapPx };
  const columns = Math.max(1, Math.floor((width + gapPx) / (CARD_MIN_REM * rem + gapPx)));
  const card = (width - gapPx * (columns - 1)) / columns;
  return { columns, rowPx: card * 0.75 + TOLD_REM * rem, gapPx };
}

function rootFontPx(): number {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
