import { useEffect } from "react";
import type { ShownFrame } from "../paneSource";
import type { StackPane } from "../stack/StackPane";
import { usePaneState } from "./usePaneState";

const SETTLED_MS = 350;

/** Tells which frame is on the screen once scrolling has come to rest. */
export function useShownFrame(pane: StackPane | null, onShown: (shown: ShownFrame) => void): void {
  const { shown, stack } = usePaneState(pane);
  useEffect(() => {
    const info = pane?.info(shown);
    if (!info) return undefined;
    const { instanceUid, frame } = info;
    const timer = setTimeout(() => onShown({ instanceUid, frame }), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [pane, shown, stack, onShown]);
}
