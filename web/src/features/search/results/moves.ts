/** Where an arrow, Home, End or page key leads in a grid of `count` hits; null: nowhere. */
export function moved(key: string, index: number, count: number, columns: number): number | null {
  const next = target(key, index, count, columns);
  if (next === null || count === 0) return null;
  return next === index || next < 0 || next >= count ? null : next;
}

const ROWS_OF_PAGE = 3;

function target(key: string, index: number, count: number, columns: number): number | null {
  switch (key) {
    case "ArrowRight":
      return index + 1;
    case "ArrowLeft":
      return index - 1;
    case "ArrowDown":
      return Math.min(index + columns, lastRowOf(count, columns) > rowOf(index, columns) ? count - 1 : index);
    case "ArrowUp":
      return index - columns;
    case "PageDown":
      return Math.min(index + columns * ROWS_OF_PAGE, count - 1);
    case "PageUp":
      return Math.max(index - columns * ROWS_OF_PAGE, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}

function rowOf(index: number, columns: number): number {
  return Math.floor(index / columns);
}

function lastRowOf(count: number, columns: number): number {
  return rowOf(count - 1, columns);
}
