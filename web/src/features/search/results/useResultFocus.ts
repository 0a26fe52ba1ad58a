import type { Virtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import type { HitData } from "../queries";
import { readPlace, savePlace } from "./restore";

const FRAMES_TO_WAIT = 60;
const FRAMES_AT_REST = 5; // rows drawn for the first time push the others about for some frames

type Options = {
  hits: readonly HitData[];
  columns: number;
  virtualizer: Virtualizer<Window, Element>;
  canGrow: boolean;
  grow: () => void;
};

/** The hit that Tab reaches, moving the focus to another, and coming back to where one was. */
export function useResultFocus({ hits, columns, virtualizer, canGrow, grow }: Options) {
  const { key } = useLocation();
  const [place] = useState(() => readPlace(key));
  const [current, setCurrent] = useState(place?.index ?? 0);
  const isSettled = useRef(false);
  const opened = useRef("");

  const rowOf = (index: number) => Math.floor(index / columns);
  const focus = (index: number) => {
    setCurrent(index);
    virtualizer.scrollToIndex(rowOf(index), { align: "auto" });
    focusSoon(hits[index]?.id, FRAMES_TO_WAIT);
  };
  // Stable, so that scrolling does not draw every card anew.
  const leave = useCallback((hit: HitData) => {
    opened.current = hit.id;
    setCurrent(hits.findIndex(({ id }) => id === hit.id));
  }, [hits]);

  const settle = useEffectEvent(() => {
    if (isSettled.current) return;
    if (place && hits.length <= Math.max(place.index, place.anchorIndex) && canGrow) {
      grow();
      return;
    }
    isSettled.current = true;
    if (!place) return;
    const bringNear = () => virtualizer.scrollToIndex(rowOf(place.anchorIndex), { align: "start" });
    const anchor = { id: place.anchorId, top: place.anchorTop };
    anchorSoon(anchor, bringNear, FRAMES_TO_WAIT, FRAMES_AT_REST, () =>
      focusSoon(place.openedId, FRAMES_TO_WAIT),
    );
  });
  const isReady = virtualizer.options.scrollMargin > 0 && hits.length > 0;
  useEffect(() => {
    if (isReady) settle();
  }, [isReady, hits.length, canGrow]);

  const remember = useEffectEvent((historyKey: string) => {
    const anchor = firstInSight();
    const anchorIndex = hits.findIndex(({ id }) => id === anchor?.id);
    const isMoved = window.scrollY > 0 || current > 0 || opened.current !== "";
    if (!anchor || anchorIndex < 0 || !isMoved || !isSettled.current) return;
    savePlace(historyKey, {
      anchorId: anchor.id,
      anchorIndex,
      anchorTop: anchor.top,
      index: current,
      openedId: opened.current,
    });
  });
  // A layout effect, for it ends while the page still has its height, and so its scroll position.
  useLayoutEffect(() => {
    const rememberNow = () => remember(key);
    window.addEventListener("pagehide", rememberNow);
    return () => {
      window.removeEventListener("pagehide", rememberNow);
      rememberNow();
    };
  }, [key]);

  return { current, focus, leave };
}

type Anchor = { id: string; top: number };

function firstInSight(): Anchor | undefined {
  const links = document.querySelectorAll<HTMLElement>("#results [data-hit]");
  const tops = [...links].map((link) => ({ id: link.dataset.hit ?? "", top: link.getBoundingClientRect().top }));
  return tops.find(({ top }) => top >= 0);
}

/**
 * Scrolls until the anchor stands where it stood, and stays there. Not to the old scroll position:
 * rows that were never drawn have a guessed height, so far down it belongs to another row.
 */
function anchorSoon(anchor: Anchor, bringNear: () => void, frames: number, rest: number, done: () => void): void {
  if (frames === 0 || rest === 0) {
    done();
    return;
  }
  const link = linkOf(anchor.id);
  const off = link ? link.getBoundingClientRect().top - anchor.top : Infinity;
  if (!link) bringNear();
  else if (Math.abs(off) > 1) window.scrollBy(0, off);
  const nextRest = Math.abs(off) > 1 ? FRAMES_AT_REST : rest - 1;
  requestAnimationFrame(() => anchorSoon(anchor, bringNear, frames - 1, nextRest, done));
}

/** A hit far down is on the page only some frames after scrolling to it. */
function focusSoon(id: string | undefined, frames: number): void {
  if (!id || frames === 0) return;
  const link = linkOf(id);
  if (link) link.focus({ preventScroll: true });
  else requestAnimationFrame(() => focusSoon(id, frames - 1));
}

function linkOf(id: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-hit="${CSS.escape(id)}"]`);
}
