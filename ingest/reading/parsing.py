"""Bytes -> Dataset, tolerant of what real files do wrong (PS3.5, PS3.10).

Elements are read one after the other up to the pixels, so that damage in one place does not lose
the rest; the pixels themselves are taken item by item (`ingest/decoding/fragments.py`), so that a
missing delimiter does not lose them. What comes after the pixels (padding, signatures) is left out.
"""

import io
import struct
import zlib
from dataclasses import dataclass, field

from pydicom import Dataset
from pydicom.charset import convert_encodings
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import FileDataset
from pydicom.filereader import data_element_generator, read_partial
from pydicom.tag import BaseTag
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from infra.errors import RejectedFile
from infra.settings import MEGA, Settings
from ingest.decoding.fragments import walk_items
from ingest.fencing.guard import refuse_as
from ingest.reading.quiet import quiet
from ingest.reasons import rejected

PIXEL_TAGS = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
PIXEL_VRS = {0x7FE00008: "OF", 0x7FE00009: "OD", 0x7FE00010: "OW"}
CHARACTER_SET = BaseTag(0x00080005)
DELIMITER_GROUP = 0xFFFE
ITEM_END = (b"\xfe\xff\x0d\xe0", b"\xff\xfe\xe0\x0d")
FIRST_GROUPS = (b"\x08\x00", b"\x00\x08")  # group 0008 in little and big endian
UNDEFINED = 0xFFFFFFFF
SHORT_VRS = frozenset(
    (b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US").split()
)  # 16-bit length
LONG_VRS = frozenset((b"OB OD OF OL OV OW SQ SV UC UN UR UT UV").split())  # 32-bit length
NATIVE = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian)
# A dataset without any of these says nothing that could be kept.
TELLING = (
    "SOPClassUID",
    "SOPInstanceUID",
    "StudyInstanceUID",
    "Modality",
    "Rows",
    "DirectoryRecordSequence",
)


@dataclass(slots=True)
class _Source:
    """The encoded dataset, which begins at `start`, and what has been read of it."""

    data: bytes
    start: int
    implicit: bool
    little: bool
    elements: dict[BaseTag, RawDataElement | DataElement] = field(default_factory=dict)
    damaged: bool = False


def read_dataset(data: bytes | memoryview, settings: Settings) -> FileDataset:
    """The dataset of a file, with or without preamble and file meta, every element readable.

    Raises RejectedFile: not_dicom, truncated_file, bad_header or too_large.
    """
    if len(data) > settings.max_file_mb * MEGA:
        raise rejected("too_large", f"the limit is {settings.max_file_mb} MB")
    data = bytes(data)
    if not looks_like_dicom(data):
        raise rejected("not_dicom")
    with quiet(), refuse_as("bad_header"):
        head, source = _open(data, settings)
        _read_elements(source)
        dataset = _assemble(head, source)
        _check(dataset, source, part10=data[128:132] == b"DICM")
    return dataset


def looks_like_dicom(data: bytes) -> bool:
    """Whether the file starts like DICOM: "DICM" after 128 bytes, or a plausible first element."""
    if data[128:132] == b"DICM":
        return True
    if len(data) < 16 or (8 not in data[:2] and 2 not in data[:2]) or 0 not in data[:2]:
        return False  # the first group is 0002 or 0008, in either byte order
    length: int = min(struct.unpack_from(order, data, 4)[0] for order in ("<I", ">I"))
    return _has_vr(data) or length <= min(len(data), 1024)


def _has_vr(data: bytes) -> bool:
    return data[4:6] in SHORT_VRS or data[4:6] in LONG_VRS


# --- file meta and encoding -----------------------------------------------------------------------


def _open(data: bytes, settings: Settings) -> tuple[FileDataset, _Source]:
    """Read preamble and file meta; find out how the rest is encoded, whatever they say."""
    end = _end_of_meta(data)
    head = read_partial(io.BytesIO(data[:end]), force=True)
    syntax = head.file_meta.get("TransferSyntaxUID")
    if syntax == DeflatedExplicitVRLittleEndian:
        data, end = _inflate(data[end:], settings), 0
    little = syntax != ExplicitVRBigEndian
    if data[end : end + 2] in FIRST_GROUPS:  # what is there counts for more than what is declared
        little = data[end : end + 2] == FIRST_GROUPS[0]
    implicit = not _has_vr(data[end : end + 6])
    native = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian
    if not little:
        native = ExplicitVRBigEndian
    if not syntax or (syntax in NATIVE and (syntax == ExplicitVRBigEndian) == little):
        head.file_meta.TransferSyntaxUID = native
    return head, _Source(data, end, implicit, little)


