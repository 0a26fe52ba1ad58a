import { Kbd, Modal, Stack, Switch, Title } from "@mantine/core";
import classes from "./KeySheet.module.css";
import { SHORTCUTS } from "./shortcuts";
import { useSingleKeys } from "./usePageKeys";

type Props = { opened: boolean; onClose: () => void };

export function KeySheet({ opened, onClose }: Props) {
  const [singleKeys, setSingleKeys] = useSingleKeys();
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" size="md">
      <Stack>
        {SHORTCUTS.map(({ title, list }) => (
          <section key={title}>
            <Title order={3} size="h6" mb={6}>
              {title}
            </Title>
            <dl className={classes.keys}>
              {list.map(({ keys, what }) => (
                <div key={keys}>
                  <dt>
                    {keys.split(" ").map((key) => (
                      <Kbd key={key}>{key}</Kbd>
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <Switch
          label="Single keys act anywhere on the page ( / and ? )"
          checked={singleKeys}
          onChange={(event) => setSingleKeys(event.currentTarget.checked)}
        />
      </Stack>
    </Modal>
  );
}
