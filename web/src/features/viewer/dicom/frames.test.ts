import { describe, expect, it } from "vitest";
import { indexOfFrame, stacksOf, stackWith } from "./frames";
import { frameInfo } from "./info";
import type { DicomJson } from "./json";
import { TAG } from "./tags";

const element = (...Value: unknown[]) => ({ Value });

function instance(uid: string, more: Record<string, DicomJson[string]> = {}): DicomJson {
  return {
    [TAG.StudyInstanceUID]: element("1.2"),
    [TAG.SeriesInstanceUID]: element("1.2.3"),
    [TAG.SOPInstanceUID]: element(uid),
    [TAG.Rows]: element(4),
    [TAG.Columns]: element(4),
    ...more,
  };
}

describe("stacks of a series", () => {
  it("hold the stills in order of instance number, and each cine on its own", () => {
    const stacks = stacksOf("/dicomweb", [
      instance("still-2", { [TAG.InstanceNumber]: element(2) }),
      instance("cine", { [TAG.NumberOfFrames]: element("3"), [TAG.InstanceNumber]: element(1) }),
      instance("still-1", { [TAG.InstanceNumber]: element(1) }),
    ]);
    expect(stacks.map((stack) => stack.map((one) => one.instanceUid))).toEqual([
      ["still-1", "still-2"],
      ["cine", "cine", "cine"],
    ]);
    expect(stacks[1]?.[2]?.imageId).toBe(
      "wadors:/dicomweb/studies/1.2/series/1.2.3/instances/cine/frames/3",
    );
  });

  it("leave out objects without pixels", () => {
    expect(stacksOf("/dicomweb", [{ [TAG.SOPInstanceUID]: element("report") }])).toEqual([]);
  });

  it("are found by one of their instances", () => {
    const stacks = stacksOf("", [
      instance("a"),
      instance("b", { [TAG.NumberOfFrames]: element(2) }),
    ]);
    expect(stackWith(stacks, "b")).toBe(stacks[1]);
    expect(stackWith(stacks, "elsewhere")).toBe(stacks[0]);
    expect(indexOfFrame(stacks[1] ?? [], "b", 2)).toBe(1);
    expect(indexOfFrame(stacks[1] ?? [], "b", 9)).toBe(0);
  });
});

describe("functional groups", () => {
  const enhanced = instance("enhanced", {
    [TAG.NumberOfFrames]: element(2),
    [TAG.SharedFunctionalGroupsSequence]: element({
      "00289110": element({ [TAG.PixelSpacing]: element(0.5, 0.25) }),
    }),
    [TAG.PerFrameFunctionalGroupsSequence]: element(
      { "00289132": element({ [TAG.WindowCenter]: element(10), [TAG.WindowWidth]: element(20) }) },
      { "00289132": element({ [TAG.WindowCenter]: element(30), [TAG.WindowWidth]: element(40) }) },
    ),
  });
  const infos = stacksOf("", [enhanced])[0]?.map(({ frame, header }) =>
    frameInfo("enhanced", frame, header),
  );

  it("give every frame its own window and the shared spacing", () => {
    expect(infos?.map(({ windows }) => windows[0]?.center)).toEqual([10, 30]);
    expect(infos?.[1]?.spacing).toEqual({ row: 0.5, column: 0.25, at: "patient" });
  });
});
