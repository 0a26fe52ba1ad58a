import { useMemo } from "react";
import type { PaneState } from "../stack/paneState";
import type { StackPane } from "../stack/StackPane";

/** How long each frame of a viewport's stack is shown, in ms; null where the file does not say. */
export function useRecordedTimes(
  pane: StackPane | null,
  { stack, count }: PaneState,
): readonly (number | null)[] {
  return useMemo(
    () => Array.from({ length: count }, (_, index) => pane?.info(index)?.durationMs ?? null),
    // Another stack has other times.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [pane, stack, count],
  );
}
