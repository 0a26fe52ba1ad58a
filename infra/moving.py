"""An archive from one set of stores to another, through the ports alone.

Blobs come first, then cases with what was said of them, vectors, the ledger, models; the index is
made anew from them. What is there already and the same is passed over, so that a move that was cut
off goes on when it is asked for again. Nothing else may write either archive meanwhile: in the end
both are read whole and compared (see `infra/move_check.py`).
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations, groupby
from pathlib import Path

from infra.errors import BadSetup
from infra.parts import in_parts
from infra.query import AccessScope
from infra.records import Case, Vector
from infra.reindexing import rebuild
from infra.services import Services

EVERYTHING = AccessScope.everything()
STUDIES_AT_ONCE = 64
ROWS_AT_ONCE = 32  # which a ledger writes all or none
VECTORS_AT_ONCE = 256
CHUNK = 1 << 20

Step = Callable[[str, int], object]  # told of what kind how many have been moved or passed over


def move_blobs(source: Services, target: Services, step: Step) -> None:
    """Every file that the target does not have. Raises BadSetup for one that is damaged."""
    for study_uid, keys in groupby(source.blobs.keys(), key=lambda key: key.partition("/")[0]):
        there = set(target.blobs.keys(study_uid))
        for key in keys:
            if key not in there:
                _move_blob(source, target, key)
            step("blobs", 1)


def _move_blob(source: Services, target: Services, key: str) -> None:
    study_uid, _, name = key.partition("/")
    sha256, _, suffix = name.partition(".")
    path = target.scratch() / f"move-{sha256}"
    if _copied(source, key, path) != sha256:
        path.unlink()
        raise BadSetup(f"The file {key} is damaged here: restore it, or delete its study first.")
    with target.blobs.storing():
        target.blobs.put_file(study_uid, path, sha256, suffix)


def _copied(source: Services, key: str, path: Path) -> str:
    digest = hashlib.sha256()
    with source.blobs.open(key) as blob, path.open("wb") as copy:
        while chunk := blob.read(CHUNK):
            digest.update(chunk)
            copy.write(chunk)
    return digest.hexdigest()


def move_cases(source: Services, target: Services, step: Step) -> None:
    """Cases with their keys, all versions of reports, findings, measurements and annotations."""
    for uids in in_parts(source.catalog.study_uids(EVERYTHING), STUDIES_AT_ONCE):
        here, there = (s.catalog.cases(uids, EVERYTHING) for s in (source, target))
        said = source.annotations.of_studies(uids)
        for uid, case in here.items():
            if not is_same(source, target, case, there.get(uid)):
                with target.together():
                    _move_case(source, target, case)
            for annotation in said.get(uid, ()):
                target.annotations.put(annotation)
        step("cases", len(uids))


def is_same(source: Services, target: Services, case: Case, other: Case | None) -> bool:
    """Whether the target has all of a case; how often it has changed does not matter."""
    if other is None or replace(other, version=case.version) != case:
        return False
    uid = case.study_uid
    return (source.catalog.study_keys(uid), source.catalog.marks(uid)) == (
        target.catalog.study_keys(uid),
        target.catalog.marks(uid),
    )


def _move_case(source: Services, target: Services, case: Case) -> None:
    """What a move that was cut off has left of it goes first: versions of reports only grow."""
    uid, catalog = case.study_uid, target.catalog
    keys, marks = source.catalog.study_keys(uid), source.catalog.marks(uid)
    if keys is None:
        raise BadSetup("A study vanished while it was moved: let nothing else write meanwhile.")
    catalog.delete_study(uid)
    for instance in case.instances:
        catalog.put_instance(instance, case.dataset, keys)
    for attachment in case.attachments:
        catalog.put_attachment(attachment, case.dataset, keys)
    for report in sorted(case.reports, key=lambda report: (report.report_id, report.version)):
        catalog.put_report(report, case.dataset)
    for report_id in {report.report_id for report in case.reports}:
        findings = [one for one in case.findings if one.report_id == report_id]
        tagger_id = marks.taggers.get(report_id, "")
        if findings or tagger_id:
            catalog.put_findings(uid, report_id, findings, tagger_id=tagger_id)
    for instance_uid, model_id in marks.meters.items():
        found = [one for one in case.measurements if one.instance_uid == instance_uid]
        catalog.put_measurements(instance_uid, found, model_id=model_id)


def move_models(source: Services, target: Services) -> None:
    """Which models made vectors here, and what a gate found of them."""
    models = source.models.models()
    for record in models:
        target.models.register(record)
    for one, other in combinations((record.model_id for record in models), 2):
        agreement = source.models.agreement(one, other)
        if agreement is not None:
            target.models.agree(one, other, agreement)
    active, announced = source.models.active(), source.models.announced()
    if active is not None:
        target.models.activate(active.model_id)
    target.models.announce(announced.model_id if announced else None)


def move_vectors(source: Services, target: Services, step: Step) -> None:
    """Vectors of every model, bit for bit."""
    for record in source.models.models():
        model_id = record.model_id
        by_instance = groupby(source.vectors.iterate(model_id), key=lambda v: v.instance_uid)
        for uid, group in by_instance:
            vectors = list(group)
            if not same_vectors(vectors, target.vectors.of_instance(uid, model_id)):
                target.vectors.replace(uid, model_id, vectors)
            step("vectors", len(vectors))


def same_vectors(some: Sequence[Vector], others: Sequence[Vector]) -> bool:
    """Whether these are the same vectors to the last bit, in any order."""
    known = {vector.vector_id: vector.values.tobytes() for vector in others}
    return known == {vector.vector_id: vector.values.tobytes() for vector in some}


def move_ledger(source: Services, target: Services, step: Step) -> None:
    """Rows of received files, waiting reports, tombstones and notes of unfinished studies."""
    for rows in in_parts(source.ledger.rows(), ROWS_AT_ONCE):
        target.ledger.mark(rows)
        step("ledger", len(rows))
    there = {report.waiting_id for report in target.ledger.all_waiting()}
    target.ledger.drop_waiting(there)  # they would lose their order
    for reports in in_parts(source.ledger.all_waiting(), ROWS_AT_ONCE):
        target.ledger.put_waiting(reports)
    for tokens in in_parts(source.ledger.tombstones(), ROWS_AT_ONCE):
        target.ledger.bury(tokens)
    target.ledger.begin(source.ledger.unfinished())


def move_index(target: Services, step: Step) -> None:
    """The index, from the cases and vectors of the target."""
    rebuild(target, lambda count: step("indexed", count))
