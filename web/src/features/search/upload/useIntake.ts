import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { aboutQuery } from "../../../api/about";
import { acceptForSearch } from "./accept";
import type { DropZone } from "./useFileDrop";
import { uploadQueue } from "./useUploads";

/** What happens to files, wherever they come from: searched with, unless adding is asked for. */
export function useIntake() {
  const { data } = useQuery(aboutQuery);
  const [toAdd, setToAdd] = useState<readonly File[] | null>(null);
  const maxUploadMb = data?.about.maxUploadMb ?? null;
  const mayAdd = data?.about.mayAdd ?? false;

  const search = (files: readonly File[]) => {
    const { files: accepted, refused } = acceptForSearch(files, maxUploadMb);
    refused.forEach((message) =>
      notifications.show({ color: "yellow", title: "Not searched with", message }),
    );
    if (accepted.length > 0) uploadQueue.enqueue(accepted, { kind: "search" });
  };
  const take = (files: readonly File[], zone: DropZone) => {
    if (zone === "add" && mayAdd) setToAdd(files);
    else search(files);
  };
  const dialog = {
    files: toAdd,
    datasets: data?.about.datasets ?? [],
    maxUploadMb,
    onClose: () => setToAdd(null),
    onAdd: (files: readonly File[], dataset: string) => {
      uploadQueue.enqueue(files, { kind: "add", dataset });
      setToAdd(null);
    },
  };
  return { mayAdd, search, take, dialog, askToAdd: setToAdd };
}
