/** Reading of the DICOM JSON model (PS3.18 F.2): tags are eight hex digits, values are arrays. */

export interface DicomElement {
  vr?: string;
  Value?: unknown[];
  InlineBinary?: string;
  BulkDataURI?: string;
}

export type DicomJson = Readonly<Record<string, DicomElement | undefined>>;

/** Text values of an element; [] where it is absent or empty. */
export function texts(dataset: DicomJson, tag: string): string[] {
  const values = dataset[tag]?.Value ?? [];
  return values.map((value) => (value === null || value === undefined ? "" : asText(value)));
}

/** First text value; '' where there is none. */
export function text(dataset: DicomJson, tag: string): string {
  return texts(dataset, tag)[0] ?? "";
}

/** Finite numbers of an element, in order; [] where one of them is not a number. */
export function numbers(dataset: DicomJson, tag: string): number[] {
  const found = texts(dataset, tag).map((value) => (value.trim() === "" ? NaN : Number(value)));
  return found.every(Number.isFinite) ? found : [];
}

/** First number of an element. */
export function number(dataset: DicomJson, tag: string): number | undefined {
  const first = Number.parseFloat(text(dataset, tag));
  return Number.isFinite(first) ? first : undefined;
}

/** Items of a sequence. */
export function items(dataset: DicomJson, tag: string): DicomJson[] {
  const values = dataset[tag]?.Value ?? [];
  return values.filter((value): value is DicomJson => typeof value === "object" && value !== null);
}

/** Bytes that stand in the JSON itself (PS3.18 F.2.7); undefined where there are none. */
export function inlineBytes(dataset: DicomJson, tag: string): Uint8Array | undefined {
  const encoded = dataset[tag]?.InlineBinary;
  if (!encoded) return undefined;
  return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  // A person's name is an object of representations (PS3.18 F.2.2).
  const name = (value as { Alphabetic?: unknown }).Alphabetic;
  return typeof name === "string" ? name : "";
}
