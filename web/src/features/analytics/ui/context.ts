import { createContext, use } from "react";
import type { CaseSet } from "../queries";
import { type Mark, narrowed, narrowedSet, searchOf } from "../state/narrow";
import { type Asked, addressOf, type Update } from "../state/useAnalytics";
import { formatState } from "../../search/state/searchState";
import type { View } from "../state/view";
import { type About, queryText } from "../logic/exportFile";

/** What every chart of the page needs: what is asked, the cases, and ways to ask for something else. */
export type Analysis = Asked & {
  set: CaseSet;
  update: Update;
  /** Requires these marks as well. */
  filter: (marks: readonly Mark[]) => void;
  look: (change: (view: View) => View) => void;
};

export const AnalysisContext = createContext<Analysis | null>(null);

export function useAnalysis(): Analysis {
  const found = use(AnalysisContext);
  if (!found) throw new Error("A chart stands outside of the analytics page.");
  return found;
}

export function analysisOf(asked: Asked, set: CaseSet, update: Update): Analysis {
  return {
    ...asked,
    set,
    update,
    filter: (marks) => {
      update((now) => narrowedSet(now, marks));
    },
    look: (change) => {
      update(({ search, view }) => ({ search, view: change(view) }));
    },
  };
}

/** The search page with these marks required as well. */
export function casesLink(asked: Asked, marks: readonly Mark[]): string {
  return `/?${formatState(narrowed(searchOf(asked), marks)).toString()}`;
}

/** What a file says of itself besides its own totals. */
export function aboutQuery(asked: Asked, set: CaseSet, of: object): About {
  return {
    query: queryText(set, of),
    address: `${window.location.origin}/analytics?${addressOf(asked)}`,
  };
}
