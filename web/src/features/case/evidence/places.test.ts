import { afterEach, expect, it } from "vitest";
import { inContext, placesOf, selectedPlace, trimmed } from "./places";

afterEach(() => {
  document.body.replaceChildren();
});

function report(...parts: string[]): HTMLElement {
  const element = document.createElement("p");
  for (const part of parts) element.append(Object.assign(document.createElement("span"), { textContent: part }));
  document.body.append(element);
  return element;
}

function textIn(element: Element | undefined): Node {
  const text = element?.firstChild;
  if (!text) throw new Error("nothing in it");
  return text;
}

function select(from: Node, start: number, to: Node, end: number): void {
  const range = document.createRange();
  range.setStart(from, start);
  range.setEnd(to, end);
  window.getSelection()?.removeAllRanges();
  window.getSelection()?.addRange(range);
}

it("counts the selection's place in code points over all pieces", () => {
  const element = report("𝐀𝐁 No ", "effusion", " here.");
  const [first, second, third] = element.children;
  select(textIn(first), 7, textIn(third), 1);
  expect(selectedPlace(element)).toEqual({ begin: 6, end: 14, text: "effusion" });
  select(textIn(second), 0, textIn(second), 0);
  expect(selectedPlace(element)).toBeNull();
});

it("takes nothing that is selected elsewhere", () => {
  const element = report("inside");
  const other = report("outside");
  const [text] = other.children;
  select(textIn(text), 0, textIn(text), 3);
  expect(selectedPlace(element)).toBeNull();
});

it("leaves blanks out of what is selected", () => {
  expect(trimmed(4, "  edema ")).toEqual({ begin: 6, end: 11, text: "edema" });
  expect(trimmed(4, "  ")).toBeNull();
});

it("finds typed words wherever the report has them", () => {
  const text = "Edema. No 𝐀 edema.";
  expect(placesOf("edema", text)).toEqual([
    { begin: 0, end: 5, text: "Edema" },
    { begin: 12, end: 17, text: "edema" },
  ]);
  expect(placesOf(" ", text)).toEqual([]);
  expect(placesOf("nodule", text)).toEqual([]);
});

it("shows the words with some of what stands around them", () => {
  expect(inContext({ begin: 3, end: 8, text: "edema" }, "No edema.")).toBe("No edema.");
  const long = `${"x".repeat(50)} edema ${"y".repeat(50)}`;
  expect(inContext({ begin: 51, end: 56, text: "edema" }, long)).toMatch(/^…x+ edema y+…$/);
});
