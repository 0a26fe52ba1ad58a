import {
  addTool,
  Enums,
  init,
  PanTool,
  StackScrollTool,
  ToolGroupManager,
  type Types,
  WindowLevelTool,
  ZoomTool,
} from "@cornerstonejs/tools";

/** What a drag with the first button or one finger does. */
export const DRAG_TOOLS = ["window", "pan", "zoom", "scroll"] as const;
export type DragTool = (typeof DRAG_TOOLS)[number];

const GROUP_ID = "similis";
const NAMES: Readonly<Record<DragTool, string>> = {
  window: WindowLevelTool.toolName as string,
  pan: PanTool.toolName as string,
  zoom: ZoomTool.toolName as string,
  scroll: StackScrollTool.toolName as string,
};

const { MouseBindings } = Enums;
type Binding = Types.IToolBinding;

/** As in OHIF: right button zooms, middle button pans, wheel scrolls; two fingers zoom. */
const ALWAYS: Readonly<Record<DragTool, Binding[]>> = {
  window: [],
  pan: [{ mouseButton: MouseBindings.Auxiliary }],
  zoom: [{ mouseButton: MouseBindings.Secondary }, { numTouchPoints: 2 }],
  scroll: [{ mouseButton: MouseBindings.Wheel }],
};
const FIRST: Binding[] = [{ mouseButton: MouseBindings.Primary }, { numTouchPoints: 1 }];

export function initTools(): void {
  init();
  [WindowLevelTool, PanTool, ZoomTool, StackScrollTool].forEach((tool) => addTool(tool));
  const group = ToolGroupManager.createToolGroup(GROUP_ID);
  DRAG_TOOLS.forEach((tool) => group?.addTool(NAMES[tool]));
  chooseDragTool("window");
}

export function chooseDragTool(chosen: DragTool): void {
  const group = ToolGroupManager.getToolGroup(GROUP_ID);
  if (!group) return;
  for (const tool of DRAG_TOOLS) group.setToolPassive(NAMES[tool], { removeAllBindings: true });
  for (const tool of DRAG_TOOLS) {
    const bindings = tool === chosen ? [...FIRST, ...ALWAYS[tool]] : ALWAYS[tool];
    if (bindings.length > 0) group.setToolActive(NAMES[tool], { bindings });
  }
}

export function attachTools(viewportId: string, engineId: string): () => void {
  const group = ToolGroupManager.getToolGroup(GROUP_ID);
  group?.addViewport(viewportId, engineId);
  return () => {
    group?.removeViewports(engineId, viewportId);
  };
}
