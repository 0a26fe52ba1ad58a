/** A size by frame, as its values at the ends of beats are read: without lone outliers, hardly smoothed. */

/** What differs between a person and a mouse. */
export const HEARTS = {
  human: { shortestBeatMs: 270, frameMs: 33, perMl: 1, volume: "mL" },
  mouse: { shortestBeatMs: 70, frameMs: 5, perMl: 1000, volume: "µL" },
} as const;
export type Species = keyof typeof HEARTS;

const SHARP = 0.025; // of the shortest beat

/** `values` are null where there is no ventricle; what a person drew (`edited`) counts as it is. */
export function curveOf(
  values: readonly (number | null)[],
  timesMs: readonly number[] | null,
  species: Species,
  edited: ReadonlySet<number>,
): (number | null)[] {
  if (values.length < 2 || values.every((value) => value === null)) return [...values];
  const { shortestBeatMs, frameMs } = HEARTS[species];
  const times = timesMs ?? values.map((_, n) => n * frameMs);
  const curve = smoothed(filled(values), times, SHARP * shortestBeatMs);
  return curve.map((value, n) => (edited.has(n) ? (values[n] ?? null) : value));
}

/** Gaps drawn straight, and lone outliers replaced by the median of five. */
export function filled(values: readonly (number | null)[]): number[] {
  const whole = interpolated(values);
  if (whole.length < 5) return whole;
  const size = median(whole.map(Math.abs));
  return whole.map((value, n) => {
    const around = [-2, -1, 0, 1, 2].map((step) => whole[Math.min(whole.length - 1, Math.max(0, n + step))] ?? value);
    const usual = median(around);
    const spread = median(around.map((one) => Math.abs(one - usual)));
    return Math.abs(value - usual) > Math.max(6 * spread, 0.1 * size) ? usual : value;
  });
}

function interpolated(values: readonly (number | null)[]): number[] {
  const known = values.flatMap((value, n) => (value === null ? [] : [{ value, n }]));
  return values.map((_, n) => {
    const after = known.find((one) => one.n >= n) ?? known.at(-1);
    const before = known.findLast((one) => one.n <= n) ?? after;
    if (!before || !after) return 0;
    const part = after.n === before.n ? 0 : (n - before.n) / (after.n - before.n);
    return before.value + part * (after.value - before.value);
  });
}

/** Weighted means over time; a straight line is left as it is, also at its ends. */
export function smoothed(values: readonly number[], times: readonly number[], sigma: number): number[] {
  return times.map((now) => {
    let [total, first, second, zeroth, slope] = [0, 0, 0, 0, 0];
    times.forEach((time, n) => {
      const offset = time - now;
      const weight = Math.exp(-((offset / sigma) ** 2) / 2);
      const value = values[n] ?? 0;
      total += weight;
      first += weight * offset;
      second += weight * offset ** 2;
      zeroth += weight * value;
      slope += weight * offset * value;
    });
    const spread = total * second - first ** 2;
    if (spread <= 1e-9 * Math.max(total * second, 1e-12)) return zeroth / total;
    return (second * zeroth - first * slope) / spread;
  });
}

export function median(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b);
  const half = Math.floor(ordered.length / 2);
  const upper = ordered[half] ?? NaN;
  return ordered.length % 2 ? upper : ((ordered[half - 1] ?? NaN) + upper) / 2;
}
