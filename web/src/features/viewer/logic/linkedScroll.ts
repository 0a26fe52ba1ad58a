/** Two stacks that belong together at one place: the query's frame and the frame that matched it. */
export interface Anchor {
  from: number;
  to: number;
}

/**
 * Where the other stack stands when this one is at `index`.
 *
 * Positions are relative: ends meet ends, the anchored frames meet each other, and between them
 * both stacks move in proportion.
 */
export function linkedIndex(
  index: number,
  count: number,
  otherCount: number,
  anchor?: Anchor,
): number {
  const last = Math.max(0, count - 1);
  const otherLast = Math.max(0, otherCount - 1);
  if (last === 0) return clamp(anchor?.to ?? 0, otherLast);
  const { from, to } = anchor && inside(anchor, last, otherLast) ? anchor : { from: 0, to: 0 };
  if (index <= from) return clamp(from === 0 ? to : (index / from) * to, otherLast);
  return clamp(to + ((index - from) / (last - from)) * (otherLast - to), otherLast);
}

/** The same meeting point seen from the other stack. */
export function reversed(anchor: Anchor | undefined): Anchor | undefined {
  return anchor && { from: anchor.to, to: anchor.from };
}

function inside({ from, to }: Anchor, last: number, otherLast: number): boolean {
  return from >= 0 && from <= last && to >= 0 && to <= otherLast;
}

function clamp(value: number, last: number): number {
  return Math.min(last, Math.max(0, Math.round(value)));
}
