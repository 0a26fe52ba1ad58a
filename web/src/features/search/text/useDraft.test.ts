import { act, renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { useDraft } from "./useDraft";

const draftOf = (text: string) => renderHook((props: { text: string }) => useDraft(props.text), { initialProps: { text } });

it("is not overwritten by the echo of what was typed a moment ago", () => {
  const { result, rerender } = draftOf("");
  act(() => {
    result.current[1]("eff");
    result.current[2]("eff");
  });
  act(() => result.current[1]("effu"));
  rerender({ text: "eff" });
  expect(result.current[0]).toBe("effu");
});

it("follows the back button", () => {
  const { result, rerender } = draftOf("heart");
  rerender({ text: "effusion" });
  expect(result.current[0]).toBe("effusion");
  rerender({ text: "heart" });
  expect(result.current[0]).toBe("heart");
});
