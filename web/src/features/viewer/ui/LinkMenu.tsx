import { Button, Checkbox, Popover, Stack } from "@mantine/core";
import { IconLink, IconLinkOff } from "@tabler/icons-react";
import type { Links } from "../stack/link";

type Props = { links: Links; onChange: (links: Links) => void };

const LABELS: readonly { move: keyof Links; label: string }[] = [
  { move: "scroll", label: "Scroll, by relative position" },
  { move: "view", label: "Zoom and place" },
  { move: "window", label: "Window" },
];

/** What the two viewports share. */
export function LinkMenu({ links, onChange }: Props) {
  const linked = LABELS.filter(({ move }) => links[move]).length;
  return (
    <Popover position="bottom-end" withinPortal trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          leftSection={linked > 0 ? <IconLink size={18} /> : <IconLinkOff size={18} />}
        >
          {linked === LABELS.length ? "Linked" : linked > 0 ? "Partly linked" : "Not linked"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="What the two viewports share">
        <Stack gap="xs">
          {LABELS.map(({ move, label }) => (
            <Checkbox
              key={move}
              label={label}
              checked={links[move]}
              onChange={(event) => onChange({ ...links, [move]: event.currentTarget.checked })}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
