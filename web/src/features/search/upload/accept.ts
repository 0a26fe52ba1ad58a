export const MAX_QUERY_FILES = 12;
const MEGA = 1024 * 1024;

export type Accepted = { files: File[]; refused: string[] };

/** What can be sent to search with: a handful of files that are not over the server's limit. */
export function acceptForSearch(files: readonly File[], maxUploadMb: number | null): Accepted {
  const { files: fitting, refused } = acceptForArchive(files, maxUploadMb);
  const archives = fitting.filter(isZip);
  const single = fitting.filter((file) => !isZip(file));
  if (archives.length > 0) {
    refused.push("A zip archive holds many files: add it to the archive, or drop one image of it.");
  }
  if (single.length > MAX_QUERY_FILES) {
    refused.push(
      `Searching takes ${MAX_QUERY_FILES} files at a time; the first ${MAX_QUERY_FILES} of ${single.length} were taken.`,
    );
  }
  return { files: single.slice(0, MAX_QUERY_FILES), refused };
}

/** What can be sent to the archive. */
export function acceptForArchive(files: readonly File[], maxUploadMb: number | null): Accepted {
  const limit = maxUploadMb === null ? Infinity : maxUploadMb * MEGA;
  const tooLarge = files.filter((file) => file.size > limit);
  const empty = files.filter((file) => file.size === 0);
  const refused = [
    ...tooLarge.map((file) => `${file.name} is larger than the ${maxUploadMb ?? 0} MB that are taken.`),
    ...empty.map((file) => `${file.name} is empty or a folder.`),
  ];
  return { files: files.filter((file) => file.size > 0 && file.size <= limit), refused };
}

function isZip(file: File): boolean {
  return /\.zip$/i.test(file.name) || file.type === "application/zip";
}

export function sizeText(bytes: number): string {
  return bytes < MEGA
    ? `${Math.max(1, Math.round(bytes / 1024))} KB`
    : `${(bytes / MEGA).toFixed(1)} MB`;
}
