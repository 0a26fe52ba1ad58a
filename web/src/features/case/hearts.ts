import type { CaseData } from "./queries";

const ULTRASOUND = new Set(["US", "IVUS"]);

/** Whether an image may show a beating heart: an ultrasound clip, or one in which something was measured. */
export function mayShowHeart(
  { series, measurements }: Pick<CaseData, "series" | "measurements">,
  instanceUid: string | null,
): boolean {
  if (measurements.some((one) => one.instanceUid === instanceUid && one.value !== null)) return true;
  return series.some(
    ({ modality, instances }) =>
      ULTRASOUND.has(modality) &&
      instances.some((one) => one.instanceUid === instanceUid && one.frames > 1),
  );
}
