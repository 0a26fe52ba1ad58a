import { useEffect } from "react";
import { frameDue } from "../logic/cine";
import type { StackPane } from "../stack/StackPane";

/**
 * Plays a viewport's stack while `playing`.
 *
 * A frame that is due but not yet loaded stops the clock, so that nothing is skipped on a slow line.
 */
export function useCine(
  pane: StackPane | null,
  durations: readonly number[],
  speed: number,
  playing: boolean,
): void {
  useEffect(() => {
    if (!pane || !playing || durations.length < 2) return undefined;
    let { target: from } = pane.store.getState();
    let set = from;
    let begun = performance.now();
    let request = 0;
    const anew = (index: number, now: number): void => {
      from = set = index;
      begun = now;
    };
    const tick = (now: number): void => {
      request = requestAnimationFrame(tick);
      const { target, shown } = pane.store.getState();
      if (target !== set || shown !== target) {
        if (target !== set) anew(target, now);
        return;
      }
      const due = frameDue(durations, from, now - begun, speed);
      if (due === set) return;
      if (pane.isLoaded(due)) {
        set = due;
        pane.scrollTo(due);
      } else anew(set, now);
    };
    request = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(request);
  }, [pane, durations, speed, playing]);
}
