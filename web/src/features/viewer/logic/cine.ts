/** Which frame a cine shows, and for how long. */

export const SPEEDS = [0.25, 0.5, 1, 1.5, 2] as const;
const UNRECORDED_MS = 100; // ten images a second, as a hand on the wheel would

/** Durations in ms of all frames; those without a recorded time take the usual pace. */
export function playDurations(recorded: readonly (number | null)[]): number[] {
  return recorded.map((duration) => duration ?? UNRECORDED_MS);
}

/** Frame that is due `elapsed` ms (at `speed`) after `start` began to show; it loops. */
export function frameDue(
  durations: readonly number[],
  start: number,
  elapsed: number,
  speed: number,
): number {
  const total = durations.reduce((sum, duration) => sum + duration, 0);
  if (total <= 0) return start;
  let left = (Math.max(0, elapsed) * speed) % total;
  for (let step = 0; step < durations.length; step += 1) {
    const index = (start + step) % durations.length;
    const duration = durations[index] ?? 0;
    if (left < duration) return index;
    left -= duration;
  }
  return start;
}

/** Frames a second of a recording; null where no time is recorded. */
export function recordedRate(recorded: readonly (number | null)[]): number | null {
  const known = recorded.filter((duration): duration is number => duration !== null);
  const total = known.reduce((sum, duration) => sum + duration, 0);
  return known.length > 0 && total > 0 ? (1000 * known.length) / total : null;
}
