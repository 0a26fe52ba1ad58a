"""Catalog -> index: what a case looks like there, and how the whole index is rebuilt."""

from collections.abc import Callable, Iterable, Mapping
from itertools import groupby, islice

from infra import corrected_measurements, corrections, fields
from infra.query import AccessScope
from infra.records import Annotation, CaseHead, Vector
from infra.services import Services
from infra.texts import case_text

CASES_AT_ONCE = 256
VECTORS_AT_ONCE = 2_048
TRIES = 20
INDEXED = frozenset({corrections.KIND, corrected_measurements.KIND})  # kinds of what people say


def index_cases(services: Services, study_uids: Iterable[str]) -> None:
    """Make these cases searchable as the catalog has them now; vectors are not touched."""
    cases = services.catalog.cases(study_uids, AccessScope.everything())
    said = _said(services, cases)
    rows = [
        row for uid, case in cases.items() for row in fields.index_rows(case, said.get(uid, ()))
    ]
    if rows:
        services.index.put(rows, [case_text(case.head) for case in cases.values()])


def index_as_said(services: Services, study_uid: str) -> None:
    """Index a case after something was said of it: again, while others say something meanwhile.

    Who reads the case first may come to the index last; each looks afterwards whether it is him.
    """
    for _ in range(TRIES):
        before = _said(services, [study_uid])
        index_cases(services, [study_uid])
        if _said(services, [study_uid]) == before:
            return


def with_corrections(services: Services, heads: Mapping[str, CaseHead]) -> dict[str, CaseHead]:
    """The same cases with what people said of them, as they are indexed."""
    said = _said(services, heads)
    return {uid: fields.with_corrections(head, said.get(uid, ())) for uid, head in heads.items()}


def _said(services: Services, study_uids: Iterable[str]) -> dict[str, tuple[Annotation, ...]]:
    """What of it the index knows, by study; those of which nothing was said are left out."""
    found = services.annotations.of_studies(study_uids)
    said = {uid: tuple(a for a in of_study if a.kind in INDEXED) for uid, of_study in found.items()}
    return {uid: some for uid, some in said.items() if some}


def rebuild(services: Services, progress: Callable[[int], object]) -> dict[str, int]:
    """Clear the index and fill it from the catalog and the stored vectors of every model.

    Nothing is embedded again. Returns counts of cases and vectors.
    """
    services.index.clear()
    cases = 0
    studies = services.catalog.study_uids(AccessScope.everything())
    while chunk := list(islice(studies, CASES_AT_ONCE)):
        index_cases(services, chunk)
        cases += len(chunk)
        progress(len(chunk))
    return {"cases": cases, "vectors": _put_vectors(services)}


def _put_vectors(services: Services) -> int:
    return sum(put_vectors_again(services, record.model_id) for record in services.models.models())


def put_vectors_again(services: Services, model_id: str) -> int:
    """Put all stored vectors of a model into the index; how many there are.

    Those of one instance go together, for what is put replaces all that the instance had.
    """
    count = 0
    chunk: list[Vector] = []
    vectors = services.vectors.iterate(model_id)
    for _, of_instance in groupby(vectors, key=lambda vector: vector.instance_uid):
        chunk.extend(of_instance)
        if len(chunk) >= VECTORS_AT_ONCE:
            services.index.put_vectors(chunk)
            count += len(chunk)
            chunk = []
    services.index.put_vectors(chunk)
    return count + len(chunk)
