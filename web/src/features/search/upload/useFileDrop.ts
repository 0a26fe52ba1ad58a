import { useEffect, useEffectEvent, useState } from "react";
import { readDrop } from "./readDrop";

export type DropZone = "search" | "add";

/** Takes files dropped or pasted anywhere on the page. The zone under the pointer while files are dragged, else null. */
export function useFileDrop(onFiles: (files: File[], zone: DropZone) => void): DropZone | null {
  const [zone, setZone] = useState<DropZone | null>(null);
  const take = useEffectEvent(onFiles);

  useEffect(() => {
    const controller = new AbortController();
    const listen = <Type extends "dragenter" | "dragover" | "dragleave" | "drop" | "paste">(
      type: Type,
      heard: (event: WindowEventMap[Type]) => void,
    ) => window.addEventListener(type, heard, { signal: controller.signal });

    const over = (event: DragEvent) => {
      if (!holdsFiles(event.dataTransfer)) return;
      event.preventDefault();
      setZone(zoneOf(event.target));
    };
    listen("dragenter", over);
    listen("dragover", over);
    listen("dragleave", (event) => {
      if (event.relatedTarget === null) setZone(null);
    });
    listen("drop", (event) => {
      if (!event.dataTransfer || !holdsFiles(event.dataTransfer)) return;
      event.preventDefault();
      setZone(null);
      const target = zoneOf(event.target);
      void readDrop(event.dataTransfer).then((files) => take(files, target));
    });
    listen("paste", (event) => {
      const files = Array.from(event.clipboardData?.files ?? []);
      if (files.length > 0) take(files, "search");
    });
    return () => controller.abort();
  }, []);
  return zone;
}

function holdsFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes("Files") ?? false;
}

function zoneOf(target: EventTarget | null): DropZone {
  const zone = target instanceof Element ? target.closest<HTMLElement>("[data-zone]") : null;
  return zone?.dataset.zone === "add" ? "add" : "search";
}
