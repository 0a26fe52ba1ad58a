"""What Similis stands on, as Protocols. A docstring is the contract: `tests/contracts/` tests every
sentence of it once, for every adapter.

All methods are synchronous and may be called from several threads. Every method raises
`Unavailable` when the store cannot answer now and `StorageFull` when it cannot write; a method that
raises has changed nothing. Of more than 30 things at once it may have done the first ones, in steps
that are all or none each; the same call again does the rest.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

from infra.query import AccessScope, FacetCount, Facets, Hits, Query
from infra.records import (
    Annotation,
    Attachment,
    Case,
    CaseHead,
    CaseText,
    Finding,
    IndexRow,
    Instance,
    Job,
    LedgerRow,
    Marks,
    Measurement,
    ModelRecord,
    Report,
    StudyKeys,
    UnfinishedStudy,
    Values,
    Vector,
    WaitingReport,
)


class Stored(StrEnum):
    """What putting an object into the catalog did."""

    CREATED = "created"
    SAME = "same"  # already there with equal content: nothing changed
    REPLACED = "replaced"
    CONFLICT = "conflict"  # there with other content, or its study is in another dataset


class Catalog(Protocol):
    """The source of truth for cases. Every read takes an AccessScope and sees nothing outside."""

    def put_instance(
        self, instance: Instance, dataset: str, keys: StudyKeys, *, replace: bool = False
    ) -> Stored:
        """Store an image once. Idempotent by instance UID and pixel hash, in one atomic step.

        A new UID is CREATED. The same UID with the same pixel hash is SAME and changes nothing.
        The same UID with another pixel hash is CONFLICT and changes nothing, unless `replace`:
        then REPLACED. A study that is already in another dataset, and an instance UID that is
        already in another study, is CONFLICT even with `replace`.
        The case's version grows with CREATED and REPLACED. `keys` are merged into the study's.
        """

    def put_attachment(
        self, attachment: Attachment, dataset: str, keys: StudyKeys, *, replace: bool = False
    ) -> Stored:
        """Store a non-image object once, by its UID and content hash; rules as put_instance."""

    def put_report(self, report: Report, dataset: str) -> Report:
        """Add a version of a report to a study and return it as stored.

        Text equal to the newest stored version of that report_id changes nothing and returns it.
        Otherwise it gets the next version number, and `current` moves to the version with the
        latest date (ties and missing dates: the one that arrived last). Raises NotFound when the
        study is not in the catalog.
        """

    def put_findings(
        self,
        study_uid: str,
        report_id: str,
        findings: Sequence[Finding],
        *,
        version: int | None = None,
        tagger_id: str = "",
    ) -> None:
        """Replace the findings of one report. Raises NotFound for an unknown study.

        `tagger_id` notes that this tagger has read all of the report (see `untagged`); "" that
        none has. Nothing changes when `version` is given and is not the report's current one.
        """

    def untagged(self, tagger_id: str = "") -> Iterator[tuple[str, str]]:
        """Study UID and report id of reports whose current version this tagger has not read whole,
        ("": no tagger has), each once. A report with a new current version is among them. Streams:
        findings may be put meanwhile.
        """

    def put_measurements(
        self, instance_uid: str, measurements: Sequence[Measurement], *, model_id: str = ""
    ) -> None:
        """Replace the measurements of one instance. Raises NotFound for an unknown instance.

        `model_id` notes what has measured it, even where that found nothing (see `unmeasured`).
        """

    def unmeasured(self, model_id: str = "") -> Iterator[str]:
        """UIDs of ultrasound images (modality US) for which no measurements were put, or, of a
        `model_id`, none by that model, in ascending order. Streams: measurements may be put
        meanwhile.
        """

    def instances(self, uids: Iterable[str], scope: AccessScope) -> dict[str, Instance]:
        """The instances among `uids` that exist in scope, by UID, in one round trip."""

    def attachments(self, uids: Iterable[str], scope: AccessScope) -> dict[str, Attachment]:
        """The attachments among `uids` that exist in scope, by UID, in one round trip."""

    def heads(self, study_uids: Iterable[str], scope: AccessScope) -> dict[str, CaseHead]:
        """`head` of the cases that `cases` would give, without reading their objects.

        The price does not grow with the number of a case's objects, and neither does that of
        putting one more: a study of thousands of images is ingested like thousands of studies.
        """

    def cases(self, study_uids: Iterable[str], scope: AccessScope) -> dict[str, Case]:
        """The cases among `study_uids` that exist in scope, by UID, in one round trip.

        Instances are ordered by series number, instance number and UID; reports by id and version.
        """

    def studies_of_instances(self, uids: Iterable[str], scope: AccessScope) -> dict[str, str]:
        """instance UID -> study UID, for images and attachments that exist in scope."""

    def blob_keys(self, study_uid: str) -> set[str]:
        """Keys of the blobs that images, attachments and measurements of a study name."""

    def study_uids(
        self, scope: AccessScope, *, dataset: str = "", patient: str = ""
    ) -> Iterator[str]:
        """Study UIDs in ascending order, of one dataset and/or one patient if given. Streams."""

    def studies_by_accession(self, accession_key: str) -> list[str]:
        """Study UIDs whose StudyKeys carry this accession key ("" finds nothing)."""

    def studies_by_patient_key(self, patient_key: str) -> list[str]:
        """Study UIDs whose StudyKeys carry this patient key ("" finds nothing)."""

    def study_keys(self, study_uid: str) -> StudyKeys | None:
        """The keyed hashes of a study, or None when it is unknown."""

    def marks(self, study_uid: str) -> Marks:
        """What `put_findings` and `put_measurements` noted of a study; empty for an unknown one."""

    def datasets(self, scope: AccessScope) -> dict[str, int]:
        """Dataset name -> number of cases, in scope."""

    def delete_study(self, study_uid: str) -> Case | None:
        """Remove a case with all its versions for good and return what it was, or None.

        Nothing of it can be read from the store's files afterwards (see `scrub`).
        """

    def scrub(self) -> None:
        """Make sure that what was deleted is gone from the store's own files, too."""


