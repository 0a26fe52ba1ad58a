"""The whole story of an ingest: walk, prepare in fenced processes, store in batches.

Files are read, decoded and rendered by worker processes while this process embeds and stores what
came before; results are taken in the order of the files, so that a run does not depend on chance.
"""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path

from infra.errors import RejectedFile
from infra.ports import Embedder
from infra.records import LedgerRow, Outcome
from infra.services import Services
from infra.settings import Settings
from ingest.commit import Committer
from ingest.decide import Policy, Received
from ingest.fence import Fence
from ingest.identity import Pseudonyms
from ingest.model_gate import model_in_use
from ingest.prepare import Options, Prepared, Refused, prepare
from ingest.report_intake import ReportIntake
from ingest.summary import Summary
from ingest.walk import Item, count, read, walk

FILES_AT_ONCE = 256  # looked up in the ledger together
WINDOW = 8  # files per worker that are under way
BATCH_FILES = 32  # committed together
BATCH_PICTURES = 64  # embedded together: bounds memory
AGAIN = frozenset({"unreadable", "burned_in_text", "erased"})  # refusals that may pass next time


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to ingest and how. `again` reads refused files anew, as `similis retry` does."""

    paths: Sequence[Path]
    reports: Path | None = None
    dataset: str = "default"
    jobs: int = 2
    keep_identity: bool = False
    replace_conflicts: bool = False
    again: bool = False


@dataclass(slots=True)
class Progress:
    """Told of every file; the command line draws a bar from it."""

    start: Callable[[int], None] = field(default=lambda _total: None)
    step: Callable[[Summary], None] = field(default=lambda _summary: None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """One run of ingest over wired services.

    `embedder` opens the model when the first file needs it: a run with nothing new never does.
    """

    services: Services
    settings: Settings
    key: bytes
    embedder: Callable[[], Embedder]

    def run(self, request: Request, progress: Progress) -> Summary:
        """Ingest everything and return the counts.

        Raises NotFound for a missing path, BadSetup for a model other than this archive's.
        """
        began = time.monotonic()
        summary = Summary()
        reports = ReportIntake(self.services, Pseudonyms(self.key))
        progress.start(count(request.paths, self.settings))
        files = self._unsettled(request, summary)
        first = next(files, None)
        if first is not None:
            self._ingest(chain([first], files), request, reports, summary, progress)
        progress.step(summary)
        if request.reports is not None:
            reports.take_in(request.reports, self.settings, summary)
        summary.waiting_reports = self.services.ledger.count_waiting()
        summary.seconds = time.monotonic() - began
        return summary

    def _ingest(
        self,
        files: Iterable[Item],
        request: Request,
        reports: ReportIntake,
        summary: Summary,
        progress: Progress,
    ) -> None:
        embedder = self.embedder()
        committer = Committer(
            services=self.services,
            embedder=embedder,
            model_id=model_in_use(self.services.models, embedder),
            reports=reports,
            policy=Policy(dataset=request.dataset, replace_conflicts=request.replace_conflicts),
        )
        batch = _Batch()

        def flush() -> None:
            store_batch(self.services, committer, batch.take(), summary)
            progress.step(summary)

        for item, result in self._prepared(files, request, embedder.size):
            if batch.must_go_before(result):
                flush()
            batch.add(item, result)
            if batch.is_full():
                flush()
        flush()

    def _prepared(
        self, files: Iterable[Item], request: Request, size: int
    ) -> Iterator[tuple[Item, Prepared | Refused]]:
        """Every file prepared by a worker process, in the order of the files."""
        settings = self.settings
        options = Options(
            settings=settings,
            key=self.key,
            size=size,
            keep_identity=request.keep_identity,
            staging=self.services.scratch(),
        )
        window: deque[tuple[Item, Future[Prepared | Refused]]] = deque()
        with Fence(request.jobs, settings.decode_seconds, settings.decode_memory_mb) as fence:
            for item in files:
                window.append((item, fence.submit(prepare, item, options)))
                if len(window) >= WINDOW * request.jobs:
                    yield _result(*window.popleft(), settings)
            while window:
                yield _result(*window.popleft(), settings)

    def _unsettled(self, request: Request, summary: Summary) -> Iterator[Item]:
        items = walk(request.paths, self.settings)
        while chunk := list(islice(items, FILES_AT_ONCE)):
            known = self.services.ledger.of_files(item.file for item in chunk)
            for item in chunk:
                row = _settled(item, known.get(item.file, []), request)
                if row is None:
                    yield item
                else:
                    count_again(row, summary)


def store_batch(
    services: Services,
    committer: Committer,
    batch: Sequence[tuple[Item, Prepared | Refused]],
    summary: Summary,
) -> None:
    """Store what was prepared, write down what was refused, and count both."""
    good = [
        Received(item=item, prepared=result)
        for item, result in batch
        if isinstance(result, Prepared)
    ]
    refused = [
        _refusal(item, result, committer.policy.dataset)
        for item, result in batch
        if isinstance(result, Refused)
    ]
    try:
        rows = committer.commit(good) if good else []
    finally:
        for received in good:
            received.prepared.discard()
    services.ledger.mark(refused)
    for row in (*rows, *refused):
        summary.add(row.outcome, row.reason)


class _Batch:
    """Prepared files that will be stored together; their instance UIDs are distinct."""

    def __init__(self) -> None:
        self._files: list[tuple[Item, Prepared | Refused]] = []
        self._uids: set[str] = set()
        self._pictures = 0

    def must_go_before(self, result: Prepared | Refused) -> bool:
        """Whether the batch holds the same object, or would hold too many pictures."""
        if isinstance(result, Refused):
            return False
        full = self._pictures + result.pictures.count > BATCH_PICTURES
        return result.instance_uid in self._uids or (full and bool(self._files))

    def add(self, item: Item, result: Prepared | Refused) -> None:
        if isinstance(result, Prepared):
            if not result.instance_uid:
                return  # a DICOMDIR only lists other files: it is not counted
            self._uids.add(result.instance_uid)
            self._pictures += result.pictures.count
        self._files.append((item, result))

    def is_full(self) -> bool:
        return len(self._files) >= BATCH_FILES or self._pictures >= BATCH_PICTURES

    def take(self) -> list[tuple[Item, Prepared | Refused]]:
        taken, self._files = self._files, []
        self._uids.clear()
        self._pictures = 0
        return taken


def count_again(row: LedgerRow, summary: Summary) -> None:
    """Count a file that an earlier run settled: what is already there is a duplicate now."""
    here = row.outcome in (Outcome.INDEXED, Outcome.ATTACHED)
    summary.unchanged += 1
    summary.add(Outcome.DUPLICATE if here else row.outcome, row.reason)


def _settled(item: Item, rows: Sequence[LedgerRow], request: Request) -> LedgerRow | None:
    """The row of an earlier run that still says all there is to say of this file, or None."""
    for row in rows:
        if (row.size, row.mtime_ns) != (item.size, item.mtime_ns) or not row.sha256:
            continue
        if row.dataset != request.dataset:
            continue
        if row.outcome is Outcome.REFUSED and (request.again or row.reason in AGAIN):
            return None
        if row.outcome is Outcome.CONFLICT and request.replace_conflicts:
            return None
        return row
    return None


def _result(
    item: Item, future: Future[Prepared | Refused], settings: Settings
) -> tuple[Item, Prepared | Refused]:
    """What the worker made of a file, or why it could make nothing of it."""
    try:
        return item, future.result()
    except RejectedFile as error:
        refused = Refused(
            sha256=_sha256(item, settings), reason=error.reason, message=error.message
        )
        return item, refused


def _sha256(item: Item, settings: Settings) -> str:
    """Content hash of a file on which a worker died; "" where it cannot be read at all."""
    try:
        return hashlib.sha256(read(item, settings)).hexdigest()
    except RejectedFile:
        return ""


def _refusal(item: Item, refused: Refused, dataset: str) -> LedgerRow:
    return LedgerRow(
        file=item.file,
        sha256=refused.sha256,
        outcome=Outcome.REFUSED,
        study_uid=refused.study_uid,
        dataset=dataset,
        reason=refused.reason,
        message=refused.message,
        size=item.size,
        mtime_ns=item.mtime_ns,
        at=datetime.now(UTC),
    )
