import { useCallback, useState, type RefCallback } from "react";
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
