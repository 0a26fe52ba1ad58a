export type Shortcut = { keys: string; what: string };

export const SHORTCUTS: readonly { title: string; list: readonly Shortcut[] }[] = [
  {
    title: "Anywhere",
    list: [
      { keys: "/", what: "Write words to search for" },
      { keys: "?", what: "This sheet" },
      { keys: "Ctrl V", what: "Search with a copied picture" },
      { keys: "Esc", what: "Leave the text box, close what is open" },
    ],
  },
  {
    title: "In the hits",
    list: [
      { keys: "← ↑ ↓ →", what: "Move" },
      { keys: "Home End", what: "First and last hit" },
      { keys: "Enter", what: "Open the case; Esc there comes back here" },
      { keys: "m", what: "More like this" },
      { keys: "x", what: "Not useful, or take that back" },
    ],
  },
];

/** Whether someone is writing, so that keys are letters and not orders. */
export function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName)) &&
    !(target instanceof HTMLInputElement && ["checkbox", "radio"].includes(target.type))
  );
}
