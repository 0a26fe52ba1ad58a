/** Where someone was in a list of hits, kept a history entry: returning puts them there again. */
export type Place = {
  /** The first hit in sight, and how far below the top of the window it stood, in CSS pixels. */
  anchorId: string;
  anchorIndex: number;
  anchorTop: number;
  /** The hit that Tab reaches. */
  index: number;
  /** The hit that was opened, which the focus belongs on again; "" for none. */
  openedId: string;
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
  const { anchorId, anchorIndex, anchorTop, index, openedId } = value as Partial<Record<keyof Place, unknown>>;
  return (
    typeof anchorId === "string" &&
    typeof anchorIndex === "number" &&
    typeof anchorTop === "number" &&
    typeof index === "number" &&
    typeof openedId === "string"
  );
}
