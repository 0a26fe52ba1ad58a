import { FileButton, Text, UnstyledButton } from "@mantine/core";
import { IconPhotoSearch } from "@tabler/icons-react";
import classes from "./Hero.module.css";

/** Says what the page is for, as long as nothing is asked. */
export function Hero({ onFiles }: { onFiles: (files: File[]) => void }) {
  return (
    <FileButton multiple onChange={onFiles} inputProps={{ "aria-label": "Files to search with" }}>
      {(props) => (
        <UnstyledButton {...props} className={classes.hero ?? ""}>
          <IconPhotoSearch size={40} stroke={1.4} aria-hidden="true" className={classes.icon} />
          <span>
            <Text component="span" fw={600} size="lg" display="block">
              Drop an image to see the cases that look like it
            </Text>
            <Text component="span" c="dimmed" size="sm" display="block">
              DICOM, PNG, JPEG, TIFF or WebP; drop, paste or choose. It is searched with, not stored.
            </Text>
          </span>
        </UnstyledButton>
      )}
    </FileButton>
  );
}
