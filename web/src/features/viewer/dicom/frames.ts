import { items, number, text, type DicomJson } from "./json";
import { TAG } from "./tags";

/** One frame of a stack: where its pixels are, and its header with functional groups laid flat. */
export interface StackFrame {
  imageId: string;
  instanceUid: string;
  /** From 1. */
  frame: number;
  header: DicomJson;
}

/**
 * Stacks of a series: its single pictures make one, each multi-frame instance makes its own.
 *
 * `root` is the DICOMweb root. Pictures stand in order of instance number; instances without
 * pixels (no rows) are left out.
 */
export function stacksOf(root: string, instances: readonly DicomJson[]): StackFrame[][] {
  const pictures = instances
    .filter((instance) => (number(instance, TAG.Rows) ?? 0) > 0)
    .sort((a, b) => order(a) - order(b));
  const single = pictures.filter((instance) => frameCount(instance) === 1);
  const several = pictures.filter((instance) => frameCount(instance) > 1);
  const stack = single.flatMap((instance) => framesOf(root, instance));
  return [
    ...(stack.length > 0 ? [stack] : []),
    ...several.map((instance) => framesOf(root, instance)),
  ];
}

/** The stack that holds an instance; the first one where none does. */
export function stackWith(
  stacks: readonly StackFrame[][],
  instanceUid: string | undefined,
): StackFrame[] {
  const found = stacks.find((stack) => stack.some((one) => one.instanceUid === instanceUid));
  return found ?? stacks[0] ?? [];
}

/** Index of an instance's frame in the stack; 0 where it is not there. */
export function indexOfFrame(
  frames: readonly StackFrame[],
  instanceUid: string | undefined,
  frame = 1,
): number {
  const exact = frames.findIndex((one) => one.instanceUid === instanceUid && one.frame === frame);
  if (exact >= 0) return exact;
  return Math.max(
    0,
    frames.findIndex((one) => one.instanceUid === instanceUid),
  );
}

function frameCount(instance: DicomJson): number {
  return Math.max(1, Math.floor(number(instance, TAG.NumberOfFrames) ?? 1));
}

function order(instance: DicomJson): number {
  return number(instance, TAG.InstanceNumber) ?? Number.MAX_SAFE_INTEGER;
}

function framesOf(root: string, instance: DicomJson): StackFrame[] {
  const instanceUid = text(instance, TAG.SOPInstanceUID);
  const study = text(instance, TAG.StudyInstanceUID);
  const series = text(instance, TAG.SeriesInstanceUID);
  const path = `${root}/studies/${study}/series/${series}/instances/${instanceUid}`;
  const count = frameCount(instance);
  const flatten = flattener(instance);
  return Array.from({ length: count }, (_, index) => ({
    imageId: `wadors:${path}/frames/${String(index + 1)}`,
    instanceUid,
    frame: index + 1,
    header: flatten(index),
  }));
}

/** Shared and per-frame functional groups (PS3.3 C.7.6.16) written over the instance's own elements. */
function flattener(instance: DicomJson): (index: number) => DicomJson {
  const shared = items(instance, TAG.SharedFunctionalGroupsSequence)[0];
  const perFrame = items(instance, TAG.PerFrameFunctionalGroupsSequence);
  const base: DicomJson = {
    ...instance,
    ...macros(shared),
    [TAG.SharedFunctionalGroupsSequence]: undefined,
    [TAG.PerFrameFunctionalGroupsSequence]: undefined,
  };
  return (index) => (perFrame[index] ? { ...base, ...macros(perFrame[index]) } : base);
}

function macros(group: DicomJson | undefined): DicomJson {
  if (!group) return {};
  const first = Object.keys(group).map((tag) => items(group, tag)[0] ?? {});
  return Object.assign({}, ...first) as DicomJson;
}
