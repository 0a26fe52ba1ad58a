const APP0 = 0xe0;
const APP14 = 0xee;
const START_OF_SCAN = 0xda;
const JPEG_LS_FRAME = 0xf7;
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
  if (start < 0 || segments(answer, start).some((one) => tellsColours(answer, one))) return null;
  const marked = new Uint8Array(answer.length + IS_RGB.length);
  marked.set(answer.subarray(0, start + 2));
  marked.set(IS_RGB, start + 2);
  marked.set(answer.subarray(start + 2), start + 2 + IS_RGB.length);
  return marked;
}

/** Whether an answer holds a JPEG-LS of three components, one scan each: it decodes to planes. */
export function decodesToPlanes(answer: Uint8Array): boolean {
  const start = startOfImage(answer);
  if (start < 0) return false;
  const found = segments(answer, start);
  const valueIn = (marker: number, offset: number): number | undefined => {
    const segment = found.find((one) => one.marker === marker);
    return segment && answer[segment.at + offset];
  };
  // The number of components stands after precision, height and width in a frame, first in a scan.
  return valueIn(JPEG_LS_FRAME, 9) === 3 && valueIn(START_OF_SCAN, 4) === 1;
}

type Segment = { marker: number; at: number };

/** Segments up to the first scan; `at` is where the marker stands. */
function segments(bytes: Uint8Array, start: number): Segment[] {
  const found: Segment[] = [];
  let at = start + 2;
  while (at + 4 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    found.push({ marker, at });
    if (marker === START_OF_SCAN) break;
    at += 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
  }
  return found;
}

function startOfImage(bytes: Uint8Array): number {
  for (let at = 0; at + 2 < bytes.length; at += 1) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff) return at;
  }
  return -1;
}

/** Whether a segment is JFIF's or Adobe's; one of Adobe's that is cut short tells decoders nothing. */
function tellsColours(bytes: Uint8Array, { marker, at }: Segment): boolean {
  const name = String.fromCharCode(...bytes.subarray(at + 4, at + 9));
  return (
    (marker === APP0 && name.startsWith("JFIF")) ||
    (marker === APP14 && name === "Adobe" && (bytes[at + 3] ?? 0) >= IS_RGB[3])
  );
}
