import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { formatState, parseState, type SearchState } from "../../search/state/searchState";
import { addView, parseView, type View } from "./view";

export type Asked = { search: SearchState; view: View };
export type Update = (change: (now: Asked) => Asked, options?: { replace?: boolean }) => void;

export function addressOf({ search, view }: Asked): string {
  return addView(formatState(search), view).toString();
}

/** What the URL asks of the analytics page, and the one way to change it. */
export function useAnalytics(): [Asked, Update] {
  const [params, setParams] = useSearchParams();
  const asked = useMemo(() => ({ search: parseState(params), view: parseView(params) }), [params]);
  const update = useCallback<Update>(
    (change, { replace = false } = {}) => {
      const now = new URLSearchParams(window.location.search);
      const next = change({ search: parseState(now), view: parseView(now) });
      setParams(addressOf(next), { replace, preventScrollReset: true });
    },
    [setParams],
  );
  return [asked, update];
}
