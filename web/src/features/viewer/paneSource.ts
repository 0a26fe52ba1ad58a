/** Which images a viewport shows, and what its overlays say of them. */
export interface PaneSource {
  /** Over the picture: "Query" or "Hit 3". */
  label: string;
  studyUid: string;
  seriesUid: string;
  /** Where to begin: an instance and its frame (from 1). */
  instanceUid?: string | undefined;
  frame?: number | undefined;
  pseudonym: string;
  date?: string | null | undefined;
}

export interface ShownFrame {
  instanceUid: string;
  /** From 1. */
  frame: number;
}
