const APP0 = 0xe0;
const APP14 = 0xee;
const START_OF_SCAN = 0xda;
/** Adobe's APP14 segment that says: the components are red, green and blue (ITU-T T.872, 6.5.3). */
const IS_RGB = [0xff, APP14, 0, 14, 65, 100, 111, 98, 101, 0, 100, 0, 0, 0, 0, 0] as const;

/**
 * An answer with a JPEG in it, in which the JPEG says that it is RGB; null where it says what it is.
 *
 * A browser takes an unmarked JPEG for YCbCr. DICOM tells the colour space in the header instead, so
 * for those that the header calls RGB the mark is put in before the browser decodes them.
 */
export function markedAsRgb(answer: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const start = startOfImage(answer);
  if (start < 0 || tellsItsColours(answer, start + 2)) return null;
  const marked = new Uint8Array(answer.length + IS_RGB.length);
  marked.set(answer.subarray(0, start + 2));
  marked.set(IS_RGB, start + 2);
  marked.set(answer.subarray(start + 2), start + 2 + IS_RGB.length);
  return marked;
}

function startOfImage(bytes: Uint8Array): number {
  for (let at = 0; at + 2 < bytes.length; at += 1) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff) return at;
  }
  return -1;
}

/** Whether a JFIF or an Adobe segment stands before the first scan. */
function tellsItsColours(bytes: Uint8Array, from: number): boolean {
  let at = from;
  while (at + 4 < bytes.length && bytes[at] === 0xff && bytes[at + 1] !== START_OF_SCAN) {
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 9));
    if (bytes[at + 1] === APP0 && name.startsWith("JFIF")) return true;
    if (bytes[at + 1] === APP14 && name === "Adobe") return true;
    at += 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
  }
  return false;
}
