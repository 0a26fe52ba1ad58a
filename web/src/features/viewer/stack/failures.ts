/** One sentence for a frame that could not be shown. */
export function failureSentence(error: unknown): string {
  const status = statusOf(error);
  if (status === undefined) return "This image cannot be decoded in the browser.";
  if (status === 0) return "The server cannot be reached.";
  if (status === 401) return "You are signed out: sign in again to see images.";
  if (status === 403) return "You may not see this image.";
  if (status === 404) return "The archive has no pixels for this image.";
  if (status === 422) return "The pixels of this image cannot be read.";
  return "The server could not deliver this image.";
}

/** HTTP status of a failed request; undefined for an error after the bytes came. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof XMLHttpRequest) return error.status === 200 ? undefined : error.status;
  if (typeof error === "object" && error !== null && "error" in error) return statusOf(error.error);
  return undefined;
}
