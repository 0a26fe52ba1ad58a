import { describe, expect, it } from "vitest";
import { formatCaseUrl, parseCaseUrl } from "./caseUrl";

describe("the address of a case", () => {
  it("comes back as it was", () => {
    const url = {
      series: "1.2.3",
      instance: "1.2.3.4",
      frame: 0,
      like: null,
      file: "abc",
      echo: { reading: "f00", method: "area_length" as const, limits: "usal" },
      from: "file=abc&q=pleural+effusion&f=sex%3AF",
    };
    const address = formatCaseUrl("1.2", url);
    expect(address.startsWith("/case/1.2?")).toBe(true);
    expect(parseCaseUrl(new URLSearchParams(address.split("?")[1]))).toEqual(url);
  });

  it("is short where nothing is chosen", () => {
    const url = parseCaseUrl(new URLSearchParams());
    expect(formatCaseUrl("1.2", url)).toBe("/case/1.2");
  });

  it("forgets a frame that is no number, and asks with a file before an image", () => {
    const url = parseCaseUrl(new URLSearchParams("frame=-1&file=a&like=b"));
    expect([url.frame, url.file, url.like]).toEqual([null, "a", null]);
  });
});
