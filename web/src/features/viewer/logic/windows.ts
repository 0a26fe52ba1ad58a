/** Windows (level and width in modality units) by name. */

export interface Window {
  center: number;
  width: number;
}

export interface WindowPreset extends Window {
  id: string;
  label: string;
}

/** Keys 1 to 4 do what they do in OHIF. */
const CT: readonly WindowPreset[] = [
  { id: "soft-tissue", label: "Soft tissue", center: 40, width: 400 },
  { id: "lung", label: "Lung", center: -600, width: 1500 },
  { id: "bone", label: "Bone", center: 480, width: 2500 },
  { id: "brain", label: "Brain", center: 40, width: 80 },
  { id: "liver", label: "Liver", center: 90, width: 150 },
  { id: "mediastinum", label: "Mediastinum", center: 50, width: 350 },
  { id: "angio", label: "Vessels", center: 170, width: 600 },
];

const BY_MODALITY: Readonly<Record<string, readonly WindowPreset[]>> = { CT };

/** Named windows of a modality; only CT has units that make them mean something. */
export function presetsFor(modality: string): readonly WindowPreset[] {
  return BY_MODALITY[modality] ?? [];
}

const SAMPLE = 65_536;
const LOW = 0.005;
const HIGH = 0.995;

/** From the 0.5th to the 99.5th percentile of a regular sample, without padding (both ends included). */
export function autoWindow(
  pixels: ArrayLike<number>,
  padding: readonly [number, number] | null = null,
): Window | null {
  const sample = sampled(pixels, padding);
  if (sample.length === 0) return null;
  let low = at(sample, LOW);
  let high = at(sample, HIGH);
  if (low === high) [low, high] = [at(sample, 0), at(sample, 1)];
  return { center: (low + high) / 2, width: Math.max(high - low, Number.EPSILON) };
}

function sampled(
  pixels: ArrayLike<number>,
  padding: readonly [number, number] | null,
): Float64Array {
  const step = Math.max(1, Math.floor(pixels.length / SAMPLE));
  const kept: number[] = [];
  for (let index = 0; index < pixels.length; index += step) {
    const value = pixels[index] ?? NaN;
    const padded = padding !== null && value >= padding[0] && value <= padding[1];
    if (Number.isFinite(value) && !padded) kept.push(value);
  }
  return Float64Array.from(kept).sort();
}

function at(sorted: Float64Array, part: number): number {
  return sorted[Math.round(part * (sorted.length - 1))] ?? 0;
}

/**
 * The window that `other` takes when its neighbour moved from `before` to `after`.
 *
 * With the same units (CT beside CT) it is the same window, else the same change relative to its own.
 */
export function linkedWindow(
  after: Window,
  before: Window,
  other: Window,
  sameUnits: boolean,
): Window {
  if (sameUnits) return after;
  const width = Math.max(before.width, Number.EPSILON);
  return {
    width: (other.width * after.width) / width,
    center: other.center + ((after.center - before.center) / width) * other.width,
  };
}
