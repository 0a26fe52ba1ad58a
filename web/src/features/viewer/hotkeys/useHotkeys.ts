import { useLocalStorage } from "@mantine/hooks";
import { useEffect } from "react";
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
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const command = commandOf(event);
      if (!command || event.defaultPrevented || takenByElement(event.key, event.target)) return;
      if (!singleKeys && isCharacter(event.key)) return;
      event.preventDefault();
      bus.send(command);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [bus, singleKeys]);
}
