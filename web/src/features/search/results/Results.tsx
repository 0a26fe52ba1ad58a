import { Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { SearchInput } from "../../../gql/graphql";
import { ErrorNotice } from "../../../ui/ErrorNotice";
import { Notice } from "../../../ui/Notice";
import { type HitData, hitsQuery, isGone } from "../queries";
import { isAsked, type SearchState, withLike } from "../state/searchState";
import type { UpdateSearch } from "../state/useSearchState";
import { EmptyArchive, NothingAlike } from "./EmptyStates";
import { ResultList } from "./ResultList";
import { ResultsHeader } from "./ResultsHeader";
import classes from "./Results.module.css";
import { ResultSkeleton } from "./ResultSkeleton";
import { useMark } from "./useMark";
import { useSlow } from "./useSlow";
import { Waiting } from "../../../ui/Waiting";

type Props = { state: SearchState; input: SearchInput; update: UpdateSearch };

/** The answer to the search in the URL, in whichever state it is. */
export function Results({ state, input, update }: Props) {
  const answer = useInfiniteQuery(hitsQuery(input));
  const { data, error, fetchNextPage, hasNextPage, isFetching, isFetchingNextPage } = answer;
  const onMark = useMark(input);
  const isSlow = useSlow(isFetching && !isFetchingNextPage);
  const hits = useMemo(() => data?.pages.flatMap(({ edges }) => edges.map(({ node }) => node)) ?? [], [data]);
  const first = data?.pages[0];

  const onLike = ({ instance, frame }: HitData) => {
    if (!instance) return;
    update((now) => withLike(now, instance.instanceUid, instance.frames > 1 ? frame : null));
    document.getElementById("main")?.focus();
    window.scrollTo(0, 0);
  };

  const grow = useCallback(() => void fetchNextPage(), [fetchNextPage]);

  if (error && !first) {
    if (state.file && isGone(error)) return null; // said where the file is shown
    return <ErrorNotice error={error} onRetry={() => void answer.refetch()} />;
  }
  if (!first) {
    return (
      <div className={classes.results}>
        <p role="status" className={classes.status}>
          {waitingText(answer.fetchStatus === "paused", isSlow)}
        </p>
        <ResultSkeleton />
      </div>
    );
  }
  return (
    <div className={classes.results} aria-busy={answer.isPlaceholderData}>
      <ResultsHeader state={state} input={input} answer={first} update={update} isOlder={answer.isPlaceholderData} />
      {first.unlike && !answer.isPlaceholderData && (
        <Notice tone="warning" title="Nothing here looks like this picture.">
          <Text size="sm">It is blank, or even the nearest hit is farther away than 97 in 100 of the archive’s pictures are from theirs.</Text>
        </Notice>
      )}
      {answer.isPlaceholderData && isSlow && <Text size="sm">{waitingText(false, true)}</Text>}
      {hits.length === 0 && !answer.isPlaceholderData && (isAsked(state) ? <NothingAlike state={state} update={update} /> : <EmptyArchive />)}
      <div className={classes.hits} data-older={answer.isPlaceholderData || undefined}>
        <ResultList
          key={JSON.stringify(input)}
          hits={hits}
          total={first.totalCount}
          state={state}
          canGrow={hasNextPage && !isFetching && !error}
          grow={grow}
          onMark={onMark}
          onLike={onLike}
        />
      </div>
      {isFetchingNextPage && <Waiting size="sm" type="dots" label="Loading more hits" className={classes.more ?? ""} />}
      {error && <ErrorNotice error={error} advice="The hits above are kept." onRetry={() => void fetchNextPage()} />}
    </div>
  );
}

function waitingText(isPaused: boolean, isSlow: boolean): string {
  if (isPaused) return "Waiting for the network. Your search is kept in the address.";
  if (isSlow) return "Still searching. The first search after a start also loads the model.";
  return "Searching";
}
