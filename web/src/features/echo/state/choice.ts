import { type Method, METHODS } from "../logic/ventricle";

/** What is looked at, as the address has it; "" means the machine's, or the default. */
export type EchoChoice = { reading: string; method: Method; limits: string };

export const DEFAULT_CHOICE: EchoChoice = { reading: "", method: "discs", limits: "" };

export function methodOf(text: string | null): Method {
  return METHODS.find((one) => one === text) ?? DEFAULT_CHOICE.method;
}
