import type { StackViewport } from "@cornerstonejs/core";
import type { FrameInfo } from "../dicom/info";
import { rangeOf, windowOf, type Range } from "../logic/range";
import { autoWindow, presetsFor, type Window } from "../logic/windows";
import type { WindowChoice } from "./paneState";
import type { PaneStore } from "./paneStore";

/** Window and polarity of one viewport. A window "of the file" follows each frame's own header. */
export class PaneWindow {
  /** The window of the first picture, against which a linked neighbour measures changes. */
  base: Window | null = null;

  constructor(
    private readonly viewport: StackViewport,
    private readonly store: PaneStore,
    private readonly infoOf: (index: number) => FrameInfo | undefined,
  ) {}

  /** The file's window; without one soft tissue for CT, as thumbnails have it, else the picture's own range. */
  initial(index: number): WindowChoice {
    const info = this.infoOf(index);
    if (info?.windows.length) return { kind: "file", which: 0 };
    const [usual] = info?.colour ? [] : presetsFor(info?.modality ?? "");
    return usual ? { kind: "preset", id: usual.id } : { kind: "auto" };
  }

  choose(choice: WindowChoice): void {
    const window = this.windowFor(choice);
    if (window) this.set(window, choice);
  }

  set(window: Window, choice: WindowChoice = { kind: "hand" }): void {
    this.store.update({ choice, window });
    this.apply(window);
    this.viewport.render();
    this.store.moved("window");
  }

  setInverted(inverted: boolean): void {
    this.store.update({ inverted });
    this.applyPolarity();
    this.viewport.render();
    this.store.moved("window");
  }

  reset(): void {
    this.setInverted(false);
    this.choose(this.initial(this.store.getState().shown ?? 0));
  }

  /** Called with each picture that came, before it is drawn. */
  arrived(first: boolean): void {
    const { choice } = this.store.getState();
    const window = first || choice.kind === "file" ? this.windowFor(choice) : null;
    if (window) this.apply(window);
    this.applyPolarity();
    const now = window ?? this.store.getState().window ?? this.current();
    this.store.update({ window: now });
    if (first) this.base = now;
  }

  /** Called after each drawing: the CPU renderer forgets a window set while a picture arrives. */
  drawn(): void {
    const { window } = this.store.getState();
    const shown = this.current();
    if (!window || !shown || same(shown, window)) return;
    this.store.quietly(() => this.apply(window));
    this.viewport.render();
  }

  /** Called when the range changed by whatever: tells whether a hand did it. */
  rangeChanged(range: Range): void {
    const { window, shown } = this.store.getState();
    if (shown === null || window === null || same(windowOf(range), window)) return;
    this.store.update({ choice: { kind: "hand" }, window: windowOf(range) });
    this.store.moved("window");
  }

  private current(): Window | null {
    const { voiRange } = this.viewport.getProperties();
    return voiRange ? windowOf(voiRange) : null;
  }

  private apply(window: Window): void {
    this.viewport.setProperties({ voiRange: rangeOf(window) });
  }

  private applyPolarity(): void {
    const { inverted, shown } = this.store.getState();
    const monochrome1 = this.infoOf(shown ?? 0)?.monochrome1 ?? false;
    const invert = monochrome1 !== inverted;
    if (this.viewport.getProperties().invert !== invert) this.viewport.setProperties({ invert });
  }

  private windowFor(choice: WindowChoice): Window | null {
    const info = this.infoOf(this.store.getState().shown ?? 0);
    if (!info) return null;
    if (choice.kind === "file") return info.windows[choice.which] ?? info.windows[0] ?? null;
    if (choice.kind === "preset") {
      return presetsFor(info.modality).find(({ id }) => id === choice.id) ?? null;
    }
    return choice.kind === "auto" ? this.ownRange(info) : null;
  }

  private ownRange(info: FrameInfo): Window | null {
    if (info.colour) return { center: 128, width: 256 };
    return autoWindow(this.viewport.getCornerstoneImage().getPixelData(), info.padding);
  }
}

function same(a: Window, b: Window): boolean {
  return Math.abs(a.center - b.center) < 1e-6 && Math.abs(a.width - b.width) < 1e-6;
}
