import { useState } from "react";
import type { CaseUrl } from "./caseUrl";

/** Where the viewer begins in a case. The address follows the scrolling; this only follows choices. */
export type Start = {
  studyUid: string;
  series: string | null;
  instance: string | null;
  frame: number | null;
};

/** From the address when the case changes, then from what is picked. */
export function useStart(studyUid: string, url: CaseUrl): [Start, (start: Start) => void] {
  const [start, setStart] = useState(() => startOf(studyUid, url));
  if (start.studyUid !== studyUid) {
    const fresh = startOf(studyUid, url);
    setStart(fresh);
    return [fresh, setStart];
  }
  return [start, setStart];
}

function startOf(studyUid: string, { series, instance, frame }: CaseUrl): Start {
  return { studyUid, series, instance, frame };
}