def _end_of_meta(data: bytes) -> int:
    """Where the group 0002 elements end (always explicit little endian; some write implicit)."""
    position = 132 if data[128:132] == b"DICM" else 0
    while data[position : position + 2] == b"\x02\x00":
        vr = data[position + 4 : position + 6]
        if vr in SHORT_VRS:
            head, form = 8, ("<H", 6)
        elif vr in LONG_VRS:
            head, form = 12, ("<I", 8)
        else:
            head, form = 8, ("<I", 4)
        if position + head > len(data):
            raise rejected("truncated_file")
        position += head + struct.unpack_from(form[0], data, position + form[1])[0]
    return position


def _inflate(body: bytes, settings: Settings) -> bytes:
    """PS3.5 A.5; no more than max_file_mb, so that a small file cannot fill the memory."""
    limit = settings.max_file_mb * MEGA
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = stream.decompress(body, limit + 1)
    except zlib.error as exc:
        raise rejected("bad_header", "the deflated dataset is damaged") from exc
    if len(inflated) > limit:
        raise rejected("too_large", f"the limit is {settings.max_file_mb} MB")
    return inflated


# --- elements -------------------------------------------------------------------------------------


def _read_elements(source: _Source) -> None:
    """Read up to and with the pixels; damage ends the reading but keeps what came before."""
    stream = io.BytesIO(source.data)
    stream.seek(source.start)
    while True:
        at_pixels = _read_until_pixels(source, stream)
        position = stream.tell()
        if at_pixels:
            _read_pixels(source, position)
            return
        # a stray item delimiter at top level ends pydicom's reading, but not the dataset
        if source.damaged or source.data[position - 8 : position - 4] not in ITEM_END:
            break
    _drop_cut_element(source)
    source.damaged |= stream.tell() < len(source.data)


def _read_until_pixels(source: _Source, stream: io.BytesIO) -> bool:
    found: list[int] = []

    def stop(tag: BaseTag, _vr: str | None, _length: int) -> bool:
        if tag in PIXEL_TAGS:
            found.append(tag)
        return tag in PIXEL_TAGS

    generator = data_element_generator(stream, source.implicit, source.little, stop)
    try:
        with refuse_as("bad_header"):
            for element in generator:
                source.elements.setdefault(element.tag, element)
    except RejectedFile:
        source.damaged = True  # keep what was read
    return bool(found)


def _drop_cut_element(source: _Source) -> None:
    """A file that ends inside an element: pydicom returns the value as far as it goes."""
    last = next(reversed(source.elements.values()), None)
    if not isinstance(last, RawDataElement) or last.length in (0, UNDEFINED):
        return
    if len(last.value or b"") < last.length:
        del source.elements[last.tag]
        source.damaged = True


def _read_pixels(source: _Source, position: int) -> None:
    order = "<" if source.little else ">"
    data = source.data
    group, number = struct.unpack_from(order + "HH", data, position)
    tag = group << 16 | number
    explicit = data[position + 4 : position + 6] in LONG_VRS
    vr = data[position + 4 : position + 6].decode() if explicit else PIXEL_VRS[tag]
    begin = position + (12 if explicit else 8)
    length: int = struct.unpack_from(order + "I", data, begin - 4)[0]
    encapsulated = length == UNDEFINED
    end = walk_items(data, begin).end if encapsulated else begin + length
    vr = "OB" if encapsulated and vr == "UN" else vr
    source.elements[BaseTag(tag)] = DataElement(
        BaseTag(tag), vr, data[begin:end], is_undefined_length=encapsulated, already_converted=True
    )


# --- the dataset ----------------------------------------------------------------------------------


def _assemble(head: FileDataset, source: _Source) -> FileDataset:
    dataset = FileDataset(
        io.BytesIO(),
        Dataset(source.elements),
        head.preamble,
        head.file_meta,
        source.implicit,
        source.little,
    )
    names = dataset.get(CHARACTER_SET)
    encodings = convert_encodings(names.value if names is not None else None)
    dataset.set_original_encoding(source.implicit, source.little, encodings)
    _settle(dataset.file_meta)
    _settle(dataset)
    return dataset


def _settle(dataset: Dataset) -> None:
    """Convert every element now and drop those that cannot be: nothing raises later.

    Group lengths and stray delimiters go, too: nobody reads the first, and the second are noise.
    """
    for tag in list(dataset.keys()):
        if tag.group == DELIMITER_GROUP or (tag.elem == 0 and tag.group != 2):
            del dataset[tag]
            continue
        try:
            with refuse_as("bad_header"):
                element = dataset[tag]
        except RejectedFile:
            del dataset[tag]
            continue
        if element.VR == "SQ":
            for item in element.value:
                _settle(item)


def _check(dataset: FileDataset, source: _Source, part10: bool) -> None:
    if any(tag in dataset for tag in PIXEL_TAGS):
        return
    if source.damaged or (part10 and not source.elements):
        raise rejected("truncated_file")
    if "MediaStorageSOPClassUID" in dataset.file_meta:
        return
    if not any(keyword in dataset for keyword in TELLING):
        raise rejected("bad_header" if part10 else "not_dicom")
