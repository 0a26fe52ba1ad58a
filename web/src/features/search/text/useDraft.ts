import { useState } from "react";

/** What is being typed. Follows the URL (back button, chips), except where the URL merely echoes the typing. */
export function useDraft(text: string): [string, (draft: string) => void, (sent: string) => void] {
  const [draft, setDraft] = useState(text);
  const [seen, setSeen] = useState(text);
  const [sent, setSent] = useState(text);
  if (seen !== text) {
    setSeen(text);
    if (text !== sent) setDraft(text);
    setSent(text);
  }
  return [draft, setDraft, setSent];
}
