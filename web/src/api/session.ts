import { useSyncExternalStore } from "react";

let signedOut = false;
const listeners = new Set<() => void>();

/** Called for every 401: the whole page then asks to sign in again. */
export function reportSignedOut(): void {
  setSignedOut(true);
}

export function setSignedOut(value: boolean): void {
  if (signedOut === value) return;
  signedOut = value;
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useSignedOut(): boolean {
  return useSyncExternalStore(subscribe, () => signedOut);
}
