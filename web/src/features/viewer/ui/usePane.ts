import { useCallback, useState, useSyncExternalStore, type RefCallback } from "react";
import { EMPTY, type PaneState } from "../stack/paneState";
import { StackPane } from "../stack/StackPane";

/** A viewport in an element of the page: opened with it, closed with it. */
export function usePane(onPane: (pane: StackPane | null) => void): {
  pane: StackPane | null;
  fault: string | null;
  element: RefCallback<HTMLDivElement>;
} {
  const [pane, setPane] = useState<StackPane | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const element = useCallback(
    (node: HTMLDivElement) => {
      const opened = openPane(node);
      setFault(opened ? null : "This browser cannot draw medical images.");
      setPane(opened);
      onPane(opened);
      return () => {
        setPane(null);
        onPane(null);
        opened?.close();
      };
    },
    [onPane],
  );
  return { pane, fault, element };
}

function openPane(element: HTMLDivElement): StackPane | null {
  try {
    return new StackPane(element);
  } catch (cause) {
    console.error("viewport", cause);
    return null;
  }
}

const noChanges = (): (() => void) => () => undefined;
const nothing = (): PaneState => EMPTY;

/** State of a viewport; the empty one while there is no viewport. */
export function usePaneState(pane: StackPane | null): PaneState {
  return useSyncExternalStore(pane?.store.subscribe ?? noChanges, pane?.store.getState ?? nothing);
}
