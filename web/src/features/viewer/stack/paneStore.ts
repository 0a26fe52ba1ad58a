import { EMPTY, type Move, type PaneState } from "./paneState";

/** State of a viewport and those who listen to it. */
export class PaneStore {
  private state: PaneState = EMPTY;
  private readonly readers = new Set<() => void>();
  private readonly followers = new Set<(move: Move) => void>();
  private quiet = 0;

  readonly getState = (): PaneState => this.state;

  readonly subscribe = (reader: () => void): (() => void) => {
    this.readers.add(reader);
    return () => {
      this.readers.delete(reader);
    };
  };

  update(change: Partial<PaneState>): void {
    const changed = Object.entries(change).some(
      ([key, value]) => this.state[key as keyof PaneState] !== value,
    );
    if (!changed) return;
    this.state = { ...this.state, ...change };
    this.readers.forEach((reader) => reader());
  }

  /** Calls `follower` for what a person moved here, not for what a link moved. */
  follow(follower: (move: Move) => void): () => void {
    this.followers.add(follower);
    return () => {
      this.followers.delete(follower);
    };
  }

  moved(move: Move): void {
    if (this.quiet === 0) this.followers.forEach((follower) => follower(move));
  }

  /** Runs `action` without telling followers. */
  quietly(action: () => void): void {
    this.quiet += 1;
    try {
      action();
    } finally {
      this.quiet -= 1;
    }
  }
}
