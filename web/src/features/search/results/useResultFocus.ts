import type { Virtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import type { HitData } from "../queries";
import { readPlace, savePlace } from "./restore";

const FRAMES_TO_WAIT = 30;

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
  const opened = useRef(false);

  const focus = (index: number) => {
    setCurrent(index);
    virtualizer.scrollToIndex(Math.floor(index / columns), { align: "auto" });
    focusSoon(hits[index]?.id, FRAMES_TO_WAIT);
  };
  // Stable, so that scrolling does not draw every card anew.
  const leave = useCallback((hit: HitData) => {
    opened.current = true;
    setCurrent(hits.findIndex(({ id }) => id === hit.id));
  }, [hits]);

  const settle = useEffectEvent(() => {
    if (isSettled.current) return;
    if (place && hits.length <= place.index && canGrow) {
      grow();
      return;
    }
    isSettled.current = true;
    scrollSoon(place?.scrollY ?? 0, place ? FRAMES_TO_WAIT : 0, () => {
      if (!place) return;
      // Rows that were never drawn have a guessed height: far down, the old position may not exist.
      if (!linkOf(place.hitId)) virtualizer.scrollToIndex(Math.floor(place.index / columns), { align: "center" });
      if (place.opened) focusSoon(place.hitId, 2 * FRAMES_TO_WAIT);
    });
  });
  const isReady = virtualizer.options.scrollMargin > 0 && hits.length > 0;
  useEffect(() => {
    if (isReady) settle();
  }, [isReady, hits.length, canGrow]);

  const remember = useEffectEvent((historyKey: string) => {
    const hit = hits[current];
    const isMoved = window.scrollY > 0 || current > 0 || opened.current;
    if (!hit || !isMoved || !isSettled.current) return;
    savePlace(historyKey, {
      hitId: hit.id,
      index: current,
      scrollY: window.scrollY,
      opened: opened.current,
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

/** The list gets its height some frames after its hits: until then scrolling ends too early. */
function scrollSoon(top: number, frames: number, done: () => void): void {
  window.scrollTo(0, top);
  if (frames === 0 || Math.abs(window.scrollY - top) <= 1) requestAnimationFrame(done);
  else requestAnimationFrame(() => scrollSoon(top, frames - 1, done));
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
