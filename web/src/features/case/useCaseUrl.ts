import { useCallback, useMemo } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import { type CaseUrl, formatCaseUrl, parseCaseUrl } from "./caseUrl";

export type Navigation = {
  url: CaseUrl;
  /** Moves within this case, or to a neighbour in the list: no step of the back button. */
  replace: (studyUid: string, change: Partial<CaseUrl>) => void;
  /** To another study of the patient: a step of the back button. */
  open: (studyUid: string) => void;
  /** To the search as it was left. */
  back: () => void;
};

type Trail = { fromSearch?: boolean; steps?: number } | null;

export function useCaseUrl(): Navigation {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const trail = useLocation().state as Trail;
  const url = useMemo(() => parseCaseUrl(params), [params]);
  const replace = useCallback(
    (studyUid: string, change: Partial<CaseUrl>) => {
      const now = parseCaseUrl(new URLSearchParams(window.location.search));
      void navigate(formatCaseUrl(studyUid, { ...now, ...change }), {
        replace: true,
        state: trail,
        preventScrollReset: true,
      });
    },
    [navigate, trail],
  );
  const open = useCallback(
    (studyUid: string) => {
      const next = { ...url, series: null, instance: null, frame: null };
      const steps = (trail?.steps ?? 1) + 1;
      void navigate(formatCaseUrl(studyUid, next), { state: { ...trail, steps } });
    },
    [navigate, trail, url],
  );
  const back = useCallback(() => {
    if (trail?.fromSearch) void navigate(-(trail.steps ?? 1));
    else void navigate(url.from ? `/?${url.from}` : "/");
  }, [navigate, trail, url.from]);
  return { url, replace, open, back };
}
