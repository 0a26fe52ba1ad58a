import { type ApiError, asApiError, isCancelled } from "../../../api/errors";
import type { OnProgress, Sending } from "./transfer";

export type Purpose = { kind: "search" } | { kind: "add"; dataset: string };
export type UploadState = "waiting" | "sending" | "sent" | "failed" | "cancelled";

/** One transfer: a file to search with, or the files of one addition to the archive. */
export type Upload = {
  key: number;
  files: readonly File[];
  purpose: Purpose;
  /** First of the files that came together: the one that is asked about once it is there. */
  leads: boolean;
  state: UploadState;
  /** Part of the bytes that has left, 0 to 1. */
  progress: number;
  queryId: string | null;
  jobId: string | null;
  error: ApiError | null;
};

export type Transport = {
  query: (file: File, onProgress: OnProgress) => Sending<{ id: string }>;
  add: (files: readonly File[], dataset: string, onProgress: OnProgress) => Sending<{ jobId: string }>;
};

const AT_ONCE = 2;

/** Transfers in the order they were asked for, two at a time; each can be cancelled or tried again. */
export class UploadQueue {
  private uploads: readonly Upload[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly aborts = new Map<number, () => void>();
  private lastKey = 0;

  constructor(private readonly transport: Transport) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  snapshot = (): readonly Upload[] => this.uploads;

  /** To search with: a transfer a file. To add: one transfer for all of them, which is one job. */
  enqueue(files: readonly File[], purpose: Purpose): number[] {
    const batches = purpose.kind === "search" ? files.map((file) => [file]) : [files];
    const added = batches.map((batch, place) => this.waiting(batch, purpose, place === 0));
    this.set([...this.uploads, ...added]);
    this.startNext();
    return added.map((upload) => upload.key);
  }

  cancel(key: number): void {
    const abort = this.aborts.get(key);
    if (abort) abort();
    else if (this.find(key)?.state === "waiting") this.change(key, { state: "cancelled" });
  }

  retry(key: number): void {
    const state = this.find(key)?.state;
    if (state !== "failed" && state !== "cancelled") return;
    this.change(key, { state: "waiting", progress: 0, error: null });
    this.startNext();
  }

  dismiss(key: number): void {
    this.cancel(key);
    this.set(this.uploads.filter((upload) => upload.key !== key));
  }

  /** The file behind an uploaded query file, as long as this page has not been loaded again. */
  fileOf(queryId: string): File | null {
    return this.uploads.find((upload) => upload.queryId === queryId)?.files[0] ?? null;
  }

  private waiting(files: readonly File[], purpose: Purpose, leads: boolean): Upload {
    this.lastKey += 1;
    return {
      key: this.lastKey,
      files,
      purpose,
      leads,
      state: "waiting",
      progress: 0,
      queryId: null,
      jobId: null,
      error: null,
    };
  }

  private startNext(): void {
    while (this.aborts.size < AT_ONCE) {
      const next = this.uploads.find((upload) => upload.state === "waiting");
      if (!next) return;
      void this.send(next);
    }
  }

  private async send({ key, files, purpose }: Upload): Promise<void> {
    const onProgress: OnProgress = (sent, total) =>
      this.change(key, { progress: total > 0 ? sent / total : 0 });
    const [file] = files;
    if (!file) return;
    const sending =
      purpose.kind === "search"
        ? this.transport.query(file, onProgress)
        : this.transport.add(files, purpose.dataset, onProgress);
    this.aborts.set(key, sending.abort);
    this.change(key, { state: "sending" });
    try {
      const answer = await sending.answer;
      this.change(key, {
        state: "sent",
        progress: 1,
        ...("id" in answer ? { queryId: answer.id } : { jobId: answer.jobId }),
      });
    } catch (error) {
      if (isCancelled(error)) this.change(key, { state: "cancelled" });
      else this.change(key, { state: "failed", error: asApiError(error) });
    } finally {
      this.aborts.delete(key);
      this.startNext();
    }
  }

  private find(key: number): Upload | undefined {
    return this.uploads.find((upload) => upload.key === key);
  }

  private change(key: number, change: Partial<Upload>): void {
    this.set(this.uploads.map((one) => (one.key === key ? { ...one, ...change } : one)));
  }

  private set(uploads: readonly Upload[]): void {
    this.uploads = uploads;
    this.listeners.forEach((listener) => listener());
  }
}
