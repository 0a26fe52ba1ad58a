import { Autocomplete, Button, FileButton, Group, List, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { countText } from "../../../ui/format";
import { acceptForArchive, sizeText } from "./accept";

const LISTED = 6;

type Props = {
  /** Files to add; null: closed. */
  files: readonly File[] | null;
  datasets: readonly string[];
  maxUploadMb: number | null;
  onClose: () => void;
  onAdd: (files: readonly File[], dataset: string) => void;
};

/** Asks where files go before anything is stored. */
export function AddDialog({ files, onClose, ...rest }: Props) {
  return (
    <Modal opened={files !== null} onClose={onClose} title="Add to the archive" size="lg">
      {files && <AddForm given={files} onClose={onClose} {...rest} />}
    </Modal>
  );
}

type FormProps = Omit<Props, "files"> & { given: readonly File[] };

function AddForm({ given, datasets, maxUploadMb, onClose, onAdd }: FormProps) {
  const [files, setFiles] = useState(given);
  const [dataset, setDataset] = useState(datasets[0] ?? "default");
  const accepted = acceptForArchive(files, maxUploadMb);
  const name = dataset.trim();
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        Names, dates and identifiers are removed before anything is kept. Zip archives are opened.
      </Text>
      <Group>
        <FileButton multiple onChange={(more) => setFiles([...files, ...more])} inputProps={{ "aria-label": "Files to add" }}>
          {(props) => (
            <Button {...props} variant="default">
              Choose files
            </Button>
          )}
        </FileButton>
        <Text size="sm">{countText(accepted.files.length, "file")}</Text>
      </Group>
      {accepted.files.length > 0 && <FileList files={accepted.files} />}
      {accepted.refused.map((reason) => (
        <Text key={reason} size="sm" c="var(--similis-warning)">
          {reason}
        </Text>
      ))}
      <Autocomplete
        label="Dataset"
        description="One that is there, or the name of a new one."
        value={dataset}
        onChange={setDataset}
        data={[...datasets]}
        maxLength={64}
        error={name ? null : "A dataset needs a name."}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={accepted.files.length === 0 || !name}
          onClick={() => onAdd(accepted.files, name)}
        >
          Add {countText(accepted.files.length, "file")}
        </Button>
      </Group>
    </Stack>
  );
}

function FileList({ files }: { files: readonly File[] }) {
  return (
    <List size="sm" listStyleType="none">
      {files.slice(0, LISTED).map((file, place) => (
        <List.Item key={place}>
          {file.name} <Text component="span" size="xs" c="dimmed">{sizeText(file.size)}</Text>
        </List.Item>
      ))}
      {files.length > LISTED && (
        <List.Item>and {(files.length - LISTED).toLocaleString("en")} more</List.Item>
      )}
    </List>
  );
}
