import { DEFAULT_CHOICE, type EchoChoice, methodOf } from "../echo/state/choice";

/** What the address of a case page says. Frames count from 0 there, as everywhere but in DICOM. */
export type CaseUrl = {
  series: string | null;
  instance: string | null;
  frame: number | null;
  /** What was asked with: stands beside the hit. */
  like: string | null;
  file: string | null;
  /** Whose contours of a heart are shown ("": the machine's), by which formula and limits. */
  echo: EchoChoice;
  /** The search that led here, as the search page's address has it. */
  from: string;
};

export function parseCaseUrl(params: URLSearchParams): CaseUrl {
  const frame = params.get("frame");
  const file = params.get("file");
  return {
    series: params.get("series"),
    instance: params.get("instance"),
    frame: frame !== null && /^\d{1,6}$/.test(frame) ? Number(frame) : null,
    like: file ? null : params.get("like"),
    file,
    echo: {
      reading: params.get("reading") ?? "",
      method: methodOf(params.get("method")),
      limits: params.get("limits") ?? "",
    },
    from: params.get("from") ?? "",
  };
}

export function formatCaseUrl(studyUid: string, url: CaseUrl): string {
  const params = new URLSearchParams();
  if (url.series) params.set("series", url.series);
  if (url.instance) params.set("instance", url.instance);
  if (url.frame !== null) params.set("frame", String(url.frame));
  if (url.file) params.set("file", url.file);
  else if (url.like) params.set("like", url.like);
  const { reading, method, limits } = url.echo;
  if (reading) params.set("reading", reading);
  if (method !== DEFAULT_CHOICE.method) params.set("method", method);
  if (limits) params.set("limits", limits);
  if (url.from) params.set("from", url.from);
  const query = params.toString();
  return `/case/${encodeURIComponent(studyUid)}${query ? `?${query}` : ""}`;
}
