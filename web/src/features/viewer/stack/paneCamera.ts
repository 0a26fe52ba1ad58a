import { getShouldUseCPURendering, type StackViewport, type Types } from "@cornerstonejs/core";
import type { FrameInfo } from "../dicom/info";
import type { ImageAxes, Point } from "../logic/orientation";

export type FlipAxis = "horizontal" | "vertical";

/** What a linked neighbour takes over: 1 fits, and the place in the picture (0 to 1) at the centre. */
export type View = { zoom: number; centre: Point };

const OTHER_AXIS = { horizontal: "vertical", vertical: "horizontal" } as const;
const LEAST_ZOOM = 0.1;
const MOST_ZOOM = 40;

/**
 * Zoom, place, rotation and flip of one viewport.
 *
 * Places go by the camera's focal point: the library's pan means another thing in its CPU renderer.
 */
export class PaneCamera {
  /** The library's zoom that fits the picture: 1, but for its CPU renderer. */
  private fitted = 1;

  constructor(
    private readonly viewport: StackViewport,
    private readonly shownInfo: () => FrameInfo | undefined,
  ) {}

  get zoom(): number {
    return this.viewport.getZoom() / this.fitted;
  }

  zoomBy(factor: number): void {
    this.setZoom(this.zoom * factor);
    this.viewport.render();
  }

  /** Moves the picture by CSS pixels. */
  panBy(right: number, down: number): void {
    const [x, y] = this.middle();
    this.lookAt(this.viewport.canvasToWorld([x - right, y - down]));
    this.viewport.render();
  }

  view(): View {
    const [width, height] = this.extent();
    const [x, y] = this.viewport.canvasToWorld(this.middle());
    return { zoom: this.zoom, centre: [x / width, y / height] };
  }

  setView({ zoom, centre: [x, y] }: View): void {
    const [width, height] = this.extent();
    this.setZoom(zoom);
    this.lookAt([x * width, y * height, 0]);
    this.viewport.render();
  }

  rotate(degrees: 90 | -90): void {
    this.viewport.setViewPresentation({ rotation: (this.rotation() + degrees + 360) % 360 });
    this.viewport.render();
  }

  /** Mirrors what is on the screen, however it is rotated. */
  flip(axis: FlipAxis): void {
    // The CPU renderer mirrors before it rotates.
    const swapped = getShouldUseCPURendering() && this.rotation() % 180 === 90;
    const { flipHorizontal = false, flipVertical = false } = this.viewport.getCamera();
    this.viewport.setCamera(
      (swapped ? OTHER_AXIS[axis] : axis) === "horizontal"
        ? { flipHorizontal: !flipHorizontal }
        : { flipVertical: !flipVertical },
    );
    this.viewport.render();
  }

  fit(): void {
    this.setView({ zoom: 1, centre: [0.5, 0.5] });
  }

  /** The whole picture, upright. */
  reset(): void {
    this.viewport.setViewPresentation({ rotation: 0 });
    this.viewport.setCamera({ flipHorizontal: false, flipVertical: false });
    this.viewport.resetCamera({ resetPan: true, resetZoom: true });
    this.fitted = this.viewport.getZoom();
    this.viewport.render();
  }

  /** Where the image's axes lie on the canvas; null before the first picture. */
  axes(): ImageAxes | null {
    const info = this.shownInfo();
    if (!info) return null;
    const origin = this.viewport.worldToCanvas([0, 0, 0]);
    const right = this.viewport.worldToCanvas([info.columnSpacing, 0, 0]);
    const down = this.viewport.worldToCanvas([0, info.rowSpacing, 0]);
    const axes: ImageAxes = {
      column: [right[0] - origin[0], right[1] - origin[1]],
      row: [down[0] - origin[0], down[1] - origin[1]],
    };
    return [...axes.column, ...axes.row].every(Number.isFinite) ? axes : null;
  }

  /** Where the middle of the first pixel lies on the canvas; null before the first picture. */
  origin(): Point | null {
    if (!this.shownInfo()) return null;
    const [x, y] = this.viewport.worldToCanvas([0, 0, 0]);
    return Number.isFinite(x) && Number.isFinite(y) ? [x, y] : null;
  }

  private setZoom(zoom: number): void {
    this.viewport.setZoom(this.fitted * Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom)));
  }

  private lookAt(target: Types.Point3): void {
    const { focalPoint, position } = this.viewport.getCamera();
    if (!focalPoint || !position || !target.every(Number.isFinite)) return;
    const moved = position.map(
      (value, axis) => value + (target[axis] ?? 0) - (focalPoint[axis] ?? 0),
    );
    this.viewport.setCamera({ focalPoint: target, position: moved as Types.Point3 });
  }

  private rotation(): number {
    return Math.round(this.viewport.getViewPresentation().rotation ?? 0);
  }

  /** Width and height of the picture in the units it is drawn in. */
  private extent(): Point {
    const info = this.shownInfo();
    if (!info) return [1, 1];
    return [info.columns * info.columnSpacing, info.rows * info.rowSpacing];
  }

  private middle(): Types.Point2 {
    const { clientWidth, clientHeight } = this.viewport.element;
    return [clientWidth / 2, clientHeight / 2];
  }
}
