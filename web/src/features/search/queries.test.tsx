import { QueryClientProvider, useInfiniteQuery } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createQueryClient } from "../../api/queryClient";
import { hitsQuery } from "./queries";
import { EMPTY, toInput } from "./state/searchState";

type Pending = { text: string; signal: AbortSignal | null | undefined; answer: () => void };
let pending: Pending[] = [];

/** A server whose answers arrive when the test says so, aborted or not. */
function slowFetch(_path: string, init: RequestInit): Promise<Response> {
  const { variables } = JSON.parse(init.body as string) as { variables: { input: { text: string } } };
  const { text } = variables.input;
  const search = {
    totalCount: text.length,
    scoring: text,
    model: null,
    excluded: null,
    pageInfo: { hasNextPage: false, endCursor: null },
    edges: [],
  };
  return new Promise((resolve) => {
    const answer = () => resolve(Response.json({ data: { search } }));
    pending.push({ text, signal: init.signal, answer });
  });
}

beforeEach(() => {
  pending = [];
  vi.stubGlobal("fetch", vi.fn(slowFetch));
});
afterEach(() => vi.unstubAllGlobals());

function search(text: string) {
  const client = createQueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return renderHook(
    (props: { text: string }) => useInfiniteQuery(hitsQuery(toInput({ ...EMPTY, text: props.text }))),
    { wrapper, initialProps: { text } },
  );
}

async function answer(place: number): Promise<void> {
  await act(async () => {
    pending[place]?.answer();
    await Promise.resolve();
  });
}

it("never lets an older answer replace a newer one", async () => {
  const { result, rerender } = search("eff");
  await waitFor(() => expect(pending).toHaveLength(1));
  rerender({ text: "effusion" });
  await waitFor(() => expect(pending).toHaveLength(2));
  await answer(1);
  await waitFor(() => expect(result.current.data?.pages[0]?.scoring).toBe("effusion"));
  await answer(0);
  expect(result.current.data?.pages[0]?.scoring).toBe("effusion");
});

it("aborts a question that is no longer asked", async () => {
  const { rerender } = search("eff");
  await waitFor(() => expect(pending).toHaveLength(1));
  rerender({ text: "effusion" });
  await waitFor(() => expect(pending[0]?.signal?.aborted).toBe(true));
});

it("shows the last answer as such until the next is there", async () => {
  const { result, rerender } = search("eff");
  await waitFor(() => expect(pending).toHaveLength(1));
  await answer(0);
  await waitFor(() => expect(result.current.isSuccess).toBe(true));
  rerender({ text: "effusion" });
  await waitFor(() => expect(result.current.isPlaceholderData).toBe(true));
  expect(result.current.data?.pages[0]?.scoring).toBe("eff");
});
