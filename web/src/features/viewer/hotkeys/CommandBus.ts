import type { Command } from "./commands";

type Handler = (command: Command) => void;

/** Carries commands from keys and buttons to whoever can do them. */
export class CommandBus {
  private readonly handlers = new Set<Handler>();

  readonly send = (command: Command): void => {
    this.handlers.forEach((handle) => handle(command));
  };

  readonly listen = (handle: Handler): (() => void) => {
    this.handlers.add(handle);
    return () => {
      this.handlers.delete(handle);
    };
  };
}
