import { useEffect, useSyncExternalStore } from "react";
import { hasPicture, type SearchState, withFile, withOtherFile } from "../state/searchState";
import type { UpdateSearch } from "../state/useSearchState";
import { sendQueryFile, sendUploads } from "./transfer";
import { type Upload, UploadQueue } from "./uploadQueue";

/** The page's one queue: transfers go on while a case is open. */
export const uploadQueue = new UploadQueue({ query: sendQueryFile, add: sendUploads });
const asked = new Set<string>();

export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(uploadQueue.subscribe, uploadQueue.snapshot);
}

/** Puts files into the search as they arrive: the first of a drop is asked about, the rest are kept at hand. */
export function useArrivals(update: UpdateSearch): void {
  const uploads = useUploads();
  useEffect(() => {
    const arrived = uploads.filter(({ queryId }) => queryId && !asked.has(queryId));
    if (arrived.length === 0) return;
    arrived.forEach(({ queryId }) => asked.add(queryId ?? ""));
    update((state) => arrived.reduce(arrive, state));
  }, [uploads, update]);
}

export function arrive(state: SearchState, { queryId, leads }: Upload): SearchState {
  if (!queryId) return state;
  return leads || !hasPicture(state) ? withFile(state, queryId) : withOtherFile(state, queryId);
}
