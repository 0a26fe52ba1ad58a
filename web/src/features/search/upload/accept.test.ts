import { expect, it } from "vitest";
import { acceptForArchive, acceptForSearch, MAX_QUERY_FILES } from "./accept";

const sized = (name: string, bytes: number) => {
  const file = new File(["x"], name);
  Object.defineProperty(file, "size", { value: bytes });
  return file;
};

it("takes a handful to search with and says so", () => {
  const many = Array.from({ length: MAX_QUERY_FILES + 3 }, (_, n) => sized(`${n}.dcm`, 10));
  const { files, refused } = acceptForSearch(many, null);
  expect(files).toHaveLength(MAX_QUERY_FILES);
  expect(refused).toHaveLength(1);
});

it("sends a zip to the archive only", () => {
  const zip = sized("study.ZIP", 10);
  expect(acceptForSearch([zip], null).files).toEqual([]);
  expect(acceptForArchive([zip], null)).toEqual({ files: [zip], refused: [] });
});

it("refuses before sending what the server would refuse after", () => {
  const { files, refused } = acceptForArchive([sized("big", 3 * 1024 ** 2), sized("empty", 0), sized("ok", 9)], 2);
  expect(files.map(({ name }) => name)).toEqual(["ok"]);
  expect(refused).toHaveLength(2);
});
