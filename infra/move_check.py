"""Whether two archives hold the same: counts and sums over everything, in any order."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, islice

from infra.codec import to_json
from infra.query import AccessScope, Group, Page, Query
from infra.services import Services

EVERYTHING = AccessScope.everything()
STUDIES_AT_ONCE = 64
MODULUS = 1 << 256


@dataclass(frozen=True, slots=True)
class Sum:
    """How many things there are, and the sum of their sha256 modulo 2^256."""

    count: int
    digest: str


def summed(things: Iterable[bytes]) -> Sum:
    """The sum of things, whatever their order."""
    count = total = 0
    for thing in things:
        count += 1
        total = (total + int.from_bytes(hashlib.sha256(thing).digest())) % MODULUS
    return Sum(count, f"{total:064x}")


def records_of(services: Services) -> dict[str, Sum]:
    """The sums of all that SIMILIS_CATALOG moves."""
    ledger, models = services.ledger, services.models
    return {
        "cases": summed(_cases(services)),
        "annotations": summed(_annotations(services)),
        "vectors": summed(_vectors(services)),
        "ledger": summed(to_json(row).encode() for row in ledger.rows()),
        "waiting": summed(f"{n} {one}".encode() for n, one in enumerate(ledger.all_waiting())),
        "tombstones": summed(token.encode() for token in ledger.tombstones()),
        "unfinished": summed(to_json(note).encode() for note in ledger.unfinished()),
        "models": summed(to_json(record).encode() for record in models.models()),
        "choices": summed(_choices(services)),
    }


def blobs_of(services: Services) -> dict[str, Sum]:
    """The sum of all keys, which hold the sha256 of what they name, and sizes."""
    blobs = services.blobs
    keys = services.blobs.keys()
    return {"blobs": summed(f"{key} {blobs.size(key)}".encode() for key in keys)}


def index_of(services: Services) -> dict[str, Sum]:
    """The sums of the cases that are found, and of the numbers of vectors by model."""
    return _indexed(services, _found(services), services.index.vector_count)


def index_due(services: Services) -> dict[str, Sum]:
    """The same as it has to be."""
    studies = services.catalog.study_uids(EVERYTHING)
    return _indexed(services, studies, services.vectors.count)


def _indexed(
    services: Services, studies: Iterable[str], vectors: Callable[[str], int]
) -> dict[str, Sum]:
    models = [record.model_id for record in services.models.models()]
    counts = [vectors(model_id) for model_id in models]
    named = (f"{name} {count}".encode() for name, count in zip(models, counts, strict=True))
    return {
        "indexed": summed(uid.encode() for uid in studies),
        "indexed_vectors": Sum(sum(counts), summed(named).digest),
    }


def _cases(services: Services) -> Iterator[bytes]:
    catalog = services.catalog
    studies = catalog.study_uids(EVERYTHING)
    while uids := list(islice(studies, STUDIES_AT_ONCE)):
        for uid, case in catalog.cases(uids, EVERYTHING).items():
            marks, keys = catalog.marks(uid), catalog.study_keys(uid)
            said = (sorted(marks.taggers.items()), sorted(marks.meters.items()))
            yield f"{replace(case, version=0)} {keys and to_json(keys)} {said}".encode()


def _annotations(services: Services) -> Iterator[bytes]:
    studies = services.catalog.study_uids(EVERYTHING)
    while uids := list(islice(studies, STUDIES_AT_ONCE)):
        for said in services.annotations.of_studies(uids).values():
            yield from (to_json(annotation).encode() for annotation in said)


def _vectors(services: Services) -> Iterator[bytes]:
    for record in services.models.models():
        for vector in services.vectors.iterate(record.model_id):
            yield f"{record.model_id} {vector.vector_id} ".encode() + vector.values.tobytes()


def _choices(services: Services) -> Iterator[bytes]:
    """Which model is in use, which is being changed to, and what gates have found."""
    models = services.models
    active, announced = models.active(), models.announced()
    yield f"{active and active.model_id} {announced and announced.model_id}".encode()
    for one, other in combinations((record.model_id for record in models.models()), 2):
        yield f"{one} {other} {models.agreement(one, other)}".encode()


def _found(services: Services) -> Iterator[str]:
    page: Page | None = Page(1_000)
    while page is not None:
        found = services.index.search(Query(group=Group.CASE, page=page), EVERYTHING)
        yield from (hit.study_uid for hit in found.hits)
        page = Page(1_000, found.next) if found.next else None
