"""One row of a table -> its objects, written. Runs in worker processes."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pydicom import Dataset
from pydicom.uid import UID

from ingest.wrap.document import report_document
from ingest.wrap.fields import BadRow
from ingest.wrap.files import write
from ingest.wrap.kinds import picture_object
from ingest.wrap.modules import Place
from ingest.wrap.pictures import read_picture
from ingest.wrap.slices import slice_objects
from ingest.wrap.source import Source
from ingest.wrap.table import Row
from ingest.wrap.volumes import is_volume, read_volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a worker needs: the row, where its files are and go, and its numbers in its study.

    `series` names the series within the study. `root` is resolved; `largest` is in bytes.
    """

    row: Row
    dataset: str
    root: Path
    out: Path
    largest: int
    series: str = ""
    series_number: int = 1
    instance_number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a row: objects by SOP class name, or a reason for refusing it."""

    row: Row
    reason: str = ""
    place: Place | None = None
    kinds: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0


def is_stack(row: Row) -> bool:
    """Whether a row's file becomes a series of slices."""
    return row.modality in ("CT", "MR") and is_volume(Path(row.file))


def wrap_row(task: Task) -> Result:
    """Read the picture of a row and write its objects. Raises StorageFull, nothing else of ours."""
    row = task.row
    try:
        source = _read(task)
        numbers = (task.series_number, task.instance_number)
        place = Place.of(row, task.dataset, source.digest, task.series, numbers)
        kinds, unchanged = write_all(_objects(row, place, source), task.out)
    except BadRow as error:
        return Result(row=row, reason=str(error))
    except OSError as error:
        return Result(row=row, reason=f"the file cannot be read ({error.strerror})")
    return Result(row=row, place=place, kinds=kinds, unchanged=unchanged)


def write_all(objects: Iterable[Dataset], out: Path) -> tuple[Counter[str], int]:
    """Write objects; how many of each SOP class there are, and how many were there already."""
    kinds: Counter[str] = Counter()
    unchanged = 0
    for made in objects:
        unchanged += not write(made, out)
        kinds[UID(made.SOPClassUID).name] += 1
    return kinds, unchanged


def _objects(row: Row, place: Place, source: Source) -> Iterable[Dataset]:
    if is_stack(row) and source.geometry is not None:
        yield from slice_objects(row, place, source)
    else:
        yield picture_object(row, place, source)
    if row.report and not row.study_id:
        yield report_document(row, place, row.report)


def _read(task: Task) -> Source:
    path = _confined(task.root, task.row.file)
    if is_volume(path):
        return read_volume(path, task.root, task.largest)
    return read_picture(path, task.largest)


def _confined(root: Path, name: str) -> Path:
    """The file a row names; nothing above the root, whatever the table says. Raises BadRow."""
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise BadRow("the file is outside the table's folder; see --root")
    if not path.is_file():
        raise BadRow("there is no such file")
    return path
