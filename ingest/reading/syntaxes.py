"""Transfer syntaxes by how their pixels are decoded (PS3.5 section 10 and annex A)."""

_JPEG = "1.2.840.10008.1.2.4."

NATIVE = frozenset(
    (
        "1.2.840.10008.1.2",  # Implicit VR Little Endian
        "1.2.840.10008.1.2.1",  # Explicit VR Little Endian
        "1.2.840.10008.1.2.2",  # Explicit VR Big Endian
        "1.2.840.10008.1.2.1.99",  # Deflated Explicit VR Little Endian
    )
)
BIG_ENDIAN = "1.2.840.10008.1.2.2"
ENCAPSULATED_NATIVE = "1.2.840.10008.1.2.1.98"
DEFLATED_FRAME = "1.2.840.10008.1.2.8.1"
RLE = "1.2.840.10008.1.2.5"
# JPEG in all its forms, JPEG-LS, JPEG 2000, HTJ2K: the stream itself says which.
CODESTREAM = frozenset(
    _JPEG + number
    for number in (
        *map(str, range(50, 67)), "70", "80", "81", "90", "91", "92", "93",
        "201", "202", "203",
    )
)  # fmt: skip
LOSSLESS_CODESTREAM = frozenset(
    _JPEG + number for number in ("57", "58", "65", "66", "70", "80", "90", "92", "201", "202")
)
LOSSY = CODESTREAM - LOSSLESS_CODESTREAM
# These may be used without loss, too; LossyImageCompression says so.
EITHER = frozenset(_JPEG + number for number in ("81", "91", "93", "203"))
DECODABLE = NATIVE | CODESTREAM | {ENCAPSULATED_NATIVE, DEFLATED_FRAME, RLE}
