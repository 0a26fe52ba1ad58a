"""Store a batch of prepared files: blobs first, then catalog, vectors,
index and ledger together.

A crash between any two steps is repaired by running the same command again: each step is
idempotent, and an object counts as finished only when a ledger row owns it.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import numpy as np

from infra.fields import index_rows
from infra.ports import Embedder, Stored
from infra.query import AccessScope
from infra.records import Case, IndexRow, LedgerRow, Outcome, Vector
from infra.services import Services
from infra.texts import case_text
from ingest.decide import Decision, Policy, Received, StoredObject, decide, look_up
from ingest.erase import erase
from ingest.identity import Pseudonyms
from ingest.reasons import sentence
from ingest.report_intake import ReportIntake, join_keys
from ingest.storing import Kept, blobs_of, drop_unused, put_blobs, store
from ingest.vectors import embed_all, vectors_of

EVERYTHING = AccessScope.everything()

Vectors = dict[str, list[Vector]]  # by instance UID


@dataclass(frozen=True, slots=True, kw_only=True)
class Committer:
    """Decides about prepared files and stores them in batches of distinct instance UIDs."""

    services: Services
    embedder: Embedder
    model_id: str
    pseudonyms: Pseudonyms
    reports: ReportIntake
    policy: Policy
    embedding: threading.Lock = field(default_factory=threading.Lock)

    def embed(self, batch: Sequence[Received]) -> Vectors:
        """Vectors of the images that are new as far as one can tell now, by instance UID.

        May run while the batch before is being stored: `commit` looks again.
        """
        known = look_up(self.services, batch)
        return self._vectors([r for r in batch if decide(r, known, self.policy).fresh])

    def commit(self, batch: Sequence[Received], vectors: Vectors) -> list[LedgerRow]:
        """Store the batch and return its ledger rows, in order."""
        known = look_up(self.services, batch)
        decisions = {r.uid: decide(r, known, self.policy) for r in batch}
        fresh = [r for r in batch if decisions[r.uid].fresh]
        vectors = vectors | self._vectors([r for r in fresh if r.uid not in vectors])
        blobs = put_blobs(self.services.blobs, fresh)
        with self.services.together():
            self.services.ledger.mark(_disowned(fresh, known.owners))
            results = {r.uid: self._store(r, blobs[r.uid], vectors) for r in fresh}
            late = Decision(Outcome.CONFLICT, "other_pixels")
            decisions |= {uid: late for uid, how in results.items() if how is Stored.CONFLICT}
            joined = self.reports.join_waiting(_join_keys(batch, decisions))
            self._index([r for r in fresh if decisions[r.uid].fresh], vectors, joined.studies)
            self.services.ledger.drop_waiting(joined.waiting_ids)
            rows = [self._row(r, decisions[r.uid]) for r in batch]
            self.services.ledger.mark(_ownership(rows, known.owners))
        for received in fresh:
            if results[received.uid] is not Stored.CREATED:
                old = known.objects.get(received.uid)
                self._drop_unused(received.study_uid, blobs[received.uid], old)
        return self._without_erased(fresh, batch, rows)

    def _store(self, received: Received, kept: Kept, vectors: Vectors) -> Stored:
        own = vectors.get(received.uid)
        return store(self.services, received, kept, self.policy, self.model_id, own)

    def _drop_unused(self, study_uid: str, kept: Kept, old: StoredObject | None) -> None:
        """Delete blobs of what was replaced, and new ones of what was there already."""
        keys = kept.keys() | (blobs_of(old) if old else set())
        drop_unused(self.services, study_uid, keys)

    def _without_erased(
        self, fresh: Sequence[Received], batch: Sequence[Received], rows: list[LedgerRow]
    ) -> list[LedgerRow]:
        """Erase again what another process erased while it was being stored here."""
        buried = self.services.ledger.buried({t for r in fresh for t in _tombs(r)})
        studies = {r.study_uid for r in fresh if buried.intersection(_tombs(r))}
        if not studies:
            return rows
        erase(self.services, self.pseudonyms, studies)
        late = Decision(Outcome.REFUSED, "erased")
        barred = {r.uid: self._row(r, late) for r in batch if r.study_uid in studies}
        self.services.ledger.mark(list(barred.values()))
        return [barred.get(r.uid, row) for r, row in zip(batch, rows, strict=True)]

    def _vectors(self, fresh: Sequence[Received]) -> Vectors:
        """Embed the pictures of all images together, then pool them view by view."""
        images = [received for received in fresh if received.prepared.instance]
        if not images:
            return {}
        with self.embedding:
            values = embed_all(self.embedder, [r.prepared.pictures for r in images])
        ends = np.cumsum([r.prepared.pictures.count for r in images])
        return {
            received.uid: vectors_of(received.uid, self.model_id, received.prepared.views, part)
            for received, part in zip(images, np.split(values, ends[:-1]), strict=True)
        }

    def _index(self, fresh: Sequence[Received], vectors: Vectors, joined: frozenset[str]) -> None:
        """Put rows of what is new, and every row of a case whose reports changed."""
        whole = joined | {r.study_uid for r in fresh if r.prepared.attachment}
        new = {r.uid for r in fresh}
        studies = whole | {r.study_uid for r in fresh}
        cases = self.services.catalog.cases(studies, EVERYTHING).values()
        rows = [row for case in cases for row in _rows(case, new, whole=case.study_uid in whole)]
        if rows:
            self.services.index.put(rows, [case_text(case) for case in cases])
            self.services.index.put_vectors([v for r in fresh for v in vectors.get(r.uid, [])])

    def _row(self, received: Received, decision: Decision) -> LedgerRow:
        named = decision.reason != "erased"  # which is not to be found by any name again
        return LedgerRow(
            file=received.item.file,
            sha256=received.prepared.sha256,
            outcome=decision.outcome,
            instance_uid=received.uid if named else "",
            study_uid=received.study_uid if named else "",
            dataset=self.policy.dataset,
            reason=decision.reason,
            message=sentence(decision.reason) if decision.reason else "",
            size=received.item.size,
            mtime_ns=received.item.mtime_ns,
            at=datetime.now(UTC),
        )


def _rows(case: Case, new: set[str], *, whole: bool) -> list[IndexRow]:
    """Index rows of a whole case, or only of those of its instances that are new."""
    if whole:
        return index_rows(case)
    instances = tuple(i for i in case.instances if i.instance_uid in new)
    return index_rows(replace(case, instances=instances)) if instances else []


def _tombs(received: Received) -> tuple[str, ...]:
    return received.prepared.identifiers.tombs


def _join_keys(
    batch: Sequence[Received], decisions: Mapping[str, Decision]
) -> dict[str, tuple[str, ...]]:
    """Study UID -> the keys under which its reports may wait; nothing for what was erased."""
    return join_keys(
        (received.study_uid, received.prepared.identifiers.join_keys)
        for received in batch
        if decisions[received.uid].reason != "erased"
    )


def _disowned(fresh: Sequence[Received], owners: dict[str, LedgerRow]) -> list[LedgerRow]:
    """The rows of files whose picture is about to be replaced.

    Written first, so that what a crash cuts off has no owner and is finished by the next run.
    """
    reason = "replaced"
    return [
        replace(owners[r.uid], outcome=Outcome.CONFLICT, reason=reason, message=sentence(reason))
        for r in fresh
        if r.uid in owners
    ]


def _ownership(rows: Sequence[LedgerRow], owners: dict[str, LedgerRow]) -> list[LedgerRow]:
    """The rows as they are written: the owner of an object stays it when it is received again."""
    written: list[LedgerRow] = []
    for row in rows:
        owner = owners.get(row.instance_uid)
        same_file = owner is not None and (owner.file, owner.sha256) == (row.file, row.sha256)
        if owner is None or not same_file or row.outcome is Outcome.REFUSED:
            written.append(row)
        else:
            written.append(replace(owner, size=row.size, mtime_ns=row.mtime_ns))
    return written
