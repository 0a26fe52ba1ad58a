/** How the header says that pixels are stored, and the modality rescale that decoding has applied. */
export interface StoredBits {
  /** Bits of a stored value (PS3.3 C.7.6.3.1.1, Bits Stored). */
  bits: number;
  signed: boolean;
  slope: number;
  intercept: number;
}

/**
 * Pixels as the header means them; null where they already are.
 *
 * Some files say "signed" while their compressed stream says "unsigned", and some keep old overlays
 * in the bits above those stored. Either shows as values that the header rules out: then only the
 * stored bits count, with the sign the header gives them.
 */
export function asStored(pixels: ArrayLike<number>, stored: StoredBits): Float32Array | null {
  const { bits, signed, slope, intercept } = stored;
  if (bits < 1 || bits > 16 || slope === 0) return null;
  if (!signed && (bits === 8 || bits === 16)) return null; // every value of the word is allowed
  const least = signed ? -(2 ** (bits - 1)) : 0;
  const most = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  const raw = (value: number): number => Math.round((value - intercept) / slope);
  if (!hasValueOutside(pixels, raw, least, most)) return null;
  const shift = 32 - bits;
  return Float32Array.from(pixels, (value) => {
    const word = raw(value) << shift;
    return (signed ? word >> shift : word >>> shift) * slope + intercept;
  });
}

function hasValueOutside(
  pixels: ArrayLike<number>,
  raw: (value: number) => number,
  least: number,
  most: number,
): boolean {
  return Array.prototype.some.call(
    pixels,
    (value: number) => raw(value) < least || raw(value) > most,
  );
}
