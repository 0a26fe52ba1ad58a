import { Button, Divider, Group, NumberInput, Popover, Stack, Text } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { shortNumber } from "../logic/range";
import type { Window } from "../logic/windows";
import type { PaneState } from "../stack/paneState";
import type { StackPane } from "../stack/StackPane";
import { type WindowEntry, windowEntries } from "./windowEntries";

type Props = { pane: StackPane | null; state: PaneState };

/** Windows by name, and the two numbers for those who know them. */
export function WindowMenu({ pane, state }: Props) {
  const [opened, setOpened] = useState(false);
  const entries = windowEntries(pane?.info(state.shown), state.choice);
  const choose = ({ choice }: WindowEntry): void => {
    pane?.window.choose(choice);
    setOpened(false);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          maw="11rem"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          disabled={!state.window}
          onClick={() => setOpened(!opened)}
        >
          {entries.find(({ chosen }) => chosen)?.label ?? "Window"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs" aria-label="Window">
        <Stack gap={2}>
          {entries.map((entry) => (
            <EntryButton key={entry.id} entry={entry} onChoose={choose} />
          ))}
        </Stack>
        <Divider my="xs" />
        {state.window && (
          <WindowNumbers window={state.window} onChange={(window) => pane?.window.set(window)} />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

type EntryProps = { entry: WindowEntry; onChoose: (entry: WindowEntry) => void };

function EntryButton({ entry, onChoose }: EntryProps) {
  return (
    <Button
      variant={entry.chosen ? "light" : "subtle"}
      color={entry.chosen ? "teal" : "gray"}
      size="compact-sm"
      justify="space-between"
      aria-pressed={entry.chosen}
      rightSection={
        <Text component="span" size="xs" c="dimmed" aria-hidden>
          {entry.key}
        </Text>
      }
      onClick={() => onChoose(entry)}
    >
      {entry.label}
    </Button>
  );
}

type NumbersProps = { window: Window; onChange: (window: Window) => void };

function WindowNumbers({ window, onChange }: NumbersProps) {
  return (
    <Group gap="xs" wrap="nowrap">
      <NumberInput
        label="Width"
        w={110}
        min={1}
        step={10}
        value={Number(shortNumber(window.width))}
        onChange={(width) =>
          typeof width === "number" && width > 0 && onChange({ ...window, width })
        }
      />
      <NumberInput
        label="Level"
        w={110}
        step={10}
        value={Number(shortNumber(window.center))}
        onChange={(center) => typeof center === "number" && onChange({ ...window, center })}
      />
    </Group>
  );
}
