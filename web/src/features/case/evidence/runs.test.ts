import { expect, it } from "vitest";
import type { FindingData } from "./findings";
import { runsOf, sameFindingLink } from "./runs";

function finding(begin: number, end: number, more: Partial<FindingData> = {}): FindingData {
  return {
    reportId: "r",
    reportVersion: 1,
    begin,
    end,
    text: "effusion",
    findingId: "effusion",
    code: "J90",
    description: "Pleural effusion",
    assertion: "PRESENT",
    trigger: "",
    section: "findings",
    laterality: "",
    severity: "",
    location: "",
    taggerId: "rules",
    ...more,
  };
}

const plain = (text: string) => [{ text, marked: false }];
const texts = (runs: ReturnType<typeof runsOf>) => runs.map(({ pieces }) => pieces.map(({ text }) => text).join(""));

it("cuts the text where findings begin and end, and loses none of it", () => {
  const runs = runsOf(plain("No effusion. Edema."), [finding(3, 11), finding(13, 18)]);
  expect(texts(runs)).toEqual(["No ", "effusion", ". ", "Edema", "."]);
  expect(runs.map(({ findings }) => findings.length)).toEqual([0, 1, 0, 1, 0]);
});

it("counts code points, as the tagger does", () => {
  expect(texts(runsOf(plain("𝐀𝐁 effusion"), [finding(3, 11)]))).toEqual(["𝐀𝐁 ", "effusion"]);
});

it("keeps the searched words marked within a finding", () => {
  const pieces = [...plain("pleural "), { text: "effusion", marked: true }, ...plain(" left")];
  const [run] = runsOf(pieces, [finding(0, 16)]);
  expect(run?.pieces).toEqual([
    { text: "pleural ", marked: false },
    { text: "effusion", marked: true },
  ]);
});

it("gives overlapping findings a stretch in common", () => {
  const runs = runsOf(plain("abcdef"), [finding(0, 4), finding(2, 6, { findingId: "edema" })]);
  expect(texts(runs)).toEqual(["ab", "cd", "ef"]);
  expect(runs[1]?.findings.map(({ findingId }) => findingId)).toEqual(["effusion", "edema"]);
});

it("leaves out findings that do not fit the text: it may be another version", () => {
  expect(texts(runsOf(plain("short"), [finding(3, 30), finding(4, 4)]))).toEqual(["short"]);
});

it("leads to the cases of which the same is said", () => {
  expect(sameFindingLink(finding(0, 1))).toBe("/?f=finding%3Aeffusion");
  expect(sameFindingLink(finding(0, 1, { assertion: "ABSENT" }))).toBe("/?f=finding%3Aabsent%3Aeffusion");
});
