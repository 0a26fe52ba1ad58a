import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { ApiError } from "../../api/errors";
import { execute } from "../../api/graphql";
import type { HitCardFragment, SearchInput, SearchQuery } from "../../gql/graphql";
import { FACETS, FILTERS, FINDING_SUGGESTIONS, LIKE_INSTANCE, QUERY_FILE, SEARCH, SUGGESTIONS, TOTAL } from "./documents";

export const PAGE_SIZE = 48;
export type SearchPageData = SearchQuery["search"];
export type HitData = HitCardFragment;

// An answer is filed under the question that it answers, so one that comes late cannot replace a
// newer one; and a question that is no longer on the screen is aborted.

export function hitsQuery(input: SearchInput) {
  return infiniteQueryOptions({
    queryKey: ["search", input] as const,
    queryFn: async ({ pageParam, signal }) => {
      const variables = { input, first: PAGE_SIZE, after: pageParam };
      return (await execute(SEARCH, variables, signal)).search;
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }: SearchPageData) =>
      pageInfo.hasNextPage ? pageInfo.endCursor : null,
    placeholderData: keepPreviousData,
  });
}

export function totalQuery(input: SearchInput) {
  return queryOptions({
    queryKey: ["total", input],
    queryFn: async ({ signal }) => (await execute(TOTAL, { input }, signal)).search.totalCount,
  });
}

export function facetsQuery(input: SearchInput) {
  return queryOptions({
    queryKey: ["facets", input],
    queryFn: async ({ signal }) => (await execute(FACETS, { input }, signal)).facets,
    placeholderData: keepPreviousData,
  });
}

export const filtersQuery = queryOptions({
  queryKey: ["filters"],
  queryFn: async ({ signal }) => (await execute(FILTERS, {}, signal)).filters,
  staleTime: Infinity,
});

export function suggestionsQuery(text: string) {
  return queryOptions({
    queryKey: ["suggestions", text],
    queryFn: async ({ signal }) => (await execute(SUGGESTIONS, { text }, signal)).suggestions,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function findingSuggestionsQuery(text: string) {
  return queryOptions({
    queryKey: ["findingSuggestions", text],
    queryFn: async ({ signal }) =>
      (await execute(FINDING_SUGGESTIONS, { text }, signal)).findingSuggestions,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

export function queryFileQuery(id: string) {
  return queryOptions({
    queryKey: ["queryFile", id],
    queryFn: async ({ signal }) => (await execute(QUERY_FILE, { id }, signal)).queryFile,
    staleTime: Infinity,
  });
}

export function likeQuery(uid: string) {
  return queryOptions({
    queryKey: ["instance", uid],
    queryFn: async ({ signal }) => (await execute(LIKE_INSTANCE, { uid }, signal)).instance,
    staleTime: Infinity,
  });
}

/** Whether the file that was asked about is no longer held by the server. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.code === "NOT_FOUND";
}
