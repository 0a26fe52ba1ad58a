import { linkedIndex, reversed, type Anchor } from "../logic/linkedScroll";
import { linkedWindow } from "../logic/windows";
import type { Move } from "./paneState";
import type { StackPane } from "./StackPane";

/** What a neighbour follows. */
export type Links = Record<Move, boolean>;

/**
 * Lets two viewports follow each other in what `links` allows; returns how to part them.
 *
 * `anchor` says which frame of `left` belongs to which frame of `right`.
 */
export function linkPanes(
  left: StackPane,
  right: StackPane,
  anchor: Anchor | undefined,
  links: () => Links,
): () => void {
  const stopLeft = left.store.follow((move) => {
    if (links()[move]) right.store.quietly(() => FOLLOW[move](left, right, anchor));
  });
  const stopRight = right.store.follow((move) => {
    if (links()[move]) left.store.quietly(() => FOLLOW[move](right, left, reversed(anchor)));
  });
  return () => {
    stopLeft();
    stopRight();
  };
}

type Follow = (from: StackPane, to: StackPane, anchor: Anchor | undefined) => void;

const FOLLOW: Record<Move, Follow> = {
  scroll(from, to, anchor) {
    const { target, count } = from.store.getState();
    to.scrollTo(linkedIndex(target, count, to.store.getState().count, anchor));
  },
  view(from, to) {
    if (!showsPicture(from) || !showsPicture(to)) return;
    to.camera.setView(from.camera.view());
  },
  window: followWindow,
};

function followWindow(from: StackPane, to: StackPane): void {
  const { choice, window, inverted } = from.store.getState();
  const other = to.store.getState();
  if (!showsPicture(to) || !window) return;
  if (other.inverted !== inverted) to.window.setInverted(inverted);
  if (choice.kind === "file" || choice.kind === "auto") to.window.choose(choice);
  else if (from.window.base && to.window.base) {
    const sameUnits = modality(from) === "CT" && modality(to) === "CT";
    to.window.set(linkedWindow(window, from.window.base, to.window.base, sameUnits), choice);
  }
}

function showsPicture(pane: StackPane): boolean {
  return pane.store.getState().shown !== null;
}

function modality(pane: StackPane): string | undefined {
  return pane.info(pane.store.getState().shown)?.modality;
}
