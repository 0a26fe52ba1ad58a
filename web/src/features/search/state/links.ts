import { setRange, toggleValue } from "./conditions";
import { EMPTY, formatState, type SearchState, withLike } from "./searchState";

/** Ejection fractions: a span such as 40-49, or from and to. */
type Range = { span: string } | { from: string; to: string };

/** Where the hits of a search with such an ejection fraction are. */
export function efLink(state: SearchState, range: Range): string {
  const others = setRange(state.conditions, "EF", "", "");
  const conditions =
    "span" in range
      ? toggleValue(others, "EF", range.span)
      : setRange(others, "EF", range.from, range.to);
  return `/?${formatState({ ...state, conditions }).toString()}`;
}

/** Where pictures like this one with such an ejection fraction are. */
export function likeLink(instanceUid: string, range: Range): string {
  return efLink(withLike(EMPTY, instanceUid, null), range);
}
