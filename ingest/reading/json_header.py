"""A header in the DICOM JSON model (PS3.18 annex F), describing frames as viewers get them."""

import json
from collections.abc import Sequence
from typing import Any

from pydicom import DataElement, Dataset
from pydicom.multival import MultiValue

from infra.settings import Settings
from ingest.fencing.guard import refuse_as
from ingest.reading import dicom
from ingest.reading.quiet import quiet
from ingest.reading.values import integer, number_of, word
from ingest.showing.one_frame import plain_bits

LARGEST_VALUE = 64 * 1024  # bytes of one element; longer ones are left out
PIXEL_GROUP = 0x7FE0
BYTES = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
NUMBERS = frozenset({"DS", "FD", "FL", "IS"})
AVAILABLE_TRANSFER_SYNTAX = "00083002"
PALETTE = tuple(
    f"{colour}PaletteColorLookupTable{part}"
    for colour in ("Red", "Green", "Blue")
    for part in ("Data", "Descriptor")
) + tuple(f"Segmented{colour}PaletteColorLookupTableData" for colour in ("Red", "Green", "Blue"))


@quiet()
def json_header(head: bytes, settings: Settings, syntax: str, *, plain: bool) -> bytes:
    """The elements of `head`, which is a file or what comes before its pixels, without bulk data.

    `syntax` is the transfer syntax in which frames are served; `plain`: they are served as
    `one_frame.plain_frame` makes them, and the header is changed to say so. Raises RejectedFile.
    """
    with refuse_as("bad_header"):
        header = dicom.parse(head, settings)
        header.walk(_drop_bulk)
        has_pixels = "Rows" in header
        if plain and has_pixels:
            _describe_plain(header)
        found: dict[str, Any] = header.to_json_dict(suppress_invalid_tags=True)
        if has_pixels:
            found[AVAILABLE_TRANSFER_SYNTAX] = {"vr": "UI", "Value": [syntax]}
        return json.dumps(found, allow_nan=False, separators=(",", ":")).encode()


def _drop_bulk(dataset: Dataset, element: DataElement) -> None:
    """Leave out pixels, long values, and numbers that JSON has no form for."""
    bulky = element.VR in BYTES and len(element.value or b"") > LARGEST_VALUE
    odd = element.VR in NUMBERS and any(
        number_of(value) is None for value in _several(element.value) if value not in (None, "")
    )
    if bulky or odd or element.tag.group == PIXEL_GROUP:
        del dataset[element.tag]


def _several(value: Any) -> Sequence[Any]:
    return value if isinstance(value, MultiValue | list) else [value]


def _describe_plain(header: Dataset) -> None:
    """The image pixel module (PS3.3 C.7.6.3) of decoded frames."""
    allocated = integer(header, "BitsAllocated") or 8
    stored = min(integer(header, "BitsStored") or allocated, allocated)
    colour = integer(header, "SamplesPerPixel") == 3
    palette = not colour and word(header, "PhotometricInterpretation") == "PALETTE COLOR"
    bits = plain_bits(allocated, stored, colour=colour, palette=palette)
    header.BitsAllocated = bits
    header.BitsStored = bits if palette else min(stored, bits)
    header.HighBit = header.BitsStored - 1
    if colour or palette:
        header.SamplesPerPixel, header.PlanarConfiguration = 3, 0
        header.PhotometricInterpretation = "RGB"
        header.PixelRepresentation = 0
    if palette:
        for keyword in PALETTE:
            if keyword in header:
                del header[keyword]
