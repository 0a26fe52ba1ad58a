/** Stands in for xmlbuilder2, which the page never calls (see vite.config.ts). */
export function create(): never {
  throw new Error("XML is not written by this page.");
}
