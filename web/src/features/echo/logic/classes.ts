import type { ThresholdSetData } from "./heart";

/** "mildly_abnormal" as people read it; "" stays "". */
export function className(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** The class of a value under a set of limits; "" where the set has none for this patient. */
export function classOf(value: number | null, { limits }: Pick<ThresholdSetData, "limits">): string {
  if (value === null) return "";
  const holds = limits.find(({ least, inclusive }) => {
    if (least === null) return true;
    return inclusive ? value >= least : value > least;
  });
  return holds?.class ?? "";
}

/** Calm for what is normal; colour is never all that tells. */
export function classTone(name: string): "normal" | "between" | "abnormal" | "none" {
  if (name === "") return "none";
  if (name === "normal") return "normal";
  return /severe|moderate|^abnormal$/.test(name) ? "abnormal" : "between";
}
