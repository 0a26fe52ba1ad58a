import { Divider } from "@mantine/core";
import {
  IconArrowsMove,
  IconArrowsVertical,
  IconContrast2,
  IconFlipHorizontal,
  IconFlipVertical,
  IconKeyboard,
  IconRefresh,
  IconRotate2,
  IconRotateClockwise2,
  IconSunHigh,
  IconWindowMaximize,
  IconZoomIn,
  IconZoomOut,
  IconZoomScan,
} from "@tabler/icons-react";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Command } from "../hotkeys/commands";
import { keyOf } from "../hotkeys/commands";
import type { PaneState } from "../stack/paneState";
import type { StackPane } from "../stack/StackPane";
import type { DragTool } from "../stack/tools";
import { ToolButton } from "./ToolButton";
import classes from "./Viewer.module.css";
import { WindowMenu } from "./WindowMenu";

const DRAGS: readonly { tool: DragTool; label: string; icon: Icon; hotkey?: Command }[] = [
  { tool: "window", label: "Drag to set the window", icon: IconSunHigh, hotkey: "tool-window" },
  { tool: "zoom", label: "Drag to zoom", icon: IconZoomScan, hotkey: "tool-zoom" },
  { tool: "pan", label: "Drag to move", icon: IconArrowsMove },
  { tool: "scroll", label: "Drag through the stack", icon: IconArrowsVertical },
];

const ACTIONS: readonly { command: Command; label: string; icon: Icon }[] = [
  { command: "zoom-in", label: "Zoom in", icon: IconZoomIn },
  { command: "zoom-out", label: "Zoom out", icon: IconZoomOut },
  { command: "fit", label: "Fit", icon: IconWindowMaximize },
  { command: "rotate-left", label: "Rotate left", icon: IconRotate2 },
  { command: "rotate-right", label: "Rotate right", icon: IconRotateClockwise2 },
  { command: "flip-horizontal", label: "Flip left to right", icon: IconFlipVertical },
  { command: "flip-vertical", label: "Flip top to bottom", icon: IconFlipHorizontal },
];

type Props = {
  pane: StackPane | null;
  state: PaneState;
  tool: DragTool;
  onTool: (tool: DragTool) => void;
  send: (command: Command) => void;
  /** Cine and linking, where they make sense. */
  children?: ReactNode;
};

export function Toolbar({ pane, state, tool, onTool, send, children }: Props) {
  const act = (command: Command, label: string, icon: Icon, pressed?: boolean) => (
    <ToolButton
      key={command}
      label={label}
      hotkey={keyOf(command)}
      icon={icon}
      onClick={() => send(command)}
      {...(pressed !== undefined && { pressed })}
    />
  );
  return (
    <div className={classes.toolbar} role="group" aria-label="Viewer tools">
      <div className={classes.tools} role="group" aria-label="What dragging does">
        {DRAGS.map(({ tool: one, label, icon, hotkey }) => (
          <ToolButton
            key={one}
            label={label}
            icon={icon}
            pressed={one === tool}
            hotkey={hotkey && keyOf(hotkey)}
            onClick={() => onTool(one)}
          />
        ))}
      </div>
      <Divider orientation="vertical" />
      <div className={classes.tools} role="group" aria-label="Window">
        <WindowMenu pane={pane} state={state} />
        {act("invert", "Invert", IconContrast2, state.inverted)}
      </div>
      <Divider orientation="vertical" />
      <div className={classes.tools} role="group" aria-label="View">
        {ACTIONS.map(({ command, label, icon }) => act(command, label, icon))}
        {act("reset", "Reset", IconRefresh)}
      </div>
      {children}
      <div className={`${classes.tools} ${classes.end}`}>{act("help", "Keys", IconKeyboard)}</div>
    </div>
  );
}
