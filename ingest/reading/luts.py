"""Lookup tables of a header (PS3.3 C.11.1.1, C.11.2.1.1), whatever their descriptors say."""

import numpy as np
import numpy.typing as npt
from pydicom import Dataset

from embedder.display import Lut
from ingest.reading.values import item, numbers

FULL = 65_536


def lut_of(ds: Dataset | None, sequence: str, *, signed: bool, little: bool) -> Lut | None:
    """The first table of a LUT sequence, or None where there is none that can be used.

    `signed` says whether the values that go in can be negative. Fewer entries than said are taken
    as they are, more are cut; more bits than said are believed.
    """
    table = item(ds, sequence)
    if table is None:
        return None
    descriptor = descriptor_of(table, "LUTDescriptor", signed=signed)
    if descriptor is None:
        return None
    count, first, bits = descriptor
    values = entries(table, "LUTData", count, bits, little)
    if values.size == 0:
        return None
    return Lut(first=first, values=values, bits=_bits(values, bits))


def descriptor_of(table: Dataset, keyword: str, *, signed: bool) -> tuple[int, int, int] | None:
    """(entries, first mapped value, bits) of a table, or None where there are not three numbers.

    0 entries mean 65536; the first value comes as the wrong one of signed and unsigned at times.
    """
    descriptor = [int(number) for number in numbers(table, keyword)]
    if len(descriptor) != 3:
        return None
    count, first, bits = descriptor
    first = first % FULL
    return count % FULL or FULL, first - FULL if signed and first >= FULL // 2 else first, bits


def entries(
    table: Dataset, keyword: str, count: int, bits: int, little: bool
) -> npt.NDArray[np.uint16]:
    """At most `count` entries of a table; [] where there are none."""
    data = table.get(keyword)
    if not isinstance(data, bytes):  # US or SS values; SS where negative
        words = np.array(numbers(table, keyword), dtype=np.int64)[:count]
        return words.astype(np.uint16)
    packed = bits <= 8 and len(data) < 2 * count  # two entries a word
    kind = "u1" if packed else "<u2" if little else ">u2"
    size = np.dtype(kind).itemsize
    found = np.frombuffer(data[: len(data) // size * size], dtype=kind)[:count]
    return found.astype(np.uint16)


def _bits(values: npt.NDArray[np.uint16], said: int) -> int:
    needed = int(values.max()).bit_length()
    return min(max(said, needed, 1), 16)
