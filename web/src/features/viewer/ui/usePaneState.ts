import { useSyncExternalStore } from "react";
import { EMPTY, type PaneState } from "../stack/paneState";
import type { StackPane } from "../stack/StackPane";

const noChanges = (): (() => void) => () => undefined;
const nothing = (): PaneState => EMPTY;

/** State of a viewport; the empty one while there is no viewport. Loads nothing of the library. */
export function usePaneState(pane: StackPane | null): PaneState {
  return useSyncExternalStore(pane?.store.subscribe ?? noChanges, pane?.store.getState ?? nothing);
}
