import { cache, Enums, imageLoader } from "@cornerstonejs/core";

const AT_ONCE = 3;
const MOST_FRAMES = 400;

/**
 * Loads a stack's frames in the background, nearest to `start` first; returns how to stop it.
 *
 * A frame that fails is left for the viewer to report when it is asked for.
 */
export function prefetch(
  imageIds: readonly string[],
  start: number,
  loaded: (count: number) => void,
): () => void {
  const queue = nearestFirst(imageIds.length, start).slice(0, MOST_FRAMES);
  let stopped = false;
  let count = 0;
  const next = async (): Promise<void> => {
    for (let index = queue.shift(); index !== undefined && !stopped; index = queue.shift()) {
      if (await load(imageIds[index])) loaded((count += 1));
    }
  };
  for (let lane = 0; lane < AT_ONCE; lane += 1) void next();
  return () => {
    stopped = true;
  };
}

/** Indexes in order of distance from `start`. */
export function nearestFirst(count: number, start: number): number[] {
  const all = Array.from({ length: count }, (_, index) => index);
  return all.sort((a, b) => Math.abs(a - start) - Math.abs(b - start) || b - a);
}

async function load(imageId: string | undefined): Promise<boolean> {
  if (imageId === undefined) return false;
  if (cache.isLoaded(imageId)) return true;
  try {
    const options = { requestType: Enums.RequestType.Prefetch, priority: 0, useRGBA: false };
    await imageLoader.loadAndCacheImage(imageId, options);
    return true;
  } catch {
    return false;
  }
}
