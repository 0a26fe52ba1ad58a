"""Frames for viewers: as they are stored where a browser can decode that, else uncompressed."""

from collections.abc import Iterator
from dataclasses import dataclass

from api.viewing.objects import StoredFile, Viewer
from api.viewing.part10 import Layout, layout_of
from api.viewing.recent import Recent
from infra.errors import NotFound
from infra.settings import MEGA
from ingest.reading import syntaxes
from ingest.reading.pixel_format import PixelFormat
from ingest.showing.one_frame import FrameBytes, Look, plain_frame, rendered_frame

PLAIN = "1.2.840.10008.1.2.1"  # Explicit VR Little Endian
_JPEG = "1.2.840.10008.1.2.4."
# What the codecs in browsers (cornerstone's, OHIF's) decode, and the media type of its streams
# (PS3.18 8.7.3.3.2).
MEDIA_TYPES = {
    _JPEG + "50": "image/jpeg",
    _JPEG + "51": "image/jpeg",
    _JPEG + "57": "image/jpeg",
    _JPEG + "70": "image/jpeg",
    _JPEG + "80": "image/jls",
    _JPEG + "81": "image/jls",
    _JPEG + "90": "image/jp2",
    _JPEG + "91": "image/jp2",
    _JPEG + "201": "image/jphc",
    _JPEG + "202": "image/jphc",
    _JPEG + "203": "image/jphc",
    syntaxes.RLE: "image/dicom-rle",
}
JPEG_EXTENDED = _JPEG + "51"
GREY = ("MONOCHROME1", "MONOCHROME2")
NATIVE_COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422")

# Layouts by the version of a file. "None" (read as a whole) is remembered, too.
_layouts: Recent[Layout | None] = Recent(64 * MEGA, lambda layout: layout.weight if layout else 500)


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames of one file. Raises NotFound from `of` where there are none."""

    viewer: Viewer
    file: StoredFile
    layout: Layout | None
    syntax: str

    @classmethod
    def of(cls, viewer: Viewer, file: StoredFile) -> "Frames":
        """Look where the frames are; the next time this is known."""
        layout = layout_in(viewer, file)
        return cls(viewer, file, layout, shown_syntax(layout.claimed, layout) if layout else PLAIN)

    def numbers(self, numbers: list[int]) -> list[int]:
        """Frame numbers, which count from 1, as indexes. Raises NotFound."""
        claimed = self.layout.claimed.frames if self.layout else 0
        count = claimed or getattr(self.file.record, "frames", 0)
        if not all(1 <= number <= count for number in numbers):
            raise NotFound(f"There is no such frame; the last one is number {count}.")
        return [number - 1 for number in numbers]

    def as_stored(self, indexes: list[int]) -> Iterator[bytes]:
        """Frames in the transfer syntax `syntax`."""
        if self.layout is None or not self.kept_as_stored:
            yield from self.plain(indexes)
            return
        with self.file.open() as handle:
            for index in indexes:
                yield self.layout.read_frame(handle, index)

    @property
    def kept_as_stored(self) -> bool:
        """Whether `as_stored` frames are the bytes of the file."""
        return self.layout is not None and _is_as_stored(self.layout.claimed, self.layout)

    def plain(self, indexes: list[int]) -> Iterator[bytes]:
        """Frames in Explicit VR Little Endian. Raises RejectedFile."""
        for index in indexes:
            task = self.viewer.held.fence.submit(
                plain_frame, self._bytes(index), self.viewer.app.settings
            )
            yield task.result()

    def rendered(self, index: int, look: Look) -> bytes:
        """A frame as a picture. Raises RejectedFile."""
        task = self.viewer.held.fence.submit(
            rendered_frame, self._bytes(index), look, self.viewer.app.settings
        )
        return task.result()

    def _bytes(self, index: int) -> FrameBytes:
        layout = self.layout
        with self.file.open() as handle:
            if layout is None:
                return FrameBytes(head=handle.read(), index=index)
            return FrameBytes(
                head=layout.read_head(handle),
                index=index,
                body=layout.read_frame(handle, index),
                tag=layout.tag,
                vr=layout.vr,
                encapsulated=layout.encapsulated,
            )


def layout_in(viewer: Viewer, file: StoredFile) -> Layout | None:
    """Where header and frames of a file are, None where it has to be read as a whole."""

    def look() -> Layout | None:
        with file.open() as handle:
            return layout_of(handle, viewer.app.settings)

    return _layouts.get(file.version, look)


def shown_syntax(claimed: PixelFormat, layout: Layout) -> str:
    """The transfer syntax in which frames are served unless something else is asked for."""
    return claimed.syntax if layout.encapsulated and _is_as_stored(claimed, layout) else PLAIN


def _is_as_stored(claimed: PixelFormat, layout: Layout) -> bool:
    """Whether a browser can do with the bytes of the file."""
    if layout.encapsulated:
        if claimed.syntax not in MEDIA_TYPES or claimed.bits_allocated not in (8, 16):
            return False
        if claimed.syntax == JPEG_EXTENDED:  # browsers' decoders round 12 bits and miss colours
            return False
        if claimed.syntax == syntaxes.RLE:
            colour = claimed.photometric in ("RGB", "YBR_FULL") and claimed.bits_allocated == 8
        else:
            colour = claimed.photometric.startswith(("RGB", "YBR"))
        return colour or claimed.photometric in GREY
    if claimed.syntax == syntaxes.BIG_ENDIAN or claimed.bits_allocated not in (8, 16, 32):
        return False
    if claimed.keyword == "DoubleFloatPixelData":
        return False
    if claimed.photometric == "YBR_FULL_422":  # some write three samples and call it so
        begin, end = layout.frames[0][0]
        return end - begin == claimed.rows * claimed.columns * 2 and claimed.bits_allocated == 8
    return claimed.photometric in (*GREY, *NATIVE_COLOURS) and claimed.samples in (1, 3)
