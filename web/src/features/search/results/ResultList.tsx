import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect } from "react";
import type { HitData } from "../queries";
import type { SearchState } from "../state/searchState";
import { caseLink } from "./caseLink";
import { HitCard } from "./HitCard";
import { moved } from "./moves";
import classes from "./ResultList.module.css";
import { useListLayout } from "./useListLayout";
import { useResultFocus } from "./useResultFocus";

const ROWS_AHEAD = 4;
const STICKY_PX = 150; // header and search bar, which must not cover what has the focus

type Props = {
  hits: readonly HitData[];
  total: number;
  state: SearchState;
  canGrow: boolean;
  grow: () => void;
  onMark: (hit: HitData) => void;
  onLike: (hit: HitData) => void;
};

/** Hits in rows, of which only those near the screen exist: thousands scroll like dozens. */
export function ResultList({ hits, total, state, canGrow, grow, onMark, onLike }: Props) {
  const [watchLayout, { columns, rowPx, gapPx, top }] = useListLayout(state.view);
  const rows = Math.ceil(hits.length / columns);
  const virtualizer = useWindowVirtualizer({
    count: top > 0 ? rows : 0,
    estimateSize: () => rowPx,
    gap: gapPx,
    overscan: ROWS_AHEAD,
    scrollMargin: top,
    scrollPaddingStart: STICKY_PX,
    scrollPaddingEnd: 16,
  });
  const { current, focus, leave } = useResultFocus({ hits, columns, virtualizer, canGrow, grow });
  useRemeasure(virtualizer.measure, columns, rowPx);

  const shown = virtualizer.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (canGrow && rows > 0 && lastShown >= rows - ROWS_AHEAD) grow();
  }, [canGrow, grow, lastShown, rows]);

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys of the links inside
    <div
      ref={watchLayout}
      id="results"
      role="list"
      aria-label="Hits, best first"
      className={classes.list}
      style={{ blockSize: virtualizer.getTotalSize() }}
      onKeyDown={(event) => handleKey(event)}
    >
      {shown.map((row) => (
        <div
          key={row.key}
          role="presentation"
          ref={virtualizer.measureElement}
          data-index={row.index}
          className={classes.row}
          style={{
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            gap: gapPx,
            transform: `translateY(${row.start - top}px)`,
          }}
        >
          {hits.slice(row.index * columns, (row.index + 1) * columns).map((hit, place) => {
            const index = row.index * columns + place;
            return (
              <div key={hit.id} role="listitem" aria-setsize={total} aria-posinset={index + 1}>
                <HitCard
                  hit={hit}
                  view={state.view}
                  href={caseLink(hit, state)}
                  isCurrent={index === current}
                  onMark={onMark}
                  onLike={onLike}
                  onLeave={leave}
                />
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );

  function handleKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const hit = hits[current];
    const next = moved(event.key, current, hits.length, columns);
    if (next !== null) focus(next);
    else if (event.key === "m" && hit?.instance) onLike(hit);
    else if (event.key === "x" && hit) onMark(hit);
    else return;
    event.preventDefault();
  }
}

/** Heights measured in another layout no longer hold. */
function useRemeasure(measure: () => void, columns: number, rowPx: number): void {
  useEffect(() => measure(), [measure, columns, rowPx]);
}
