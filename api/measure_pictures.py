"""The pictures beside measured files: one a file, an animation, and all of them as one sheet."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PIL import Image

from infra.errors import NotFound, StorageFull
from ingest.showing.clips import Clip
from measure import drawing
from measure.heart import Heart
from measure.measuring import Measured
from measure.segmenter import Frame

SHEET = "quality.pdf"


class Pictures:
    """A folder that pictures are written into; names of files are told apart.

    Raises NotFound where it cannot be made, StorageFull where it cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pages: list[Path] = []
        self._stems: set[str] = set()
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NotFound(f"The folder {folder} cannot be made.") from error

    def add(
        self, file: str, found: Measured, lines: Sequence[str], begin: Callable[[], Clip]
    ) -> None:
        """Draw what was measured; `begin` reads the clip anew."""
        stem = self._stem(file)
        heart, strip = found.heart, found.strip
        if heart is not None and heart.ventricles:
            wanted = set(drawing.ends_to_draw(heart) or (0,))
            shown = {n: frame for n, frame in enumerate(begin().frames()) if n in wanted}
            self._keep(stem, drawing.quality_picture(heart, shown, lines))
            if len(heart.ventricles) > 1:
                frames = begin().frames()
                self._write(
                    f"{stem}.webp", lambda path: drawing.write_animation(path, heart, frames)
                )
        elif strip is not None:
            self._keep(stem, drawing.strip_picture(strip, next(begin().frames()), lines))
        else:
            self._keep(stem, drawing.text_picture(lines))

    def add_pair(
        self, file: str, heart: Heart, frames: Sequence[Frame], lines: Sequence[str]
    ) -> None:
        """Draw two stills that are the ends of one beat."""
        shown = dict(enumerate(frames))
        self._keep(self._stem(f"{file}-pair"), drawing.quality_picture(heart, shown, lines))

    def add_text(self, file: str, lines: Sequence[str]) -> None:
        """A page for a file that could not be read."""
        self._keep(self._stem(file), drawing.text_picture(lines))

    def finish(self) -> None:
        """Write the sheet of all pages."""

        def pages() -> Iterator[drawing.Picture]:
            for path in self._pages:
                with Image.open(path) as page:
                    yield page.convert("RGB")

        self._write(SHEET, lambda path: drawing.write_sheet(path, pages()))

    def _keep(self, stem: str, picture: drawing.Picture) -> None:
        path = self.folder / f"{stem}.png"
        self._write(path.name, lambda target: picture.save(target, "PNG"))
        self._pages.append(path)

    def _write(self, name: str, write: Callable[[Path], object]) -> None:
        try:
            write(self.folder / name)
        except OSError as error:
            raise StorageFull(f"{name} could not be written.") from error

    def _stem(self, file: str) -> str:
        """A name of its own for each file, also of equal names in several folders."""
        path = Path(file)
        name = path.name.replace(".dcm", "").replace(".DCM", "") or "file"
        stem, number = name, 2
        while stem in self._stems:
            stem, number = f"{name}-{number}", number + 1
        self._stems.add(stem)
        return stem
