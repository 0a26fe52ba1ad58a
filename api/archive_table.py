"""The archive as a table of labelled pictures: what reports say of a case labels its pictures.

Weak labels: the ICD-10-CM category of every finding that a current report says is present. A case
of which things are said, but none is present, is labelled `no_finding`; what is uncertain,
historical, or somebody else's labels nothing. One patient in seven is kept for validation.
"""

import csv
import hashlib
import shutil
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from api.application import Application
from infra.errors import BadSetup, NotFound
from infra.records import Assertion, Case, Finding, Instance

NAME = "archive"
NO_FINDING = "no_finding"
COLUMNS = (
    "file", "patient_id", "labels", "modality", "body_part", "view", "site", "sex", "age", "split"
)  # fmt: skip
CATEGORY = 3  # characters of an ICD-10-CM code that name its category
CASES_AT_ONCE = 64
VALIDATION = 7  # one patient in so many


def write_archive_table(app: Application, folder: Path) -> Path:
    """Copy the kept originals of all labelled pictures into `folder`, and write their table.

    The copies are as de-identified as the archive. Raises BadSetup where nothing is labelled.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    table = folder / f"{NAME}.csv"
    with table.open("w", newline="", encoding="utf-8") as handle:
        rows = csv.writer(handle)
        rows.writerow(COLUMNS)
        count = 0
        for case, labels in _labelled(app):
            for instance in case.instances:
                if file := _copied(app, instance, folder):
                    rows.writerow(_row(file, instance, labels))
                    count += 1
    if not count:
        raise BadSetup("No picture of this archive has a report that was tagged: nothing to learn.")
    return table


def labels_of(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The categories that are present, sorted; NO_FINDING when there are none."""
    present = {f.code[:CATEGORY].lower() for f in findings if f.assertion is Assertion.PRESENT}
    return tuple(sorted(present - {""})) or (NO_FINDING,)


def split_of(patient: str) -> str:
    """The split: val for one patient in VALIDATION, by a hash of the name, train for the rest."""
    digest = hashlib.sha256(patient.encode()).digest()
    return "val" if digest[0] % VALIDATION == 0 else "train"


def _labelled(app: Application) -> Iterator[tuple[Case, tuple[str, ...]]]:
    """Cases of which a report says anything, be it that something is absent, with their labels."""
    catalog = app.services.catalog
    studies = catalog.study_uids(app.scope)
    while chunk := list(islice(studies, CASES_AT_ONCE)):
        for case in catalog.cases(chunk, app.scope).values():
            if case.current_findings:
                yield case, labels_of(case.current_findings)


def _copied(app: Application, instance: Instance, folder: Path) -> str:
    """The name of the copy; "" for an instance whose original was not kept."""
    name = f"{instance.instance_uid}.dcm"
    try:
        with (
            app.services.blobs.open(instance.original) as source,
            (folder / name).open("wb") as target,
        ):
            shutil.copyfileobj(source, target)
    except NotFound:
        return ""
    return name


def _row(file: str, instance: Instance, labels: tuple[str, ...]) -> tuple[str, ...]:
    return (
        file,
        instance.patient,
        "|".join(labels),
        instance.modality,
        instance.body_part,
        instance.view,
        instance.manufacturer,  # the nearest to a site that de-identification leaves
        instance.sex,
        "" if instance.age_years is None else f"{instance.age_years:g}",
        split_of(instance.patient),
    )
