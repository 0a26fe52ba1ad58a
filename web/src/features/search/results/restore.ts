/** Where someone was in a list of hits, kept a history entry: returning puts them there again. */
export type Place = {
  hitId: string;
  index: number;
  scrollY: number;
  /** The hit was opened, so that the focus belongs on it again. */
  opened: boolean;
};

const PREFIX = "similis.place.";

export function savePlace(historyKey: string, place: Place): void {
  try {
    sessionStorage.setItem(PREFIX + historyKey, JSON.stringify(place));
  } catch {
    // A full or forbidden storage only means that the list opens at its top.
  }
}

export function readPlace(historyKey: string): Place | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(PREFIX + historyKey) ?? "null");
    return isPlace(value) ? value : null;
  } catch {
    return null;
  }
}

function isPlace(value: unknown): value is Place {
  if (typeof value !== "object" || value === null) return false;
  const { hitId, index, scrollY, opened } = value as Partial<Record<keyof Place, unknown>>;
  return (
    typeof hitId === "string" &&
    typeof index === "number" &&
    typeof scrollY === "number" &&
    typeof opened === "boolean"
  );
}
