import type { HitData } from "../queries";
import { formatState, type SearchState } from "../state/searchState";

/** Where a hit opens: its case, beside the picture asked, with the search to come back to. */
export function caseLink(hit: HitData, state: SearchState): string {
  const params = new URLSearchParams();
  if (hit.instance) {
    params.set("series", hit.instance.seriesUid);
    params.set("instance", hit.instance.instanceUid);
    if (hit.frame !== null) params.set("frame", String(hit.frame));
  }
  if (state.like) params.set("like", state.like);
  if (state.file) params.set("file", state.file);
  const from = formatState(state).toString();
  if (from) params.set("from", from);
  return `/case/${encodeURIComponent(hit.case.studyUid)}?${params.toString()}`;
}
