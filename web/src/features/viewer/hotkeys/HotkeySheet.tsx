import { Group, Kbd, Modal, SimpleGrid, Stack, Switch, Table, Title } from "@mantine/core";
import { HOTKEYS, keyName, type HotkeyGroup } from "./commands";
import { useSingleKeys } from "./useHotkeys";

type Props = { opened: boolean; onClose: () => void };

/** All keys, and the switch that turns single characters off. */
export function HotkeySheet({ opened, onClose }: Props) {
  const [singleKeys, setSingleKeys] = useSingleKeys();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keys"
      size="xl"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack>
        <Switch
          label="Single letters, digits and signs act as keys"
          checked={singleKeys}
          onChange={(event) => setSingleKeys(event.currentTarget.checked)}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl">
          {HOTKEYS.map((group) => (
            <KeyTable key={group.title} group={group} />
          ))}
        </SimpleGrid>
      </Stack>
    </Modal>
  );
}

function KeyTable({ group }: { group: HotkeyGroup }) {
  return (
    <section aria-label={group.title}>
      <Title order={3} size="h5" mb="xs">
        {group.title}
      </Title>
      <Table verticalSpacing={4}>
        <Table.Tbody>
          {group.hotkeys.map(({ command, keys, label }) => (
            <Table.Tr key={command}>
              <Table.Th scope="row" fw={400}>
                {label}
              </Table.Th>
              <Table.Td>
                <Group gap={6} justify="flex-end">
                  {keys.map((key) => (
                    <Kbd key={key}>{keyName(key)}</Kbd>
                  ))}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
