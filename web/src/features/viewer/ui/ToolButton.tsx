import { ActionIcon, Tooltip } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";

type Props = {
  label: string;
  icon: Icon;
  hotkey?: string | undefined;
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
};

/** A button of the toolbar: its name and its key in the tooltip. */
export function ToolButton({ label, icon: Picture, hotkey, pressed, disabled, onClick }: Props) {
  return (
    <Tooltip label={hotkey ? `${label} (${hotkey})` : label}>
      <ActionIcon
        size={32}
        variant={pressed ? "light" : "subtle"}
        color={pressed ? "teal" : "gray"}
        aria-label={label}
        {...(pressed !== undefined && { "aria-pressed": pressed })}
        disabled={disabled ?? false}
        onClick={onClick}
      >
        <Picture size={20} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