class VectorStore(Protocol):
    """Vectors by model id: the truth from which an index is rebuilt without embedding again."""

    def put(self, vectors: Sequence[Vector]) -> None:
        """Store vectors; the same vector_id and model_id replaces. Values come back bit for bit.

        They are float32, 1 to LARGEST_VECTOR numbers, as many in all of a model id: raises
        ValueError where those put together are not, and stores none then.
        """

    def replace(self, instance_uid: str, model_id: str, vectors: Sequence[Vector]) -> None:
        """Make `vectors` the only ones of this instance under this model id, in one step."""

    def of_instance(self, instance_uid: str, model_id: str) -> list[Vector]:
        """The vectors of an instance ordered by kind and frame; [] if there are none."""

    def iterate(self, model_id: str) -> Iterator[Vector]:
        """All vectors of a model id in the order of vector_id. Streams: memory stays bounded."""

    def count(self, model_id: str) -> int:
        """How many vectors this model id has."""

    def delete(self, instance_uids: Iterable[str]) -> int:
        """Delete the vectors of these instances under every model id; how many there were."""


class SearchIndex(Protocol):
    """k-NN, full text, filters and facets over index rows. Derived: it can be rebuilt.

    What is put is found by the next search, also from another process.
    """

    def put(self, rows: Sequence[IndexRow], texts: Sequence[CaseText]) -> None:
        """Make rows and texts searchable. A row or text whose version is lower than the stored one
        is ignored; an equal or higher one replaces it. Vectors are not touched. A row with an
        instance replaces the image-less row ("" instance) of its study.
        """

    def put_vectors(self, vectors: Sequence[Vector]) -> None:
        """Make vectors searchable: they become the only ones of their instances under their model
        id. A vector whose instance has no row yet is found once the row is put.
        """

    def delete(self, study_uids: Iterable[str]) -> int:
        """Remove rows, texts and vectors of these studies; how many rows there were."""

    def clear(self) -> None:
        """Remove every row and text (not the stored vectors), before a rebuild."""

    def search(self, query: Query, scope: AccessScope) -> Hits:
        """The page of hits, inside the scope.

        Ranking: `near` by cosine, best vector of each group; `text` by relevance; both fused by
        `infra.fusion.fuse`; neither: by group id; `sort`: by that field instead. Higher scores
        first, equal scores by group id (instance, series or study UID) ascending, so that the same
        query gives the same answer.
        `near` ranks only groups that have a vector of that model id; `total` counts just those.
        Filters apply inside the search: k groups come back whenever k groups pass. A row passes a
        filter on its own; a group is in when one of its rows passes. Image-less cases are hits only
        with Group.CASE. Page.size is 1..MAX_PAGE. `Hits.next` continues where the page ended
        without repeating or skipping, None at the end.
        Raises BadQuery for an unknown field, a value of the wrong kind, a page size out of range, a
        cursor of another query, or a vector of another size or model id than is indexed (when any
        is); the message says what to do.
        """

    def facets(
        self,
        query: Query,
        fields: Sequence[str],
        scope: AccessScope,
        *,
        limit: int = 1_000,
    ) -> Facets:
        """Counts of distinct cases by value for each field, in the filter and text set of `query`.

        Largest first, equal counts by value; at most `limit` values a field. YEARS fields count by
        "2019", DECADES by "60-69". Values keep the spelling that was put (the first in order where
        only case differs). `near`, `group` and `page` do not matter.
        Raises BadQuery for a field without facets.
        """

    def words(self, prefix: str, scope: AccessScope, *, limit: int = 10) -> tuple[FacetCount, ...]:
        """Words of the texts that begin with `prefix`, with the number of cases that hold each.

        Words are folded as `infra.text.fold` does it; `prefix` must be, too. Most cases first,
        equal counts by word; at most `limit`. Only texts inside the scope count: a word that occurs
        nowhere else is not there. An empty prefix finds nothing. Raises BadQuery for a limit below
        1.
        """

    def model_ids(self) -> list[str]:
        """Model ids that have vectors here, sorted."""

    def vector_count(self, model_id: str) -> int:
        """How many vectors of this model id are here, with those that wait for their row."""


