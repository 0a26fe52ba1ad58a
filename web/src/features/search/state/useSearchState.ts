import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { formatState, parseState, type SearchState } from "./searchState";

type Change = Partial<SearchState> | ((state: SearchState) => SearchState);
type Options = {
  /** Does not become a step of the back button; for what is typed or only looks different. */
  replace?: boolean;
};
export type UpdateSearch = (change: Change, options?: Options) => void;

/** The search in the URL, and the one way to change it. */
export function useSearchState(): [SearchState, UpdateSearch] {
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => parseState(params), [params]);
  const update = useCallback<UpdateSearch>(
    (change, options = {}) => {
      // Not from `params`: an upload may end long after the render that started it.
      const now = parseState(new URLSearchParams(window.location.search));
      const next = typeof change === "function" ? change(now) : { ...now, ...change };
      // At once: a checkbox that is only ticked after the next rendering looks broken.
      const at = { replace: options.replace ?? false, preventScrollReset: true, flushSync: true };
      setParams(formatState(next), at);
    },
    [setParams],
  );
  return [state, update];
}
