"""Tables people write: CSV and TSV with any of the usual separators, encodings and quoting."""

import csv
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _csv import Reader

LONGEST_FIELD = 16 * 1024 * 1024  # characters
SEPARATORS = (",", "\t", ";")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the line it ends on (the header is line 1), its values by column, what is wrong."""

    number: int
    values: dict[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Column names as written, and the rows as a stream."""

    columns: tuple[str, ...]
    lines: Iterator[Line]


def read_table(text: Iterable[str]) -> Table:
    """Read a table from its text lines (an open file with newline="" or a StringIO).

    The separator is the one the header uses most. A row with more values than columns is a Line
    with a problem; missing values are "".
    """
    csv.field_size_limit(LONGEST_FIELD)
    stream = iter(text)
    first = next(stream, "")
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(itertools.chain([first], stream), delimiter=separator)
    try:
        columns = tuple(name.strip() for name in next(reader, []))
    except csv.Error:  # no table at all: it has no columns either
        columns = ()
    return Table(columns, _lines(reader, columns))


def _lines(reader: "Reader", columns: tuple[str, ...]) -> Iterator[Line]:
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Line(reader.line_num, problem=f"it cannot be read as a row ({error})")
            continue
        if not any(values):
            continue
        if len(values) > len(columns):
            yield Line(reader.line_num, problem="it has more values than there are columns")
            continue
        padded = [value.strip() for value in values] + [""] * (len(columns) - len(values))
        yield Line(reader.line_num, dict(zip(columns, padded, strict=True)))


def decoded(data: bytes) -> str:
    """Bytes as text: by their byte order mark, else UTF-8, else Latin-1, which never fails."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def day(text: str) -> date | None:
    """2024-05-31, 20240531 or 2024/05/31, with or without a time after it; None for "".

    Raises ValueError for anything else: 05/06/24 means two different days.
    """
    if not text:
        return None
    head = text.replace("/", "-").replace("T", " ").split(" ")[0]
    if head.isdigit() and len(head) in (8, 14):
        head = f"{head[:4]}-{head[4:6]}-{head[6:8]}"
    return datetime.strptime(head, "%Y-%m-%d").date()
