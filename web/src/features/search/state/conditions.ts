import { type FilterInput, FilterName } from "../../../gql/graphql";

/**
 * One condition of the search; in the URL `f=name:value`, `f=-name:value`, `f=age:60..80`, `f=view:*`.
 * Values of one name are alternatives; with `required`, `f=+name:value`, one must be there besides them.
 */
export type Condition =
  | { kind: "value"; name: FilterName; value: string; excluded: boolean; required?: true }
  | { kind: "range"; name: FilterName; from: string; to: string }
  | { kind: "exists"; name: FilterName; exists: boolean };

/** Conditions are changed from what they are then, not from what was drawn: two changes may come in one click. */
export type ChangeConditions = (change: (now: readonly Condition[]) => Condition[]) => void;

const RANGED: ReadonlySet<FilterName> = new Set<FilterName>(["AGE", "DATE", "EF", "EDV", "ESV"]);
export const FINDINGS: ReadonlySet<FilterName> = new Set<FilterName>(["FINDING", "CODE", "CATEGORY", "BLOCK", "CHAPTER"]);
const NAMES: ReadonlySet<string> = new Set<string>(Object.values(FilterName));

/** A condition from its URL form, or null for what is none: an old or cut-off link still opens. */
export function parseCondition(text: string): Condition | null {
  const form = /^([-+]?)([a-z_]+):(.+)$/s.exec(text);
  const name = form?.[2]?.toUpperCase();
  const value = form?.[3];
  if (!name || !value || !NAMES.has(name)) return null;
  const known = name as FilterName;
  const excluded = form[1] === "-";
  if (value === "*") return { kind: "exists", name: known, exists: !excluded };
  const ends = /^(.*)\.\.(.*)$/.exec(value);
  if (!ends || !RANGED.has(known)) {
    const required = form[1] === "+" && { required: true as const };
    return { kind: "value", name: known, value, excluded, ...required };
  }
  const [, from = "", to = ""] = ends;
  return from || to ? { kind: "range", name: known, from, to } : null;
}

/** All that can be read, each once. */
export function parseConditions(texts: readonly string[]): Condition[] {
  return [...new Set(texts)].map(parseCondition).filter((condition) => condition !== null);
}

export function formatCondition(condition: Condition): string {
  const name = condition.name.toLowerCase();
  if (condition.kind === "exists") return `${condition.exists ? "" : "-"}${name}:*`;
  if (condition.kind === "range") return `${name}:${condition.from}..${condition.to}`;
  const sign = condition.excluded ? "-" : condition.required ? "+" : "";
  return `${sign}${name}:${condition.value}`;
}

/** Conditions as GraphQL takes them: values of one name are joined, the rest stand alone. */
export function toFilterInputs(conditions: readonly Condition[]): FilterInput[] {
  const inputs: FilterInput[] = [];
  const required: FilterInput[] = [];
  for (const condition of conditions) {
    if (condition.kind === "exists") {
      inputs.push({ name: condition.name, exists: condition.exists });
    } else if (condition.kind === "range") {
      inputs.push({ name: condition.name, from: condition.from || null, to: condition.to || null });
    } else if (condition.required) {
      required.push({ name: condition.name, anyOf: [condition.value] });
    } else {
      addValue(inputs, condition.name, condition.excluded ? "noneOf" : "anyOf", condition.value);
    }
  }
  return [...inputs, ...required];
}

function addValue(
  inputs: FilterInput[],
  name: FilterName,
  list: "anyOf" | "noneOf",
  value: string,
): void {
  const same = inputs.find((input) => input.name === name && input[list]);
  if (same) same[list] = [...(same[list] ?? []), value];
  else inputs.push({ name, [list]: [value] });
}

export function hasValue(
  conditions: readonly Condition[],
  name: FilterName,
  value: string,
): boolean {
  return conditions.some((one) => isValue(one, name, value) && !one.excluded);
}

/** With the value asked for, or no longer. A range of the same name gives way: both would seldom meet. */
export function toggleValue(
  conditions: readonly Condition[],
  name: FilterName,
  value: string,
): Condition[] {
  if (hasValue(conditions, name, value)) {
    return conditions.filter((one) => !isValue(one, name, value));
  }
  const kept = conditions.filter(
    (one) => !isValue(one, name, value) && !(one.kind === "range" && one.name === name),
  );
  return [...kept, { kind: "value", name, value, excluded: false }];
}

/** With this range as the only condition on its name; with neither end, with none. */
export function setRange(
  conditions: readonly Condition[],
  name: FilterName,
  from: string,
  to: string,
): Condition[] {
  const others = conditions.filter((one) => one.name !== name);
  return from || to ? [...others, { kind: "range", name, from, to }] : others;
}

export function rangeOf(
  conditions: readonly Condition[],
  name: FilterName,
): { from: string; to: string } {
  const found = conditions.find((one) => one.kind === "range" && one.name === name);
  return found?.kind === "range" ? found : { from: "", to: "" };
}

export function without(conditions: readonly Condition[], removed: Condition): Condition[] {
  const form = formatCondition(removed);
  return conditions.filter((one) => formatCondition(one) !== form);
}

export function isRanged(name: FilterName): boolean {
  return RANGED.has(name);
}

/** One form for one value: findings are asked for as J90, absent:J90, or as facets name them, present|J90. */
export function canonical(name: FilterName, value: string): string {
  const folded = value.toLowerCase();
  if (!FINDINGS.has(name)) return folded;
  const [, said = "present", key = folded] = /^(\w+)[:|](.+)$/s.exec(folded) ?? [];
  return `${said}|${key}`;
}

function isValue(
  condition: Condition,
  name: FilterName,
  value: string,
): condition is Extract<Condition, { kind: "value" }> {
  return (
    condition.kind === "value" &&
    condition.name === name &&
    canonical(name, condition.value) === canonical(name, value)
  );
}
