import { number, numbers, type DicomJson } from "./json";
import { TAG } from "./tags";

/** Milliseconds that `frame` (from 1) is shown, from the recorded times; null where none is. */
export function frameDuration(header: DicomJson, frame: number): number | null {
  const time = number(header, TAG.FrameTime);
  if (time !== undefined && time > 0) return time;
  const steps = numbers(header, TAG.FrameTimeVector);
  // The vector holds the time before each frame (PS3.3 C.7.6.5.1.2): the last frame takes the one before it.
  const step = steps[frame] ?? steps[frame - 1];
  if (step !== undefined && step > 0) return step;
  for (const tag of [TAG.CineRate, TAG.RecommendedDisplayFrameRate]) {
    const rate = number(header, tag);
    if (rate !== undefined && rate > 0) return 1000 / rate;
  }
  return null;
}
