import { describe, expect, it } from "vitest";
import { commandOf, HOTKEYS, keyName, keyOf, takenByElement } from "./commands";

const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
  commandOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

describe("keys", () => {
  it.each([
    ["ArrowDown", "next-image"],
    ["ArrowUp", "previous-image"],
    ["PageDown", "next-series"],
    ["r", "rotate-right"],
    ["l", "rotate-left"],
    ["h", "flip-horizontal"],
    ["v", "flip-vertical"],
    ["i", "invert"],
    ["c", "cine"],
    [" ", "reset"],
    ["+", "zoom-in"],
    ["-", "zoom-out"],
    ["=", "fit"],
    ["2", "preset-2"],
    ["Escape", "back"],
  ])("%j does what it does in OHIF: %s", (key, command) => {
    expect(press(key)).toBe(command);
  });

  it("work with caps lock", () => {
    expect(press("R")).toBe("rotate-right");
  });

  it("leave the browser's own shortcuts alone", () => {
    expect(press("r", { ctrlKey: true })).toBeUndefined();
    expect(press("ArrowLeft", { altKey: true })).toBeUndefined();
    expect(press("c", { metaKey: true })).toBeUndefined();
  });

  it("move the picture with shift", () => {
    expect(press("ArrowLeft", { shiftKey: true })).toBe("pan-left");
    expect(press("?", { shiftKey: true })).toBe("help");
  });

  it("mean one thing each", () => {
    const keys = HOTKEYS.flatMap(({ hotkeys }) => hotkeys.flatMap((one) => one.keys));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("have names that people can read", () => {
    expect(keyName("Shift+ArrowUp")).toBe("Shift + ↑");
    expect(keyOf("reset")).toBe("Space");
  });
});

describe("keys that an element needs for itself", () => {
  const inside = (html: string): Element => {
    document.body.innerHTML = html;
    return document.body.querySelector("[data-target]") ?? document.body;
  };

  it("are letters while typing, but not Escape", () => {
    const input = inside("<input data-target>");
    expect(takenByElement("r", input)).toBe(true);
    expect(takenByElement("Escape", input)).toBe(false);
  });

  it("are space on a button and arrows on a slider", () => {
    expect(takenByElement(" ", inside("<button data-target>x</button>"))).toBe(true);
    expect(takenByElement("r", inside("<button data-target>x</button>"))).toBe(false);
    const slider = inside("<input type='range' data-target>");
    expect(takenByElement("ArrowLeft", slider)).toBe(true);
    expect(takenByElement("ArrowDown", slider)).toBe(false);
    expect(takenByElement("i", slider)).toBe(false);
  });

  it("are all in a dialog or a menu", () => {
    expect(takenByElement("Escape", inside("<div role='menu'><b data-target></b></div>"))).toBe(
      true,
    );
    expect(takenByElement("r", inside("<div role='dialog'><b data-target></b></div>"))).toBe(true);
  });

  it("are none on the page itself", () => {
    inside("");
    expect(takenByElement(" ", document.body)).toBe(false);
    expect(takenByElement("r", null)).toBe(false);
  });
});
