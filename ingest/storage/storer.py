"""Batches are embedded here while the batch before is being stored: the disk is only waited for."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from infra.records import LedgerRow, Outcome
from ingest.arrival.items import Item
from ingest.arrival.prepare import Prepared, Refused
from ingest.arrival.request import Progress
from ingest.embedding.other_models import OtherModels
from ingest.storage.commit import Committer, Vectors
from ingest.storage.decide import Received
from ingest.summary import Summary


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    good: list[Received]
    refused: list[LedgerRow]

    def discard(self) -> None:
        """Delete what is left of it in the staging folder."""
        for received in self.good:
            received.prepared.discard()


class Storer:
    """Takes batches in order; leaving it waits for the last one. What went wrong is raised."""

    def __init__(
        self, committer: Committer, others: OtherModels, summary: Summary, progress: Progress
    ) -> None:
        self._committer = committer
        self._others = others
        self._summary = summary
        self._progress = progress
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._under_way: Future[list[LedgerRow]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._wait()
        finally:
            self._thread.shutdown()

    def take(self, files: Sequence[tuple[Item, Prepared | Refused]]) -> None:
        """Embed a batch, wait until the one before is stored, and have this one stored."""
        batch = self._batch(files)
        try:
            vectors = self._committer.embed(batch.good)
            self._wait()
        except BaseException:
            batch.discard()
            raise
        self._under_way = self._thread.submit(self._store, batch, vectors)

    def _batch(self, files: Sequence[tuple[Item, Prepared | Refused]]) -> _Batch:
        batch = _Batch([], [])
        for item, result in files:
            if isinstance(result, Refused):
                batch.refused.append(_refusal(item, result, self._committer.policy.dataset))
            else:
                batch.good.append(Received(item=item, prepared=result))
        return batch

    def _store(self, batch: _Batch, vectors: Vectors) -> list[LedgerRow]:
        """Store what was prepared, and write down what was refused."""
        try:
            rows = self._committer.commit(batch.good, vectors) if batch.good else []
            self._committer.services.ledger.mark(batch.refused)
            indexed = [row.instance_uid for row in rows if row.outcome is Outcome.INDEXED]
            if indexed:
                self._others.cover(indexed, self._committer.model.model_id)
            return [*rows, *batch.refused]
        finally:
            batch.discard()

    def _wait(self) -> None:
        """Count what the batch under way became."""
        under_way, self._under_way = self._under_way, None
        for row in under_way.result() if under_way else ():
            self._summary.add(row.outcome, row.reason)
        self._progress.step(self._summary)


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
