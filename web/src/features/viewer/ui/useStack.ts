import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ApiError } from "../../../api/errors";
import { request } from "../../../api/http";
import { stacksOf, stackWith, type StackFrame } from "../dicom/frames";
import type { DicomJson } from "../dicom/json";
import type { PaneSource } from "../paneSource";

const ROOT = "/dicomweb";

/** Frames of the stack that a source points into; undefined while its header is on the way. */
export function useStack(source: PaneSource): {
  frames?: StackFrame[];
  error: Error | null;
  retry: () => void;
} {
  const { studyUid, seriesUid, instanceUid } = source;
  const { data, error, refetch } = useQuery({
    queryKey: ["dicomweb", studyUid, seriesUid],
    queryFn: ({ signal }) => seriesHeaders(studyUid, seriesUid, signal),
    staleTime: Infinity,
    gcTime: 5 * 60_000,
  });
  const stacks = useMemo(() => data && stacksOf(location.origin + ROOT, data), [data]);
  const frames = useMemo(() => stacks && stackWith(stacks, instanceUid), [stacks, instanceUid]);
  return { ...(frames && { frames }), error, retry: () => void refetch() };
}

async function seriesHeaders(
  study: string,
  series: string,
  signal: AbortSignal,
): Promise<DicomJson[]> {
  const response = await request(`${ROOT}/studies/${study}/series/${series}/metadata`, {
    headers: { accept: "application/dicom+json" },
    signal,
  });
  const answer: unknown = await response.json();
  if (!Array.isArray(answer))
    throw new ApiError("The series' header could not be read.", "UNREADABLE");
  return answer as DicomJson[];
}
