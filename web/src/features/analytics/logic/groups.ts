import type { CaseGroup } from "../../../gql/graphql";

const SEXES: Record<string, string> = { M: "men", F: "women", O: "other sex" };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MOST_FILLED = 1_200;

export const GROUP_NAMES: Record<CaseGroup, { one: string; title: string; unknown: string }> = {
  YEAR: { one: "Year", title: "by year", unknown: "without a date" },
  MONTH: { one: "Month", title: "by month", unknown: "without a date" },
  AGE: { one: "Age", title: "by age", unknown: "without an age" },
  SEX: { one: "Sex", title: "by sex", unknown: "without a sex" },
};

export function isTime(group: CaseGroup): boolean {
  return group === "YEAR" || group === "MONTH";
}

/** "May 2019", "60 to 69 years", "women". */
export function groupText(group: CaseGroup, name: string): string {
  if (group === "SEX") return SEXES[name] ?? name;
  if (group === "AGE") return `${name.replace("-", " to ")} years`;
  const [year = "", month] = name.split("-");
  return month ? `${MONTHS[Number(month) - 1] ?? month} ${year}` : name;
}

export function sexText(sex: string): string {
  return SEXES[sex] ?? sex;
}

/** All years or months from the first to the last: a line must not leap over empty ones. */
export function axisOf(group: CaseGroup, names: readonly string[]): string[] {
  const first = names[0];
  const last = names.at(-1);
  if (!isTime(group) || !first || !last) return [...names];
  const next = group === "YEAR" ? nextYear : nextMonth;
  const axis: string[] = [];
  for (let name = first; name <= last && axis.length < MOST_FILLED; name = next(name)) axis.push(name);
  return axis.at(-1) === last ? axis : [...names];
}

function nextYear(name: string): string {
  return String(Number(name) + 1).padStart(4, "0");
}

function nextMonth(name: string): string {
  const [year = "0", month = "1"] = name.split("-");
  if (month === "12") return `${nextYear(year)}-01`;
  return `${year}-${String(Number(month) + 1).padStart(2, "0")}`;
}
