import type { FilterKind } from "../../../gql/graphql";

const NUMBER = /^\d{1,6}([.]\d{1,3})?$/;
const DAY = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;

/** Whether a text can end a range: empty, a number, or a year, month or day. */
export function isBound(kind: FilterKind, text: string): boolean {
  return text === "" || (kind === "DATE" ? DAY : NUMBER).test(text);
}
