"""The header of a stored file as rows of text: no pixel data, nothing private that is binary."""

from collections.abc import Iterable, Iterator, MutableSequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, BinaryIO, cast

from api.application import Application
from infra.errors import NotFound
from infra.records import Instance

if TYPE_CHECKING:
    from pydicom import DataElement, Dataset
    from pydicom.dataelem import RawDataElement

MAX_ROWS = 500
MAX_CHARACTERS = 200  # of a value
MAX_DEPTH = 4  # sequences in each other
MAX_ELEMENT = 1_000_000  # bytes; longer ones are measured, not read
UNREADABLE = "(not a value of this kind)"
PIXELS = 0x7FE0  # the group of pixel data, PS3.3 C.7.6.3

_BINARY = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """One element. `tag` is "(gggg,eeee)" after a ">" for each sequence that it is in."""

    tag: str
    keyword: str
    vr: str
    value: str


def header(app: Application, instance: Instance) -> list[HeaderRow]:
    """The rows of a stored instance, at most MAX_ROWS; [] where the file was not kept.

    Of a file that was stored with its identity, the elements that name a person, a place or an
    event are left out (PS3.15 Annex E).
    """
    if not instance.original:
        return []
    try:
        stored = app.services.blobs.open(instance.original)
    except NotFound:  # erased since the catalog answered
        return []
    with stored:
        return rows_of(stored, identity_kept=instance.identity_kept)


def rows_of(file: BinaryIO, *, identity_kept: bool = False) -> list[HeaderRow]:
    """The rows of a DICOM file, see `header`."""
    from pydicom import dcmread

    from ingest.reading.quiet import quiet

    with quiet():
        dataset = dcmread(file, stop_before_pixels=True, defer_size=MAX_ELEMENT, force=True)
        rows = chain(_rows(dataset.file_meta, 0, identity_kept), _rows(dataset, 0, identity_kept))
        found = list(islice(rows, MAX_ROWS + 1))
    if len(found) > MAX_ROWS:
        found[MAX_ROWS:] = [HeaderRow("", "", "", "More elements are not shown.")]
    return found


def _rows(dataset: "Dataset", depth: int, identity: bool) -> Iterator[HeaderRow]:
    from pydicom.dataelem import RawDataElement

    for tag in sorted(dataset.keys()):
        raw = cast("DataElement | RawDataElement", dataset.get_item(tag, keep_deferred=True))
        if tag.group == PIXELS or (identity and _identifies(raw)):
            continue
        if isinstance(raw, RawDataElement) and _is_left_out(raw):
            yield _row(raw, "", raw.VR or "UN", f"{raw.length:,} bytes", depth)
            continue
        try:
            element = dataset[tag]
        except Exception:  # noqa: BLE001 - a value of a received file; the others still count
            yield _row(raw, "", raw.VR or "UN", UNREADABLE, depth)
            continue
        yield from _element(element, depth, identity)


def _element(element: "DataElement", depth: int, identity: bool) -> Iterator[HeaderRow]:
    binary = element.VR in _BINARY or isinstance(element.value, bytes)
    if binary and element.tag.is_private:
        return
    if element.VR == "SQ":
        count = len(element.value)
        text = "1 item" if count == 1 else f"{count:,} items"
        yield _row(element, element.keyword, "SQ", text, depth)
        if depth < MAX_DEPTH:
            for item in element.value:
                yield from _rows(item, depth + 1, identity)
        return
    value = f"{len(element.value or b''):,} bytes" if binary else _text(element.value)
    yield _row(element, element.keyword, element.VR, value, depth)


def _row(
    element: "DataElement | RawDataElement", keyword: str, vr: str, value: str, depth: int
) -> HeaderRow:
    tag = f"({element.tag.group:04x},{element.tag.element:04x})"
    return HeaderRow(tag=">" * depth + tag, keyword=keyword, vr=vr, value=value)


def _is_left_out(raw: "RawDataElement") -> bool:
    """Whether it is longer than MAX_ELEMENT and was not read."""
    value: bytes | None = raw.value
    return value is None and raw.length > 0


def _text(value: object) -> str:
    """Values joined by a backslash as in PS3.5 6.4, cut."""
    if value is None:
        return ""
    values: Iterable[object] = value if isinstance(value, MutableSequence) else [value]
    text = "\\".join(str(one) for one in islice(values, MAX_CHARACTERS))
    return text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS] + "…"


def _identifies(element: "DataElement | RawDataElement") -> bool:
    from ingest.privacy.profile import Action, action_of

    return action_of(element.tag) in (Action.REMOVE, Action.EMPTY, Action.DUMMY)
