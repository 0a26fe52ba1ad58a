"""Store a batch of prepared files: blobs first, then catalog, vectors,
index and ledger together.

A crash between any two steps is repaired by running the same command again: each step is
idempotent, and an object counts as finished only when a ledger row owns it.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from infra.ports import Stored
from infra.records import LedgerRow, Outcome, UnfinishedStudy, Vector
from infra.services import Services
from ingest.embedding.model import Model
from ingest.embedding.vectors import vectors_of
from ingest.joining.report_intake import ReportIntake, join_keys
from ingest.privacy.identity import Pseudonyms
from ingest.reasons import sentence
from ingest.storage.decide import Decision, Known, Policy, Received, decide, look_up
from ingest.storage.erase import erase
from ingest.storage.indexing import index_new
from ingest.storage.storing import Kept, put_blobs, store

Vectors = dict[str, list[Vector]]  # by instance UID


@dataclass(frozen=True, slots=True, kw_only=True)
class Committer:
    """Decides about prepared files and stores them in batches of distinct instance UIDs."""

    services: Services
    model: Model
    pseudonyms: Pseudonyms
    reports: ReportIntake
    policy: Policy

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
        with self.services.blobs.storing():
            notes = _notes(fresh, self.policy.dataset)
            if notes:
                self.services.ledger.begin(notes)
            blobs = put_blobs(self.services.blobs, fresh)
            with self.services.together():
                results = self._store(fresh, known, blobs, vectors)
                late = Decision(Outcome.CONFLICT, "other_pixels")
                decisions |= {uid: late for uid, how in results.items() if how is Stored.CONFLICT}
                rows = self._finish(batch, decisions, known, results)
                self.services.ledger.finish(_over(notes, fresh, results))
        return self._without_erased(fresh, batch, rows)

    def _store(
        self,
        fresh: Sequence[Received],
        known: Known,
        blobs: Mapping[str, Kept],
        vectors: Vectors,
    ) -> dict[str, Stored]:
        """Catalog and vectors; what became of each object by its UID."""
        services = self.services
        services.ledger.mark(_disowned(fresh, known.owners))
        results = {
            r.uid: store(services, r, blobs[r.uid], self.policy, vectors.get(r.uid, []))
            for r in fresh
        }
        stored = [uid for uid, how in results.items() if how is not Stored.CONFLICT]
        services.index.put_vectors([v for uid in stored for v in vectors.get(uid, [])])
        return results

    def _finish(
        self,
        batch: Sequence[Received],
        decisions: Mapping[str, Decision],
        known: Known,
        results: Mapping[str, Stored],
    ) -> list[LedgerRow]:
        """Reports, index and, last, the ledger; its rows."""
        stored = [r for r in batch if decisions[r.uid].fresh]
        joined = self.reports.join_waiting(_join_keys(batch, decisions))
        index_new(self.services, stored, results, known.heads, joined.studies)
        self.reports.settle(joined)
        rows = [self._row(r, decisions[r.uid]) for r in batch]
        self.services.ledger.mark(_ownership(rows, known.owners))
        return rows

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
        values = self.model.embed_all([r.prepared.pictures for r in images])
        ends = np.cumsum([r.prepared.pictures.count for r in images])
        return {
            received.uid: vectors_of(
                received.uid, self.model.model_id, received.prepared.views, part
            )
            for received, part in zip(images, np.split(values, ends[:-1]), strict=True)
        }

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


def _notes(fresh: Sequence[Received], dataset: str) -> list[UnfinishedStudy]:
    """What to remember of the studies of these files until the catalog has them."""
    keys = {received.study_uid: received.prepared.keys for received in fresh}
    return [
        UnfinishedStudy(
            note_id=uuid.uuid4().hex,
            study_uid=study_uid,
            dataset=dataset,
            patient_key=of_study.patient_key,
            patient_tomb=of_study.patient_tomb,
        )
        for study_uid, of_study in keys.items()
    ]


def _over(
    notes: Sequence[UnfinishedStudy], fresh: Sequence[Received], results: Mapping[str, Stored]
) -> list[str]:
    """Notes of studies all of whose blobs are named now; of others something is to be swept."""
    swept = {r.study_uid for r in fresh if results[r.uid] is not Stored.CREATED}
    return [note.note_id for note in notes if note.study_uid not in swept]


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
