import { useLocalStorage } from "@mantine/hooks";
import { useEffect, useEffectEvent } from "react";
import { isWriting } from "./shortcuts";

/** Whether keys without Ctrl act on the whole page; some speak to their computer, and need them off. */
export function useSingleKeys() {
  return useLocalStorage({ key: "similis.single-keys", defaultValue: true });
}

/** `/` to the text box, `?` for the sheet, arrows from nowhere into the hits. */
export function usePageKeys(onSheet: () => void): void {
  const [singleKeys] = useSingleKeys();
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target === textBox()) focusHits();
    else if (isWriting(event.target) || document.querySelector("[role=dialog]")) return;
    else if (event.key === "ArrowDown" && event.target === document.body && focusHits()) {
      event.preventDefault();
    } else if (!singleKeys) return;
    else if (event.key === "/") {
      event.preventDefault();
      textBox()?.focus();
    } else if (event.key === "?") onSheet();
  });
  useEffect(() => {
    const heard = (event: KeyboardEvent) => press(event);
    window.addEventListener("keydown", heard);
    return () => window.removeEventListener("keydown", heard);
  }, []);
}

function textBox(): HTMLElement | null {
  return document.getElementById("search-text");
}

function focusHits(): boolean {
  const link = document.querySelector<HTMLElement>("#results [data-hit][tabindex='0']");
  (link ?? document.getElementById("main"))?.focus();
  return link !== null;
}
