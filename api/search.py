"""Search as a use case: what a person asks -> one Query -> hits with what is known of them."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from time import monotonic

from api import corrected_findings
from api.application import Application
from api.corrected_findings import Findings, meant
from api.mentions import Mentions, understood
from infra.corrected_measurements import KIND, corrected_measurements
from infra.errors import BadQuery, NotFound, Unavailable
from infra.query import (
    MAX_PAGE,
    And,
    AnyOf,
    Everything,
    Facets,
    Filter,
    Group,
    Hit,
    Hits,
    Near,
    Not,
    Page,
    Query,
    Sort,
)
from infra.records import Annotation, Case, Instance, Measurement, Vector
from infra.text import parse_text
from ingest.arrival.prepare import Identifiers, Options
from ingest.embedding.vectors import embed_all, mean_vector, vectors_of
from ingest.fencing.fence import Fence
from ingest.showing.query_file import QueryFile, item_of, prepare_query

log = logging.getLogger(__name__)

MAX_FACET_VALUES = 1_000
QUICKLY = 5.0  # seconds
NO_VECTORS = (
    "Pictures cannot be compared now: these are the first hits by the words alone. Ask again later."
)


class Exclude(StrEnum):
    """What of the query itself is left out of the hits."""

    SELF = "self"
    PATIENT = "patient"
    STUDY = "study"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AskedFile:
    """What was understood of a file that is asked about: enough to ask again without the file.

    `vectors`: at least one, in the order of frames. `identifiers`: the names under which the
    archive may hold this object, its study and patient. `instance` says what the file's own header
    says, None for a plain picture. `thumbnail` is a WebP.
    """

    vectors: tuple[Vector, ...]
    identifiers: Identifiers
    instance: Instance | None
    thumbnail: bytes

    @property
    def pixel_hash(self) -> str:
        """sha256 of the decoded pixels; "" for a plain picture."""
        return self.instance.pixel_hash if self.instance else ""

    def near(self, frame: int | None = None) -> Near:
        """The vector of one frame (of all, where it has none), as something to look like."""
        return Near(mean_vector(_of_frame(self.vectors, frame)), self.vectors[0].model_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person asks, with one of: `like`, which names a stored instance; `file`, which need
    not be stored; `asked`, a file that was understood before. `mentions`: what reports must say of
    a finding that the text names (see `api/mentions.py`). `findings`: whether filters mean what the
    tagger found, or that after people's corrections.
    """

    like: str = ""
    file: Path | None = None
    asked: AskedFile | None = None
    frame: int | None = None
    text: str = ""
    mentions: Mentions = Mentions.ANY
    filter: Filter = Everything()
    findings: Findings = Findings.TAGGED
    exclude: Exclude = Exclude.SELF
    group: Group = Group.INSTANCE
    page: Page = Page()
    sort: Sort | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A hit with what is known of its case and best instance.

    `measurements` are those of the case after people's corrections, as it is found by them.
    """

    hit: Hit
    case: Case
    instance: Instance | None
    measurements: tuple[Measurement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Described hits in order; `total`, `next` and `model_id` as in Hits.

    `left_out` says what of the question could not be answered now, "" mostly.
    """

    hits: tuple[Described, ...]
    total: int
    next: str | None
    model_id: str
    left_out: str = ""


def build_query(app: Application, question: Question) -> Query:
    """The query of a question. Raises BadQuery, NotFound, or RejectedFile for its file."""
    if question.like and (question.file or question.asked):
        raise BadQuery("Ask with a stored instance or with a file, not with both.")
    words, said = understood(app, question.text, question.mentions)
    text = parse_text(words) if words else None
    if words and text is None:
        raise BadQuery("There is no word to search for in this text.")
    near, excluded = None, None
    if question.like:
        near, excluded = _like(app, question)
    elif asked := question.asked or (understand(app, question.file) if question.file else None):
        near, names = asked.near(question.frame), asked.identifiers
        excluded = _excluded(question.exclude, names.instances, names.studies, names.patients)
    asked_for = meant(question.filter, question.findings)
    said = meant(said, question.findings) if said else None
    parts = tuple(p for p in (asked_for, excluded, said) if p is not None)
    return Query(
        filter=parts[0] if len(parts) == 1 else And(parts),
        text=text,
        near=near,
        group=question.group,
        page=question.page,
        sort=question.sort,
    )


def search(app: Application, query: Query) -> Answer:
    """One page of described hits."""
    found, left_out = _found(app, query)
    return Answer(
        hits=tuple(_describe(app, found)),
        total=found.total,
        next=found.next,
        model_id=found.model_id or (query.near.model_id if query.near else ""),
        left_out=left_out,
    )


def _found(app: Application, query: Query) -> tuple[Hits, str]:
    """The page, and what had to be left out: where vectors do not answer, words alone may.

    A store that let us wait is not asked a second time, and no later page is answered like this:
    it would go on in another order.
    """
    index, began = app.services.index, monotonic()
    try:
        return index.search(query, app.scope), ""
    except Unavailable:
        waited = monotonic() - began > QUICKLY
        if query.near is None or query.text is None or query.page.after or waited:
            raise
        log.warning("vectors do not answer: a question is answered by its words alone")
        return replace(index.search(replace(query, near=None), app.scope), next=None), NO_VECTORS


