import { useSyncExternalStore } from "react";
import { type Draft, kept, undone } from "../logic/draft";

export type EchoState = {
  draft: Draft | null;
  /** The image that is drafted. */
  instanceUid: string | null;
  /** The point of the line that was touched last, by its place among the points. */
  handle: number;
  contoursShown: boolean;
  /** Lines around the wall and the atrium. */
  othersShown: boolean;
  /** Someone tried to leave what is not saved. */
  isHeld: boolean;
};

const AT_FIRST: EchoState = { draft: null, instanceUid: null, handle: 0, contoursShown: true, othersShown: false, isHeld: false };

/** What the picture and the numbers share while someone looks and draws; it changes with every movement of a hand. */
export class EchoStore {
  private state = AT_FIRST;
  private readonly readers = new Set<() => void>();

  readonly getState = (): EchoState => this.state;

  readonly subscribe = (reader: () => void): (() => void) => {
    this.readers.add(reader);
    return () => {
      this.readers.delete(reader);
    };
  };

  update(change: Partial<EchoState>): void {
    this.state = { ...this.state, ...change };
    this.readers.forEach((reader) => reader());
  }

  begin(instanceUid: string, draft: Draft): void {
    this.update({ draft, instanceUid, isHeld: false });
  }

  end(): void {
    this.update({ draft: null, instanceUid: null, isHeld: false });
  }

  /** A change that can be undone. */
  change(act: (draft: Draft) => Draft): void {
    const { draft } = this.state;
    if (draft) this.update({ draft: act(kept(draft)), isHeld: false });
  }

  /** A movement within such a change. */
  goOn(act: (draft: Draft) => Draft): void {
    const { draft } = this.state;
    if (draft) this.update({ draft: act(draft) });
  }

  undo(): void {
    const { draft } = this.state;
    if (draft) this.update({ draft: undone(draft), isHeld: false });
  }

  get isDirty(): boolean {
    return (this.state.draft?.past.length ?? 0) > 0;
  }
}

export function useEchoState(store: EchoStore): EchoState {
  return useSyncExternalStore(store.subscribe, store.getState);
}
