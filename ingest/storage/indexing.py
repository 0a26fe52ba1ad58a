"""What a batch changed becomes searchable: the work is that of the batch, not of its studies."""

from collections.abc import Mapping, Sequence, Set

from infra.fields import rows_of, says_the_same
from infra.ports import Stored
from infra.query import AccessScope
from infra.records import CaseHead, IndexRow
from infra.reindexing import index_cases, with_corrections
from infra.services import Services
from infra.texts import case_text
from ingest.storage.decide import Received

EVERYTHING = AccessScope.everything()


def index_new(
    services: Services,
    stored: Sequence[Received],
    results: Mapping[str, Stored],
    before: Mapping[str, CaseHead],
    joined: Set[str],
) -> None:
    """Put rows of what was stored, by its results, and the texts of its studies.

    Every row of a study is put where its case says something else than `before` (a first report
    makes all of them `has_report`), where a report `joined` it, and where a crash may have cut off
    an earlier run: SAME is an object that was in the catalog and is finished only now.
    """
    studies = {r.study_uid for r in stored}
    heads = with_corrections(services, services.catalog.heads(studies, EVERYTHING))
    before = with_corrections(services, before)
    whole = {r.study_uid for r in stored if results[r.uid] is Stored.SAME} | joined
    whole |= {uid for uid, head in heads.items() if _changed(before.get(uid), head)}
    # Heads come first: rows that are newer than their version are replaced by whoever made them so.
    rows = _rows(services, [r for r in stored if r.study_uid not in whole], heads)
    texts = [case_text(head) for uid, head in heads.items() if uid not in whole]
    if texts:
        services.index.put(rows, texts)
    if whole:
        index_cases(services, whole)


def _rows(
    services: Services, stored: Sequence[Received], heads: Mapping[str, CaseHead]
) -> list[IndexRow]:
    new = services.catalog.instances({r.uid for r in stored}, EVERYTHING)
    rows: list[IndexRow] = []
    for study_uid in {r.study_uid: None for r in stored}:
        if study_uid in heads:  # else erased just now
            own = [new[r.uid] for r in stored if r.study_uid == study_uid and r.uid in new]
            rows += rows_of(heads[study_uid], own)
    return rows


def _changed(before: CaseHead | None, now: CaseHead) -> bool:
    return before is not None and not says_the_same(before, now)
