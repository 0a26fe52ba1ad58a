"""One number for an object that is no image, whatever way its dataset is encoded."""

import hashlib
from collections.abc import Iterator

import numpy as np
from pydicom import DataElement, Dataset

from infra.errors import RejectedFile
from ingest.fencing.guard import refuse_as
from ingest.reading.quiet import quiet

# What an archive changes when it hands a dataset on: the character set, padding and signatures.
_NOT_CONTENT = frozenset({0x00080005, 0xFFFCFFFC, 0xFFFAFFFA, 0x04000561})
_WORDS = {"OW": "u2", "OF": "u4", "OL": "u4", "OD": "u8", "OV": "u8"}


@quiet()
def content_hash(dataset: Dataset, data: bytes) -> str:
    """sha256 (hex) of the standard elements of a dataset; file meta and private ones do not count.

    The same in implicit, explicit, big-endian and deflated files. `data` is the file: its bytes
    are hashed where the dataset cannot be walked.
    """
    digest = hashlib.sha256()
    try:
        with refuse_as("bad_header"):
            big_endian = dataset.original_encoding[1] is False
            for part in _parts(dataset, big_endian):
                digest.update(part)
    except RejectedFile:
        return hashlib.sha256(data).hexdigest()
    return digest.hexdigest()


def _parts(dataset: Dataset, big_endian: bool) -> Iterator[bytes]:
    for element in dataset:
        tag = element.tag
        if tag.is_private or tag.element == 0 or tag in _NOT_CONTENT:
            continue
        yield f"\n{int(tag):08x} ".encode()
        if element.VR == "SQ":
            for item in element.value:
                yield b"{"
                yield from _parts(item, big_endian)
                yield b"}"
        else:
            yield _value(element, big_endian)


def _value(element: DataElement, big_endian: bool) -> bytes:
    value = element.value
    if not isinstance(value, bytes | bytearray):
        return b"" if value is None else str(value).encode("utf-8", "surrogatepass")
    if big_endian and element.VR in _WORDS:
        words = np.dtype(_WORDS[element.VR])
        whole = len(value) // words.itemsize * words.itemsize
        value = np.frombuffer(value[:whole], words).byteswap().tobytes()
    return bytes(value).rstrip(b"\0")
