import { describe, expect, it } from "vitest";
import { arrive } from "../upload/useUploads";
import {
  EMPTY,
  formatState,
  isAsked,
  parseState,
  type SearchState,
  toInput,
  withFile,
  withLike,
  withoutFile,
  withoutPicture,
} from "./searchState";

const parse = (query: string) => parseState(new URLSearchParams(query));

describe("the URL", () => {
  it("holds the whole state", () => {
    const state: SearchState = {
      text: 'left "pleural effusion" & more',
      like: null,
      file: "b",
      files: ["a", "b"],
      frame: 0,
      conditions: [
        { kind: "value", name: "LABEL", value: "a:b, 60..80 & ü", excluded: false },
        { kind: "value", name: "MODALITY", value: "CT", excluded: true },
        { kind: "range", name: "AGE", from: "60", to: "" },
        { kind: "exists", name: "VIEW", exists: false },
      ],
      findings: "CORRECTED",
    exclude: "SELF",
      group: "CASE",
      sort: "-ef",
      view: "list",
    };
    expect(parse(formatState(state).toString())).toEqual(state);
  });

  it("is empty where nothing is asked", () => {
    expect(formatState(EMPTY).toString()).toBe("");
    expect(parse("")).toEqual(EMPTY);
    expect(isAsked(EMPTY)).toBe(false);
  });

  it.each(["f=nonsense", "f=colour:red", "f=age:..", "group=planet&view=3d&exclude=x", "frame=7", "like=&file="])(
    "opens all the same with %s",
    (query) => expect(parse(query)).toEqual(EMPTY),
  );

  it("does not name the only file twice", () => {
    expect(formatState(withFile(EMPTY, "a")).toString()).toBe("file=a");
  });

  it("asks with the file where an old link has a stored image too", () => {
    expect(parse("like=1.2&file=a")).toMatchObject({ like: null, file: "a" });
  });
});

describe("what the server is asked", () => {
  it("joins the values of a name and keeps the rest apart", () => {
    const { filters } = toInput(parse("f=sex:F&f=label:x&f=sex:M&f=-sex:O&f=age:60..80&f=view:*"));
    expect(filters).toEqual([
      { name: "SEX", anyOf: ["F", "M"] },
      { name: "LABEL", anyOf: ["x"] },
      { name: "SEX", noneOf: ["O"] },
      { name: "AGE", from: "60", to: "80" },
      { name: "VIEW", exists: true },
    ]);
  });

  it("has another order, but not with a picture", () => {
    expect(toInput(parse("q=x&sort=-ef")).sort).toEqual({ name: "EF", descending: true });
    expect(toInput(parse("like=1.2&sort=-ef")).sort).toBeUndefined();
    expect(toInput(parse("q=x&sort=colour"))).toEqual(toInput(parse("q=x")));
  });

  it("does not change with the layout", () => {
    expect(toInput(parse("q=x&view=list"))).toEqual(toInput(parse("q=x")));
  });
});

describe("files", () => {
  const sent = (queryId: string, leads: boolean) =>
    ({ queryId, leads }) as Parameters<typeof arrive>[1];

  it("asks about the first of a drop, in whatever order they arrive", () => {
    const state = [sent("second", false), sent("first", true), sent("third", false)].reduce(arrive, EMPTY);
    expect(state).toMatchObject({ file: "first", files: ["second", "first", "third"] });
  });

  it("gives way to a stored image and can be come back to", () => {
    const state = withLike({ ...withFile(EMPTY, "a"), frame: 3 }, "1.2", null);
    expect(state).toMatchObject({ like: "1.2", file: null, files: ["a"], frame: null });
    expect(withFile(state, "a")).toMatchObject({ like: null, file: "a", files: ["a"] });
  });

  it("is put away without a trace", () => {
    expect(withoutPicture(withFile(EMPTY, "a"))).toEqual(EMPTY);
    expect(withoutFile(withFile(withFile(EMPTY, "a"), "b"), "a")).toMatchObject({ file: "b", files: ["b"] });
  });
});
