import { useEffect } from "react";
import { useBlocker } from "react-router";
import type { EchoStore } from "../echo/state/EchoStore";

/** Keeps someone who draws on the page until the drawing is saved or discarded; `onKept` is told. */
export function useLeaveGuard(store: EchoStore, onKept: () => void): void {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      store.isDirty && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (blocker.state !== "blocked") return;
    blocker.reset();
    store.update({ isHeld: true });
    onKept();
  }, [blocker, store, onKept]);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (store.isDirty) event.preventDefault();
    };
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [store]);
}
