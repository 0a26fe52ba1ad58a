import { ApiError } from "../../../api/errors";
import { errorOf, offline } from "../../../api/http";

export type Sending<Answer> = { answer: Promise<Answer>; abort: () => void };
export type OnProgress = (sent: number, total: number) => void;

/** Sends a form and tells how much of it has left. (`fetch` cannot tell that, hence XMLHttpRequest.) */
export function sendForm<Answer>(path: string, form: FormData, onProgress: OnProgress): Sending<Answer> {
  const xhr = new XMLHttpRequest();
  const answer = new Promise<Answer>((resolve, reject) => {
    xhr.upload.onprogress = ({ loaded, total }) => onProgress(loaded, total);
    xhr.onload = () => {
      const requestId = xhr.getResponseHeader("x-request-id") ?? undefined;
      if (xhr.status >= 200 && xhr.status < 300) resolve(JSON.parse(xhr.responseText) as Answer);
      else reject(errorOf(xhr.status, xhr.responseText, requestId));
    };
    xhr.onerror = () => reject(offline());
    xhr.onabort = () => reject(new ApiError("Cancelled.", "CANCELLED"));
    xhr.open("POST", path);
    xhr.send(form);
  });
  return {
    answer,
    abort: () => xhr.abort(),
  };
}

/** Puts a file where it can be asked about for an hour; it does not enter the archive. */
export function sendQueryFile(file: File, onProgress: OnProgress): Sending<{ id: string }> {
  const form = new FormData();
  form.append("file", file);
  return sendForm("/api/query-files", form, onProgress);
}

/** Hands files to the archive; what becomes of each is told by the job. */
export function sendUploads(
  files: readonly File[],
  dataset: string,
  onProgress: OnProgress,
): Sending<{ jobId: string }> {
  const form = new FormData();
  files.forEach((file) => form.append("files", file));
  return sendForm(`/api/uploads?dataset=${encodeURIComponent(dataset)}`, form, onProgress);
}
