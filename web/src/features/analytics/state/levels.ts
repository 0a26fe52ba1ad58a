import type { FilterName, FindingLevel } from "../../../gql/graphql";

/** From the coarsest to the finest; findings by name stand beside the codes. */
export const LEVELS: readonly FindingLevel[] = ["CHAPTER", "BLOCK", "CATEGORY", "CODE", "FINDING"];

const NAMES: Record<FindingLevel, [string, string]> = {
  CHAPTER: ["chapter", "chapters"],
  BLOCK: ["block", "blocks"],
  CATEGORY: ["category", "categories"],
  CODE: ["code", "codes"],
  FINDING: ["finding", "findings"],
};
const SHAPES: readonly [FindingLevel, RegExp][] = [
  ["CHAPTER", /^\d{1,2}$/],
  ["BLOCK", /^[A-Z]\w\w-[A-Z]\w\w$/i],
  ["CATEGORY", /^[A-Z]\d\w$/i],
  ["CODE", /^[A-Z]\d\w\.\w{1,4}$/i],
];

/** "1 block", "12 blocks". */
export function levelText(level: FindingLevel, count: number): string {
  return `${count.toLocaleString("en")} ${NAMES[level][count === 1 ? 0 : 1]}`;
}

export function levelName(level: FindingLevel): string {
  return NAMES[level][0];
}

/** The level that a key is of, by its shape. A code of three characters is its own category. */
export function levelOf(key: string): FindingLevel {
  return SHAPES.find(([, shape]) => shape.test(key))?.[0] ?? "FINDING";
}

/** The next finer level, or null where there is none. */
export function finer(level: FindingLevel): FindingLevel | null {
  if (level === "CODE" || level === "FINDING") return null;
  return LEVELS[LEVELS.indexOf(level) + 1] ?? null;
}

/** The filter that takes the keys of a level. */
export function filterOf(level: FindingLevel): FilterName {
  return level;
}

/** "Chapter 10", "J90-J94". */
export function keyText(key: string): string {
  return levelOf(key) === "CHAPTER" ? `Chapter ${key}` : key.replaceAll("_", " ");
}
