import { expect, it, vi } from "vitest";
import { ApiError } from "../../../api/errors";
import type { OnProgress } from "./transfer";
import { type Transport, UploadQueue } from "./uploadQueue";

type Call = {
  name: string;
  onProgress: OnProgress;
  resolve: (answer: { id: string }) => void;
  reject: (error: Error) => void;
};

function setUp() {
  const calls: Call[] = [];
  const added: string[][] = [];
  const transport: Transport = {
    query: (file, onProgress) => {
      const { promise, resolve, reject } = withResolvers<{ id: string }>();
      calls.push({ name: file.name, onProgress, resolve, reject });
      return { answer: promise, abort: () => reject(new ApiError("Cancelled.", "CANCELLED")) };
    },
    add: (files) => {
      added.push(files.map(({ name }) => name));
      return { answer: Promise.resolve({ jobId: "job" }), abort: () => undefined };
    },
  };
  return { queue: new UploadQueue(transport), calls, added };
}

function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

const file = (name: string) => new File(["x"], name);
const search = { kind: "search" } as const;
const states = (queue: UploadQueue) => queue.snapshot().map(({ state }) => state);

it("sends two at a time, in order, and the next when one is done", async () => {
  const { queue, calls } = setUp();
  queue.enqueue([file("a"), file("b"), file("c")], search);
  expect(calls.map(({ name }) => name)).toEqual(["a", "b"]);
  calls[1]?.resolve({ id: "id-b" });
  await vi.waitFor(() => expect(calls).toHaveLength(3));
  expect(states(queue)).toEqual(["sending", "sent", "sending"]);
  expect(queue.fileOf("id-b")?.name).toBe("b");
});

it("tells how far each file is", () => {
  const { queue, calls } = setUp();
  queue.enqueue([file("a"), file("b")], search);
  calls[0]?.onProgress(25, 100);
  expect(queue.snapshot().map(({ progress }) => progress)).toEqual([0.25, 0]);
});

it("cancels one that is under way, and one that still waits", async () => {
  const { queue, calls } = setUp();
  const [first = 0, , last = 0] = queue.enqueue([file("a"), file("b"), file("c")], search);
  queue.cancel(last);
  queue.cancel(first);
  await vi.waitFor(() => expect(states(queue)).toEqual(["cancelled", "sending", "cancelled"]));
  expect(calls).toHaveLength(2);
});

it("keeps the reason of a refusal, goes on with the rest, and can try again", async () => {
  const { queue, calls } = setUp();
  const [key = 0] = queue.enqueue([file("a"), file("b")], search);
  calls[0]?.reject(new ApiError("This is no picture.", "REJECTED_FILE", { reason: "not-dicom" }));
  await vi.waitFor(() => expect(states(queue)).toEqual(["failed", "sending"]));
  expect(queue.snapshot()[0]?.error?.reason).toBe("not-dicom");
  queue.retry(key);
  expect(calls).toHaveLength(3);
  expect(queue.snapshot()[0]).toMatchObject({ state: "sending", error: null });
});

it("adds all files as one transfer, which becomes one job", async () => {
  const { queue, added } = setUp();
  queue.enqueue([file("a"), file("b")], { kind: "add", dataset: "trial" });
  await vi.waitFor(() => expect(states(queue)).toEqual(["sent"]));
  expect(added).toEqual([["a", "b"]]);
  expect(queue.snapshot()[0]?.jobId).toBe("job");
});

it("stops what is dismissed", async () => {
  const { queue, calls } = setUp();
  const [key = 0] = queue.enqueue([file("a")], search);
  queue.dismiss(key);
  expect(queue.snapshot()).toEqual([]);
  calls[0]?.resolve({ id: "late" });
  await Promise.resolve();
  expect(queue.snapshot()).toEqual([]);
});
