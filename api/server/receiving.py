"""Uploaded bodies -> files on disk, chunk by chunk: nothing is ever whole in memory."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from infra.errors import BadQuery
from ingest.arrival.staging import disk_errors
from ingest.reasons import rejected

LONGEST_NAME = 255
CHUNK = 1 << 20  # bytes gathered before a thread writes them


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that was sent: what its sender calls it ("" for a raw body), and where it is now."""

    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much one request may send; sizes in bytes."""

    files: int
    file_size: int
    total_size: int


async def receive(request: Request, folder: Path, bounds: Bounds) -> list[ReceivedFile]:
    """Write the files of a multipart body, or a raw body as one file, into `folder`, numbered.

    Form fields without a file name are left out. Raises BadQuery for a body that is no form,
    RejectedFile too_large, StorageFull.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    form = kind == b"multipart/form-data"
    sink = _Form(folder, bounds, options.get(b"boundary", b"")) if form else _Raw(folder, bounds)
    try:
        gathered = bytearray()
        async for chunk in request.stream():
            gathered += chunk
            if len(gathered) >= CHUNK:
                await run_in_threadpool(sink.write, bytes(gathered))
                gathered.clear()
        await run_in_threadpool(sink.write, bytes(gathered))
        return await run_in_threadpool(sink.finish)
    finally:
        sink.close()


class _Raw:
    """Writes one file."""

    def __init__(self, folder: Path, bounds: Bounds) -> None:
        self._folder, self._bounds = folder, bounds
        self._received: list[ReceivedFile] = []
        self._total = 0
        self._name = ""
        self._file: BinaryIO | None = None
        self._size = 0

    def write(self, data: bytes) -> None:
        """Take the next bytes of the body."""
        if data and self._file is None:
            self._begin("")
        self._append(data)

    def finish(self) -> list[ReceivedFile]:
        """The files that came."""
        self._end()
        return self._received

    def close(self) -> None:
        """Close what is open."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begin(self, name: str) -> None:
        if len(self._received) >= self._bounds.files:
            raise BadQuery(f"Send at most {self._bounds.files:,} files at a time.")
        self._name, self._size = name, 0
        with disk_errors():
            self._file = self._path().open("xb")

    def _append(self, data: bytes) -> None:
        if self._file is None:
            return  # a form field
        self._size += len(data)
        self._total += len(data)
        if self._size > self._bounds.file_size or self._total > self._bounds.total_size:
            raise rejected("too_large")
        with disk_errors():
            self._file.write(data)

    def _end(self) -> None:
        if self._file is None:
            return
        with disk_errors():
            self._file.close()
        self._file = None
        self._received.append(ReceivedFile(self._name, self._path(), self._size))

    def _path(self) -> Path:
        return self._folder / f"{len(self._received) + 1:06d}"


class _Form(_Raw):
    """Writes the files of a multipart/form-data body (RFC 7578)."""

    def __init__(self, folder: Path, bounds: Bounds, boundary: bytes) -> None:
        super().__init__(folder, bounds)
        self._header, self._value, self._disposition = b"", b"", ""
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._part_begins,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_ends,
                    "on_headers_finished": self._headers_end,
                    "on_part_data": lambda data, start, end: self._append(data[start:end]),
                    "on_part_end": self._end,
                    "on_end": self._body_ends,
                },
            )
        except FormParserError:
            raise _no_form() from None

    def write(self, data: bytes) -> None:
        try:
            self._parser.write(data)
        except FormParserError:
            raise _no_form() from None

    def finish(self) -> list[ReceivedFile]:
        if not self._ended:
            raise _no_form()
        return self._received

    def _part_begins(self) -> None:
        self._disposition = ""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_ends(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value.decode("latin-1")
        self._header, self._value = b"", b""

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"filename" in options:
            self._begin(_shown(options[b"filename"]))

    def _body_ends(self) -> None:
        self._ended = True


def _no_form() -> BadQuery:
    return BadQuery("The body is no complete multipart/form-data; send it again.")


def _shown(name: bytes) -> str:
    """A file name as text that can be shown on one line."""
    text = name.decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "?" for sign in text)[:LONGEST_NAME]
