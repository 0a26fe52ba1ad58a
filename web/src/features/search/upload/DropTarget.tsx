import { IconArchive, IconPhotoSearch } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./DropTarget.module.css";
import { type DropZone, useFileDrop } from "./useFileDrop";

type Props = { mayAdd: boolean; onFiles: (files: File[], zone: DropZone) => void };

/** The whole page takes files. While some are dragged over it, it says what letting go will do. */
export function DropTarget({ mayAdd, onFiles }: Props) {
  const zone = useFileDrop(onFiles);
  if (zone === null) return null;
  return (
    <div className={classes.overlay}>
      <Zone name="search" over={zone === "search" || !mayAdd} icon={<IconPhotoSearch size={44} aria-hidden="true" />}>
        <strong>Search only</strong>
        <span>Finds what looks like it. The file is not stored.</span>
      </Zone>
      {mayAdd && (
        <Zone name="add" over={zone === "add"} icon={<IconArchive size={36} aria-hidden="true" />}>
          <strong>Add to archive</strong>
          <span>De-identified, then kept.</span>
        </Zone>
      )}
    </div>
  );
}

type ZoneProps = { name: DropZone; over: boolean; icon: ReactNode; children: ReactNode };

function Zone({ name, over, icon, children }: ZoneProps) {
  return (
    <div className={classes.zone} data-zone={name} data-over={over || undefined}>
      {icon}
      {children}
    </div>
  );
}
