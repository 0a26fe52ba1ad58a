import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { hitsQuery, type HitData } from "../search/queries";
import { isAsked, parseState, toInput } from "../search/state/searchState";

type Neighbours = {
  hit: HitData | undefined;
  total: number;
  previous: HitData | undefined;
  next: HitData | undefined;
};

/** This case's place among the hits of the search that led here. */
export function useNeighbours(
  from: string,
  studyUid: string,
  instanceUid: string | null,
  seriesUid: string | null,
): Neighbours {
  const state = useMemo(() => parseState(new URLSearchParams(from)), [from]);
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    ...hitsQuery(useMemo(() => toInput(state), [state])),
    enabled: from !== "" && isAsked(state),
  });
  const hits = useMemo(
    () => data?.pages.flatMap(({ edges }) => edges.map(({ node }) => node)),
    [data],
  );
  const place = placeOf(hits ?? [], studyUid, instanceUid, seriesUid);
  const atTheEnd = place >= 0 && place === (hits?.length ?? 0) - 1;
  useEffect(() => {
    if (atTheEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [atTheEnd, hasNextPage, isFetchingNextPage, fetchNextPage]);
  return {
    hit: hits?.[place],
    total: data?.pages[0]?.totalCount ?? 0,
    previous: place > 0 ? hits?.[place - 1] : undefined,
    next: place >= 0 ? hits?.[place + 1] : undefined,
  };
}

/** The hit that is this image, else one of this series, else the first of this case; -1 for none. */
export function placeOf(
  hits: readonly HitData[],
  studyUid: string,
  instanceUid: string | null,
  seriesUid: string | null,
): number {
  const ranked = hits.map((hit) => {
    if (hit.case.studyUid !== studyUid) return 0;
    if (instanceUid && hit.instance?.instanceUid === instanceUid) return 3;
    return seriesUid && hit.instance?.seriesUid === seriesUid ? 2 : 1;
  });
  const best = Math.max(0, ...ranked);
  return best === 0 ? -1 : ranked.findIndex((rank) => rank === best);
}
