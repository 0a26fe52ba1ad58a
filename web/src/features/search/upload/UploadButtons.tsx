import { ActionIcon, Button, FileButton, Group, Menu } from "@mantine/core";
import { IconArchive, IconChevronDown, IconPhotoSearch } from "@tabler/icons-react";

type Props = {
  mayAdd: boolean;
  onSearch: (files: File[]) => void;
  onAdd: () => void;
};

/** Chooses files with the keyboard or mouse; to search with, unless said otherwise. */
export function UploadButtons({ mayAdd, onSearch, onAdd }: Props) {
  return (
    <Group gap={1} wrap="nowrap">
      <FileButton multiple onChange={onSearch} inputProps={{ "aria-label": "Files to search with" }}>
        {(props) => (
          <Button
            {...props}
            size="md"
            leftSection={<IconPhotoSearch size={18} aria-hidden="true" />}
            style={mayAdd ? { borderStartEndRadius: 0, borderEndEndRadius: 0 } : {}}
          >
            Search with a file
          </Button>
        )}
      </FileButton>
      {mayAdd && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              variant="filled"
              size={42}
              aria-label="More ways to give files"
              style={{ borderStartStartRadius: 0, borderEndStartRadius: 0 }}
            >
              <IconChevronDown size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconArchive size={16} aria-hidden="true" />} onClick={onAdd}>
              Add files to the archive…
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}
