import { useEffect, useRef } from "react";
import { linkPanes, type Links } from "../stack/link";
import type { StackPane } from "../stack/StackPane";
import { usePaneState } from "./usePaneState";

/** Lets query and hit follow each other; where both first stand, they belong together. */
export function useLinkedPanes(query: StackPane | null, hit: StackPane | null, links: Links): void {
  const current = useRef(links);
  useEffect(() => {
    current.current = links;
  }, [links]);
  const queryStack = usePaneState(query).stack;
  const hitStack = usePaneState(hit).stack;
  useEffect(() => {
    if (!query || !hit || queryStack === 0 || hitStack === 0) return undefined;
    const anchor = { from: query.store.getState().target, to: hit.store.getState().target };
    return linkPanes(query, hit, anchor, () => current.current);
  }, [query, hit, queryStack, hitStack]);
}
