"""A table of research pictures -> a folder of DICOM files."""

import multiprocessing
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path

from infra.errors import UserError
from infra.settings import MEGA
from ingest.reading.tables import Table
from ingest.wrap.document import report_document
from ingest.wrap.fields import BadRow
from ingest.wrap.modules import Place
from ingest.wrap.row import Result, Task, is_stack, wrap_row, write_all
from ingest.wrap.table import Reader, Row, opened

WAITING_PER_JOB = 4  # tasks handed out ahead of the results, so that a big table stays on disk


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapOptions:
    """How a table is read.

    `renamed`: our column -> theirs; `constants`: our column -> value where the table has none.
    `root`: the folder that files are relative to and confined to (None: the table's own).
    `dataset`: keeps equal patient ids of two tables apart ("": the name of the table's folder).
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    root: Path | None = None
    dataset: str = ""
    jobs: int = 1
    max_pixels_mb: int = 4096


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not wrapped, and why. `line` counts the header as line 1."""

    line: int
    file: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapSummary:
    """How many files are there now for this table, by SOP class name, and what was refused.

    `unchanged` of the `written` files were there before with the same bytes.
    """

    kinds: dict[str, int]
    refused: tuple[RefusedRow, ...]
    unchanged: int = 0

    @property
    def written(self) -> int:
        """All files of this table."""
        return sum(self.kinds.values())


def wrap_table(
    table: Path,
    out: Path,
    options: WrapOptions | None = None,
    on_row: Callable[[], object] = lambda: None,
) -> WrapSummary:
    """Write DICOM files for the rows of a table; the same table gives the same bytes.

    A bad row is refused and the rest goes on. `on_row` is called after each row. Raises NotFound
    and UserError when the table cannot be used, StorageFull when OUT cannot be written.
    """
    options = options or WrapOptions()
    with opened(table) as read:
        run = _Run(_task_template(table, out, options), on_row)
        return run.over(read, Reader.of(read.columns, options.renamed, options.constants), options)


def count_rows(table: Path) -> int:
    """How many rows a table has."""
    with opened(table) as read:
        return sum(1 for _ in read.lines)


def _task_template(table: Path, out: Path, options: WrapOptions) -> Task:
    root = (options.root or table.parent).resolve()
    if not root.is_dir():
        raise UserError(f"There is no folder {root}.")
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} is not a folder.")
    dataset = options.dataset or root.name
    nothing = Row(line=0, file="", modality="")
    return Task(
        row=nothing, dataset=dataset, root=root, out=out, largest=options.max_pixels_mb * MEGA
    )


class _Run:
    """One pass over a table: numbers within studies, reports by study, counts."""

    def __init__(self, template: Task, on_row: Callable[[], object]) -> None:
        self._template = template
        self._on_row = on_row
        self._lines: dict[tuple[str, str, str], int] = {}
        self._series: dict[tuple[str, str], dict[str, list[int]]] = {}
        self._reports: dict[str, tuple[Row, Place, list[str]]] = {}
        self._refused: list[RefusedRow] = []
        self._kinds: Counter[str] = Counter()
        self._unchanged = 0

    def over(self, table: Table, reader: Reader, options: WrapOptions) -> WrapSummary:
        for result in _results(self._tasks(table, reader), options.jobs):
            self._note(result)
            self._on_row()
        for row, place, texts in self._reports.values():
            self._count(*write_all([report_document(row, place, "\n\n".join(texts))], self._out))
        refused = sorted(self._refused, key=lambda row: row.line)
        return WrapSummary(
            kinds=dict(self._kinds), refused=tuple(refused), unchanged=self._unchanged
        )

    @property
    def _out(self) -> Path:
        return self._template.out

    def _tasks(self, table: Table, reader: Reader) -> Iterator[Task]:
        for line in table.lines:
            try:
                row = reader.row(line)
                self._check_first(row)
            except BadRow as error:
                file = line.values.get(reader.names["file"], "")
                self._refused.append(RefusedRow(line.number, file, str(error)))
                self._on_row()
                continue
            yield self._numbered(row)

    def _check_first(self, row: Row) -> None:
        first = self._lines.setdefault((row.patient_id, row.study_id, row.file), row.line)
        if first != row.line:
            raise BadRow(f"the same file of the same study is in line {first} already")

    def _numbered(self, row: Row) -> Task:
        """Series count within a study and pictures within a series, in the table's order."""
        series = row.series_id or (row.file if is_stack(row) else "")
        task = replace(self._template, row=row, series=series)
        if not row.study_id:
            return task
        study = self._series.setdefault((row.patient_id, row.study_id), {})
        number = study.setdefault(f"{row.modality}/{series}", [len(study) + 1, 0])
        number[1] += 1
        return replace(task, series_number=number[0], instance_number=number[1])

    def _note(self, result: Result) -> None:
        row = result.row
        if result.reason or result.place is None:
            self._refused.append(RefusedRow(row.line, row.file, result.reason))
            return
        self._count(result.kinds, result.unchanged)
        if row.report and row.study_id:
            place = result.place
            texts = self._reports.setdefault(place.study_uid, (row, place, []))[2]
            if row.report not in texts:
                texts.append(row.report)

    def _count(self, kinds: Counter[str], unchanged: int) -> None:
        self._kinds += kinds
        self._unchanged += unchanged


def _results(tasks: Iterator[Task], jobs: int) -> Iterator[Result]:
    """Results in the order of the tasks, from this process or from several."""
    if jobs <= 1:
        yield from map(wrap_row, tasks)
        return
    pool = ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield from _in_order(pool, tasks, jobs * WAITING_PER_JOB)
    except BrokenProcessPool as error:
        raise UserError(
            "A worker process died; repeat with --jobs 1 to see at which row."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, tasks: Iterator[Task], ahead: int) -> Iterator[Result]:
    waiting: deque[Future[Result]] = deque()
    for task in tasks:
        waiting.append(pool.submit(wrap_row, task))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