class BlobStore(Protocol):
    """Bytes by key: originals and thumbnails. A key is "STUDY_UID/SHA256.suffix".

    Keys are content-addressed within a study: putting the same bytes twice gives the same key.
    """

    def put(self, study_uid: str, data: bytes, suffix: str) -> str:
        """Store bytes durably and return their key. A crash leaves all of it or nothing."""

    def put_file(self, study_uid: str, path: Path, sha256: str, suffix: str) -> str:
        """Take over a finished file as put() would (it may be moved, and is gone afterwards)."""

    def open(self, key: str) -> BinaryIO:
        """Open for reading from the start. Raises NotFound. Keys never lead outside the store."""

    def size(self, key: str) -> int:
        """Bytes. Raises NotFound."""

    def delete(self, key: str) -> None:
        """Delete one blob; a missing one is no error."""

    def delete_study(self, study_uid: str) -> int:
        """Delete every blob of a study; how many there were."""

    def keys(self, study_uid: str = "") -> Iterator[str]:
        """All keys (of one study if given), sorted."""

    def storing(self) -> AbstractContextManager[None]:
        """Hold this from before a put until the catalog names what was put. Many may hold it at
        once, in any process; one that dies lets go, at once or in about a minute.
        """

    def sweeping(self) -> AbstractContextManager[bool]:
        """Whether nobody is `storing`, so that a blob that the catalog does not name never will be.
        Then nobody begins to before this is left. Does not wait.
        """


class Ledger(Protocol):
    """One row per received file (path and content), reports that wait, and tombstones."""

    def mark(self, rows: Sequence[LedgerRow]) -> None:
        """Write rows, up to 32 of them all or none; the same file and sha256 replaces. A row with a
        sha256 also replaces the file's row without one (it could not be read then). One file owns
        an object: an `indexed` or `attached` row whose instance is owned by another file's row is
        written as `duplicate`, in the same step.
        """

    def owners(self, instance_uids: Iterable[str]) -> dict[str, LedgerRow]:
        """Instance UID -> its `indexed` or `attached` row; objects without one are left out."""

    def of_files(self, files: Iterable[str]) -> dict[str, list[LedgerRow]]:
        """The rows of these files, newest first; files without rows are left out."""

    def rows(self, *, refused: bool = False) -> Iterator[LedgerRow]:
        """All rows (only refused ones if asked) in the order of file and time. Streams."""

    def counts(self) -> dict[str, int]:
        """Outcome -> number of rows."""

    def forget(self, study_uids: Iterable[str]) -> int:
        """Delete the rows that name these studies; how many there were."""

    def put_waiting(self, reports: Sequence[WaitingReport]) -> None:
        """Keep reports for studies to come; the same waiting_id replaces."""

    def waiting(self, keys: Iterable[str]) -> list[WaitingReport]:
        """Reports kept for these keys (also those that have joined), in the order they came."""

    def all_waiting(self) -> Iterator[WaitingReport]:
        """All kept reports in the order they came, to move them elsewhere. Streams."""

    def drop_waiting(self, waiting_ids: Iterable[str]) -> None:
        """Delete kept reports."""

    def note_joined(self, waiting_ids: Iterable[str]) -> None:
        """Mark kept reports as joined; unknown ones are passed over."""

    def count_waiting(self) -> int:
        """How many reports wait: those that are kept and have not joined any study."""

    def begin(self, notes: Sequence[UnfinishedStudy]) -> None:
        """Note studies as unfinished before their blobs are put; the same note_id replaces."""

    def unfinished(self) -> list[UnfinishedStudy]:
        """All notes of unfinished studies, in the order of study UID and note_id."""

    def finish(self, note_ids: Iterable[str]) -> None:
        """Take back these notes; the store's own files may keep them until `Catalog.scrub`."""

    def bury(self, tokens: Iterable[str]) -> None:
        """Leave tombstones (keyed hashes of UIDs or patients). Idempotent."""

    def buried(self, tokens: Iterable[str]) -> set[str]:
        """Which of these have a tombstone."""

    def unbury(self, tokens: Iterable[str]) -> None:
        """Lift tombstones."""

    def tombstones(self) -> Iterator[str]:
        """All tokens with a tombstone, to move them elsewhere. Streams, in any order."""


