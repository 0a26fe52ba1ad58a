import { describe, expect, it } from "vitest";
import { failureSentence } from "./failures";

function answered(status: number): XMLHttpRequest {
  const request = new XMLHttpRequest();
  Object.defineProperty(request, "status", { value: status });
  return request;
}

describe("what is said of a frame that failed", () => {
  it.each([
    [0, "The server cannot be reached."],
    [401, "You are signed out: sign in again to see images."],
    [404, "The archive has no pixels for this image."],
    [500, "The server could not deliver this image."],
  ])("status %i: %s", (status, sentence) => {
    expect(failureSentence(answered(status))).toBe(sentence);
    expect(failureSentence({ error: answered(status) })).toBe(sentence);
  });

  it("is about decoding where the bytes came", () => {
    const sentence = "This image cannot be decoded in the browser.";
    expect(failureSentence(new Error("No decoder"))).toBe(sentence);
    expect(failureSentence(answered(200))).toBe(sentence);
  });
});
