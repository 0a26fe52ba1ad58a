import {
  cache,
  Enums,
  eventTarget,
  type RenderingEngine,
  type StackViewport,
} from "@cornerstonejs/core";
import type { StackFrame } from "../dicom/frames";
import { frameInfo, type FrameInfo } from "../dicom/info";
import type { Range } from "../logic/range";
import { ENGINE_ID, renderingEngine } from "./engine";
import { failureSentence } from "./failures";
import { abandon } from "./loader";
import { PaneCamera } from "./paneCamera";
import { EMPTY } from "./paneState";
import { PaneStore } from "./paneStore";
import { PaneWindow } from "./paneWindow";
import { prefetch } from "./prefetch";
import { registerFrames } from "./provider";
import { attachTools } from "./tools";

const { Events, ViewportType } = Enums;
let opened = 0;

/** The right button zooms: it opens no menu over the picture. */
const noMenu = (event: Event): void => {
  event.preventDefault();
};

/** One viewport that shows the frames of a series. Close it when its element goes. */
export class StackPane {
  readonly store = new PaneStore();
  readonly camera: PaneCamera;
  readonly window: PaneWindow;
  private readonly id = `stack-${String((opened += 1))}`;
  private readonly engine: RenderingEngine;
  private readonly viewport: StackViewport;
  private readonly undo: (() => void)[] = [];
  private frames: readonly StackFrame[] = [];
  private infos: FrameInfo[] = [];
  private unregister: () => string[] = () => [];
  private stopPrefetch: () => void = () => undefined;
  private closed = false;

  constructor(private readonly element: HTMLDivElement) {
    this.engine = renderingEngine();
    this.engine.enableElement({
      viewportId: this.id,
      type: ViewportType.STACK,
      element,
      defaultOptions: { background: [0, 0, 0] },
    });
    this.viewport = this.engine.getViewport<StackViewport>(this.id);
    // The library would take the focus and swallow every key there, Tab included.
    element.removeAttribute("tabindex");
    this.camera = new PaneCamera(this.viewport, () => this.info(this.store.getState().shown));
    this.window = new PaneWindow(this.viewport, this.store, (index) => this.infos[index]);
    this.undo.push(attachTools(this.id, ENGINE_ID));
    this.followSize();
    this.listen();
  }

  /** Shows `frames` from `index` on. What was set for another stack is forgotten; the same one scrolls. */
  show(frames: readonly StackFrame[], index: number): void {
    if (frames === this.frames) {
      this.scrollTo(index);
      return;
    }
    this.letGo();
    this.frames = frames;
    this.infos = frames.map((one) => frameInfo(one.instanceUid, one.frame, one.header));
    this.unregister = registerFrames(frames);
    const choice = this.window.initial(index);
    const stack = this.store.getState().stack + 1;
    this.store.update({ ...EMPTY, stack, count: frames.length, target: index, choice });
    void this.load(index);
  }

  info(index: number | null): FrameInfo | undefined {
    return index === null ? undefined : this.infos[index];
  }

  scrollTo(index: number): void {
    const { count, target } = this.store.getState();
    const next = Math.min(count - 1, Math.max(0, index));
    if (count === 0 || next === target) return;
    this.aim(next);
    void this.viewport.setImageIdIndex(next).then(() => this.settled(next));
    this.store.moved("scroll");
  }

  /** Asks once more for the frame that failed. */
  retry(): void {
    void this.load(this.store.getState().target);
  }

  isLoaded(index: number): boolean {
    const imageId = this.frames[index]?.imageId;
    return imageId !== undefined && cache.isLoaded(imageId);
  }

  /** Camera, window and polarity as they were at first. */
  reset(): void {
    if (this.store.getState().shown === null) return;
    this.camera.reset();
    this.window.reset();
  }

  close(): void {
    this.closed = true;
    this.undo.forEach((undo) => undo());
    this.engine.disableElement(this.id);
    this.letGo();
  }

  private async load(index: number): Promise<void> {
    const imageIds = this.frames.map(({ imageId }) => imageId);
    if (imageIds.length === 0) return;
    this.store.update({ error: null });
    await this.viewport.setStack(imageIds, index);
    if (this.closed) return;
    this.settled(index);
    this.stopPrefetch();
    this.stopPrefetch = prefetch(imageIds, index, (loaded) => this.store.update({ loaded }));
  }

  /** The library keeps quiet about a picture that it has but could not draw. */
  private settled(index: number): void {
    const { target, shown, error } = this.store.getState();
    if (this.closed || target !== index || shown === index || error || !this.isLoaded(index))
      return;
    this.store.update({ error: "This image cannot be drawn here." });
  }

  private letGo(): void {
    this.stopPrefetch();
    const gone = this.unregister();
    abandon(gone);
    for (const imageId of gone) {
      if (cache.getImageLoadObject(imageId)) cache.removeImageLoadObject(imageId);
    }
    this.unregister = () => [];
  }

  private aim(target: number): void {
    this.store.update({ target, error: null });
  }

  private listen(): void {
    this.element.addEventListener("contextmenu", noMenu);
    this.on(Events.STACK_NEW_IMAGE, ({ imageIdIndex }) => this.arrived(imageIdIndex as number));
    this.on(Events.STACK_VIEWPORT_SCROLL, ({ newImageIdIndex }) => {
      this.aim(newImageIdIndex as number);
      this.store.moved("scroll");
    });
    this.on(Events.VOI_MODIFIED, ({ range }) => this.window.rangeChanged(range as Range));
    this.on(Events.CAMERA_MODIFIED, () => this.store.moved("view"));
    this.on(Events.IMAGE_RENDERED, () => this.drawn());
    this.on(
      Events.IMAGE_LOAD_ERROR,
      ({ imageId, error }) => this.failed(imageId, error),
      eventTarget,
    );
  }

  private on(
    type: string,
    act: (detail: Record<string, unknown>) => void,
    target: Pick<EventTarget, "addEventListener" | "removeEventListener"> = this.element,
  ): void {
    const handle = (event: Event): void =>
      act((event as CustomEvent<Record<string, unknown>>).detail);
    target.addEventListener(type, handle);
    this.undo.push(() => target.removeEventListener(type, handle));
  }

  /** A picture that came but cannot be set up is a failed one, not one that is still to come. */
  private arrived(index: number): void {
    try {
      this.setUp(index);
    } catch (cause) {
      console.error("viewport", cause);
      this.store.update({ shown: null, error: failureSentence(cause) });
    }
  }

  private setUp(index: number): void {
    const first = this.store.getState().shown === null;
    this.store.update({ shown: index, error: null });
    this.store.quietly(() => {
      if (first) this.camera.reset(); // the library keeps the zoom of the stack before
      this.window.arrived(first);
    });
  }

  private drawn(): void {
    if (this.store.getState().shown === null) return;
    // The CPU renderer knows its zoom only now.
    if (!Number.isFinite(this.camera.zoom)) this.store.quietly(() => this.camera.reset());
    this.window.drawn();
    this.store.update({ zoom: this.camera.zoom, axes: this.camera.axes(), origin: this.camera.origin() });
  }

  private failed(imageId: unknown, error: unknown): void {
    const { target } = this.store.getState();
    if (this.frames[target]?.imageId !== imageId) return;
    this.store.update({ error: failureSentence(error) });
  }

  private followSize(): void {
    const observer = new ResizeObserver(() => {
      if (this.element.clientWidth > 0) this.engine.resize(true, true);
    });
    observer.observe(this.element);
    this.undo.push(() => observer.disconnect());
  }
}
