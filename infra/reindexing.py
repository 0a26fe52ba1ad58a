"""Catalog -> index: what a case looks like there, and how the whole index is rebuilt."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import groupby, islice

from infra import corrections
from infra.fields import index_rows
from infra.query import AccessScope
from infra.records import CaseHead, Vector
from infra.services import Services
from infra.texts import case_text

CASES_AT_ONCE = 256
VECTORS_AT_ONCE = 2_048
TRIES = 20


def index_cases(services: Services, study_uids: Iterable[str]) -> None:
    """Make these cases searchable as the catalog has them now; vectors are not touched."""
    cases = services.catalog.cases(study_uids, AccessScope.everything())
    said = services.annotations.of_studies(cases, corrections.KIND)
    rows = [row for uid, case in cases.items() for row in index_rows(case, said.get(uid, ()))]
    if rows:
        services.index.put(rows, [case_text(case.head) for case in cases.values()])


def index_as_said(services: Services, study_uid: str) -> None:
    """Index a case after something was said of it: again, while others say something meanwhile.

    Who reads the case first may come to the index last; each looks afterwards whether it is him.
    """
    for _ in range(TRIES):
        before = services.annotations.of_studies([study_uid], corrections.KIND)
        index_cases(services, [study_uid])
        if services.annotations.of_studies([study_uid], corrections.KIND) == before:
            return


def with_corrections(services: Services, heads: Mapping[str, CaseHead]) -> dict[str, CaseHead]:
    """The same cases with what people said of their findings, as they are indexed."""
    said = services.annotations.of_studies(heads, corrections.KIND)
    return {
        uid: replace(head, corrections=tuple(said[uid])) if uid in said else head
        for uid, head in heads.items()
    }


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
