import { useLocalStorage } from "@mantine/hooks";
import { useEffect, useLayoutEffect, useState } from "react";
import { commandOf, takenByElement } from "./commands";
import type { CommandBus } from "./CommandBus";

const SWITCH = "similis-single-keys";
/** Keys that stay when single-letter keys are off (WCAG 2.2, 2.1.4 is about letters, digits and signs). */
const isCharacter = (key: string): boolean => key.length === 1 && key !== " ";

/** Whether single characters act as keys; kept in this browser. */
export function useSingleKeys(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useLocalStorage({
    key: SWITCH,
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  return [on, setOn];
}

/** Sends the page's key presses as commands. */
export function useHotkeys(bus: CommandBus): void {
  const [singleKeys] = useSingleKeys();
  const ofDialogs = useKeysOfDialogs();
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (ofDialogs.has(event)) return;
      const command = commandOf(event);
      if (!command || event.defaultPrevented || takenByElement(event.key, event.target)) return;
      if (!singleKeys && isCharacter(event.key)) return;
      event.preventDefault();
      bus.send(command);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [bus, ofDialogs, singleKeys]);
}

/**
 * The key presses that came while a dialog was open, wherever the focus was.
 *
 * Noted before the dialog itself hears them: by the time that they come here it may have closed. The
 * layout effect is what makes this listener the first, as dialogs listen from an ordinary effect.
 */
function useKeysOfDialogs(): WeakSet<Event> {
  const [keys] = useState(() => new WeakSet<Event>());
  useLayoutEffect(() => {
    const note = (event: KeyboardEvent): void => {
      if (document.querySelector("[aria-modal=true]")) keys.add(event);
    };
    window.addEventListener("keydown", note, { capture: true });
    return () => window.removeEventListener("keydown", note, { capture: true });
  }, [keys]);
  return keys;
}
