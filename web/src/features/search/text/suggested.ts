import type { FindingSuggestionsQuery, SuggestionsQuery } from "../../../gql/graphql";
import { countText } from "../../../ui/format";
import { type Condition, hasValue, toggleValue } from "../state/conditions";

type Words = SuggestionsQuery["suggestions"];
type Findings = FindingSuggestionsQuery["findingSuggestions"];
export type Finding = Findings[number];
type Option = { value: string; label: string };
type Group = { group: string; items: Option[] };

// No word begins so: it tells a finding from words with the same letters.
const MARK = "|";

/** Findings with their codes and counts, then words; a group without any is left out. */
export function optionsOf(findings: Findings, words: Words): Group[] {
  const texts = [...new Set(words.map(({ completed }) => completed))];
  return [
    { group: "Findings in reports", items: findings.map(optionOf) },
    { group: "Words", items: texts.map((text) => ({ value: text, label: text })) },
  ].filter(({ items }) => items.length > 0);
}

/** The finding that an option stands for; null for words. */
export function findingOf(option: string, findings: Findings): Finding | null {
  return findings.find((finding) => optionOf(finding).value === option) ?? null;
}

/** What was typed without the words at its end that named the finding. */
export function withoutNamed(typed: string, finding: Finding): string {
  const names = wordsOf(`${finding.key} ${finding.description}`);
  const words = typed.trim().split(/\s+/);
  const last = words.findLastIndex((word) => !isNamed(word, names));
  // Named by a synonym: of that no more is known than that it stands at the end.
  const kept = last === words.length - 1 ? last : last + 1;
  return words.slice(0, kept).join(" ");
}

/** With this finding required. */
export function withFinding(conditions: readonly Condition[], { filter, key }: Finding): Condition[] {
  return hasValue(conditions, filter, key) ? [...conditions] : toggleValue(conditions, filter, key);
}

function optionOf({ filter, key, description, cases }: Finding): Option {
  const code = filter === "FINDING" ? "" : `${key} `;
  return { value: `${MARK}${filter}:${key}`, label: `${code}${description} · ${countText(cases, "case")}` };
}

function isNamed(word: string, names: readonly string[]): boolean {
  return wordsOf(word).every((part) => names.some((name) => name.startsWith(part)));
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:\.\w+)?/gu) ?? [];
}
