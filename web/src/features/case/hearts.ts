import type { CaseData } from "./queries";

const ULTRASOUND = new Set(["US", "IVUS"]);
// Reasons of single frames in which a heart was seen.
const STILLS = new Set(["one_frame", "other_still", "several_stills", "stills_differ", "no_contraction", "systole_larger"]);

/** Whether an image may show a heart: an ultrasound clip, or one in which something was measured or seen. */
export function mayShowHeart(
  { series, measurements }: Pick<CaseData, "series" | "measurements">,
  instanceUid: string | null,
): boolean {
  const own = measurements.filter((one) => one.instanceUid === instanceUid);
  if (own.some(({ value, reason }) => value !== null || STILLS.has(reason?.code ?? ""))) return true;
  return series.some(
    ({ modality, instances }) =>
      ULTRASOUND.has(modality) &&
      instances.some((one) => one.instanceUid === instanceUid && one.frames > 1),
  );
}