class Annotations(Protocol):
    """What people said about cases, kept beside the machine's results."""

    def put(self, annotation: Annotation, *, seen: Sequence[Annotation] | None = None) -> bool:
        """Store; the same annotation_id replaces. True.

        Where `seen` is given: only if these are all that the study has of this kind, in their
        order. False when somebody else was first; nothing has changed then.
        """

    def of_studies(self, study_uids: Iterable[str], kind: str = "") -> dict[str, list[Annotation]]:
        """Annotations by study in the order of time and id, of one kind if given."""

    def delete_study(self, study_uid: str) -> int:
        """Delete all of a study; how many there were."""


class ModelRegistry(Protocol):
    """Which models made vectors here, and which one search and ingest use now."""

    def register(self, record: ModelRecord) -> None:
        """Remember a model; the same model_id keeps its first created_at."""

    def models(self) -> list[ModelRecord]:
        """All models in the order of created_at and model_id."""

    def active(self) -> ModelRecord | None:
        """The model in use, or None before the first ingest."""

    def activate(self, model_id: str) -> None:
        """Make a registered model the active one. Raises NotFound."""

    def announce(self, model_id: str | None) -> None:
        """Note that vectors of a registered model are being made beside those of the active one;
        None takes the note back, and so does `activate` of this model. Raises NotFound.
        """

    def announced(self) -> ModelRecord | None:
        """The model that vectors are being made of, or None."""

    def agree(self, one: str, other: str, min_cosine: float) -> None:
        """Record that a gate found two precisions of the same weights to agree this well."""

    def agreement(self, one: str, other: str) -> float | None:
        """The recorded minimum cosine, in either order; 1.0 for equal ids; None if never gated."""


class JobQueue(Protocol):
    """Work to be done once, by whichever worker leases it."""

    def send(self, job_id: str, kind: str) -> None:
        """Queue a job; one that is already queued or leased is not queued twice."""

    def lease(self, kinds: Sequence[str], seconds: float) -> str | None:
        """Take the oldest job that is not leased for `seconds`, or None. A lease that ran out is
        given to the next who asks.
        """

    def extend(self, job_id: str, seconds: float) -> bool:
        """Hold on to a lease; False when it was lost."""

    def done(self, job_id: str) -> None:
        """Remove a job for good."""

    def failed(self, job_id: str, retry_in: float | None) -> None:
        """Give a job back after `retry_in` seconds, or remove it if None."""


class JobStore(Protocol):
    """What long work there is and how far it has come."""

    def put(self, job: Job) -> None:
        """Create or replace a job record."""

    def get(self, job_id: str) -> Job:
        """One job. Raises NotFound."""

    def of_owner(self, owner: str, limit: int = 100) -> list[Job]:
        """An owner's jobs, newest first."""

    def progress(self, job_id: str, done: int, total: int) -> bool:
        """Note progress; False when the job was cancelled and should stop."""

    def cancel(self, job_id: str) -> bool:
        """Ask a queued or running job to stop; False when it was already over."""


class Notifier(Protocol):
    """Tells someone that long work has ended."""

    def notify(self, job: Job) -> None:
        """Send the job's id, kind and state (no payload, no patient data). Never raises."""


class ReportTagger(Protocol):
    """Report text -> findings."""

    @property
    def tagger_id(self) -> str:
        """Rules or model, and version: travels with every finding."""

    def tag(self, report: Report) -> Sequence[Finding]:
        """Findings in the order of their offsets, which slice back to the text.

        Raises PartlyTagged, which carries what was found, when some of the text was not read.
        """


class Embedder(Protocol):
    """Pictures -> vectors."""

    @property
    def record(self) -> ModelRecord:
        """The model: its id, weights, precision and whether its ranking is meaningful."""

    @property
    def size(self) -> int:
        """Side of the square input in pixels."""

    def embed(self, images: Sequence[npt.NDArray[np.uint8]]) -> Values:
        """n pictures of shape (size, size) or (size, size, 3), uint8, as
        `embedder.pixels.fit` makes them -> (n, record.dimension) float32 of L2 norm 1. The same
        picture gives the same vector alone or in any batch (within 1e-4).
        """