def pages(app: Application, query: Query) -> Iterator[Answer]:
    """All pages from the query's own on; the size of the last ones is as asked."""
    while True:
        answer = search(app, query)
        yield answer
        if answer.next is None:
            return
        query = replace(query, page=replace(query.page, after=answer.next))


def search_first(app: Application, query: Query, count: int) -> Answer:
    """The first `count` hits, in as many pages as it takes."""
    hits: list[Described] = []
    size = max(1, min(count, MAX_PAGE))
    for answer in pages(app, replace(query, page=Page(size))):
        hits += answer.hits
        if len(hits) >= count:
            break
    return replace(answer, hits=tuple(hits[:count]))


def facets(
    app: Application,
    query: Query,
    fields: Sequence[str],
    findings: Findings = Findings.TAGGED,
) -> Facets:
    """Counts of cases by value, in the set that the query's filter and text describe."""
    return corrected_findings.facets(app, query, fields, findings, MAX_FACET_VALUES)


# --- the query vector -----------------------------------------------------------------------------


def _like(app: Application, question: Question) -> tuple[Near, Filter | None]:
    """The vector of a stored instance, found by its stored or original UID."""
    names = (question.like, app.pseudonyms.uid(question.like))
    stored = app.services.catalog.instances(names, app.scope)
    uid = next((name for name in names if name in stored), None)
    active = app.services.models.active()
    if uid is None or active is None:
        raise NotFound("No instance of this UID is indexed; `similis ledger` lists those that are.")
    vectors = app.services.vectors.of_instance(uid, active.model_id)
    if not vectors:
        raise NotFound("This instance has no vector; run `similis reindex --embed`.")
    if question.frame is not None and question.frame not in range(stored[uid].frames):
        raise NotFound(f"This instance has the frames 0 to {stored[uid].frames - 1}.")
    return (
        Near(mean_vector(_of_frame(vectors, question.frame)), active.model_id),
        _excluded(question.exclude, (uid,), (stored[uid].study_uid,), (stored[uid].patient,)),
    )


def understand(app: Application, path: Path, fence: Fence | None = None) -> AskedFile:
    """Read, render and embed a query file; `fence` saves starting worker processes for it alone.

    Raises RejectedFile, or NotFound for an archive without vectors: it has no neighbours to offer.
    """
    active = app.services.models.active()
    if active is None:
        raise NotFound("Nothing is indexed yet: run `similis ingest` first.")
    embedder = app.open_model()
    file = read_query(app, path, embedder.size, fence)
    try:
        values = embed_all(embedder, [file.pictures])
    finally:
        file.pictures.discard()
    return AskedFile(
        vectors=tuple(vectors_of("", active.model_id, file.views, values)),
        identifiers=file.identifiers,
        instance=file.instance,
        thumbnail=file.thumbnail,
    )


def read_query(app: Application, path: Path, size: int, fence: Fence | None = None) -> QueryFile:
    """Read and render a query file behind the fence. Raises RejectedFile."""
    settings = app.settings
    options = Options(settings=settings, key=app.key, size=size, staging=app.services.scratch())
    item = item_of(path)
    own = Fence(1, settings.decode_seconds, settings.decode_memory_mb)
    with nullcontext(fence) if fence else own as workers:
        return workers.submit(prepare_query, item, options).result()


def _of_frame(vectors: Sequence[Vector], frame: int | None) -> Sequence[Vector]:
    """The vector of one frame, or all: the frames of a cine share one, a thinned stack has gaps."""
    return [v for v in vectors if frame is not None and v.frame == frame] or vectors


def _excluded(
    exclude: Exclude,
    instances: Sequence[str],
    studies: Sequence[str],
    patients: Sequence[str],
) -> Filter | None:
    names = {
        Exclude.SELF: ("instance_uid", instances),
        Exclude.STUDY: ("study_uid", studies),
        Exclude.PATIENT: ("patient", patients),
        Exclude.NONE: ("", ()),
    }
    field, values = names[exclude]
    return Not(AnyOf(field, tuple(values))) if values else None


# --- describing -----------------------------------------------------------------------------------


def _describe(app: Application, found: Hits) -> Iterator[Described]:
    """Join hits with catalog records, in three round trips whatever their number."""
    cases = app.services.catalog.cases({hit.study_uid for hit in found.hits}, app.scope)
    uids = {hit.instance_uid for hit in found.hits if hit.instance_uid}
    instances = app.services.catalog.instances(uids, app.scope)
    said = _corrections(app, cases)
    for hit in found.hits:
        if hit.study_uid in cases:  # else erased since the index answered
            case = cases[hit.study_uid]
            yield Described(
                hit=hit,
                case=case,
                instance=instances.get(hit.instance_uid),
                measurements=corrected_measurements(
                    case.measurements, said.get(case.study_uid, ())
                ),
            )


def _corrections(app: Application, cases: Mapping[str, Case]) -> dict[str, list[Annotation]]:
    """What people said of the hearts among these cases."""
    hearts = [uid for uid, case in cases.items() if case.measurements]
    return app.services.annotations.of_studies(hearts, KIND) if hearts else {}
