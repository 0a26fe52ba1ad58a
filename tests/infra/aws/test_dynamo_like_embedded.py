"""The same writes give the same catalog in DynamoDB as in the home, whatever their order."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from infra.aws.dynamo_catalog import DynamoCatalog
from infra.errors import NotFound
from infra.ports import Catalog
from infra.query import AccessScope
from infra.records import Instance, StudyKeys
from infra.settings import Settings
from infra.wiring import build
from tests.contracts.examples import ALL, attachment, finding, instance, measurement, report
from tests.infra.aws.dynamo import Watched

STUDIES = ("1.1", "1.2", "2.1")
UIDS = ("1.1.1", "1.1.2", "1.2.1", "2.1.1")
DATASETS = ("a", "b#c")
WRITES = 200
LOOK_EVERY = 40


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Catalog]:
    with build(Settings(home=tmp_path / "home")) as services:
        yield services.catalog


def image(chance: random.Random, uid: str, study: str) -> Instance:
    return instance(
        uid,
        study,
        patient=chance.choice(("p", "q")),
        pixel_hash=chance.choice("xyz"),
        modality=chance.choice(("US", "US", "CT")),
        labels=tuple(chance.sample(("one", "two", "three"), chance.randrange(3))),
        series_number=chance.choice((None, 1, 2)),
        original=f"{study}/{chance.choice('ab') * 64}.dcm",
    )


def keys(chance: random.Random) -> StudyKeys:
    return StudyKeys(
        accession_key=chance.choice(("", "acc", "other")),
        patient_key=chance.choice(("", "pat")),
        name_keys=frozenset(chance.sample("nmo", 2)),
        date_shift_days=chance.choice((0, -40)),
    )


def some_write(chance: random.Random) -> Callable[[Catalog], object]:
    """A write with everything about it decided."""
    uid, study, dataset = (chance.choice(of) for of in (UIDS, STUDIES, DATASETS))
    study = uid.rpartition(".")[0] if chance.random() < 0.9 else study
    dataset = "a" if chance.random() < 0.9 else dataset
    again, name = chance.random() < 0.5, chance.choice(("r/1", "r#2"))
    model = chance.choice(("", "m1", "m2"))
    match chance.randrange(12):
        case 0 | 1 | 2 | 3:
            item, its = image(chance, uid, study), keys(chance)
            return lambda catalog: catalog.put_instance(item, dataset, its, replace=again)
        case 4:
            thing, its = attachment(uid, study, content_hash=chance.choice("xy")), keys(chance)
            return lambda catalog: catalog.put_attachment(thing, dataset, its, replace=again)
        case 5 | 6 | 7:
            day = chance.choice((None, date(2020, 1, 1), date(2020, 1, 2)))
            text = report(chance.choice(("yes", "no")), study, report_id=name, date=day)
            return lambda catalog: catalog.put_report(text, dataset)
        case 8 | 9:
            version = chance.choice((None, 1, 2))
            found = [finding(code, report_id=name) for code in chance.sample(("J90", "J91"), 1)]
            return lambda catalog: catalog.put_findings(
                study, name, found, version=version, tagger_id=model
            )
        case 10:
            made = [measurement(instance_uid=uid, trace=chance.choice(("", f"{study}/t.json")))]
            made = made[: chance.randrange(2)]
            return lambda catalog: catalog.put_measurements(uid, made, model_id=model)
        case _:
            if chance.random() < 0.6:
                return lambda catalog: catalog.study_keys(study)
            return lambda catalog: catalog.delete_study(study)


def said(write: Callable[[Catalog], object], catalog: Catalog) -> object:
    try:
        return write(catalog)
    except NotFound:
        return NotFound


def everything(catalog: Catalog) -> dict[str, object]:
    """All that a catalog can tell."""
    seen: dict[str, object] = {
        "heads": catalog.heads(STUDIES, ALL),
        "keys": {uid: catalog.study_keys(uid) for uid in STUDIES},
        "blobs": {uid: catalog.blob_keys(uid) for uid in STUDIES},
        "accession": [catalog.studies_by_accession(key) for key in ("", "acc", "other")],
        "patient": [catalog.studies_by_patient_key(key) for key in ("", "pat")],
        "studies": catalog.studies_of_instances(UIDS, ALL),
    }
    for scope in (ALL, AccessScope.only("b#c"), AccessScope.only()):
        seen[f"cases {scope}"] = catalog.cases(STUDIES, scope)
        seen[f"images {scope}"] = catalog.instances(UIDS, scope)
        seen[f"attachments {scope}"] = catalog.attachments(UIDS, scope)
        seen[f"datasets {scope}"] = catalog.datasets(scope)
        for dataset in ("", *DATASETS):
            seen[f"uids {scope} {dataset}"] = list(catalog.study_uids(scope, dataset=dataset))
            of_patient = catalog.study_uids(scope, dataset=dataset, patient="p")
            seen[f"uids of p {scope} {dataset}"] = list(of_patient)
    for model in ("", "m1", "m2", "new"):
        seen[f"untagged {model}"] = sorted(catalog.untagged(model))
        seen[f"unmeasured {model}"] = list(catalog.unmeasured(model))
    return seen


def test_the_same_writes_give_the_same_catalog(dynamo: Watched, embedded: Catalog) -> None:
    chance, catalog = random.Random(1), DynamoCatalog(dynamo.tables)
    answers = set()
    for number in range(WRITES):
        write = some_write(chance)
        here, there = said(write, embedded), said(write, catalog)
        assert there == here
        answers.add(str(here).partition("(")[0])
        if number % LOOK_EVERY == LOOK_EVERY - 1:
            assert everything(catalog) == everything(embedded)
    assert {"created", "same", "replaced", "conflict", "Report", "Case"} <= answers


def test_records_of_any_form_come_back(dynamo: Watched, embedded: Catalog) -> None:
    odd = "ä\N{SNOWMAN}\N{PILE OF POO}\n\t\0'\"#~%/="
    catalog = DynamoCatalog(dynamo.tables)
    for store in (embedded, catalog):
        thing = replace(instance("1.1.1", "1.1"), patient=odd, labels=(odd, odd * 2), view=odd)
        store.put_instance(thing, odd, StudyKeys(accession_key=odd, patient_key=odd))
        store.put_report(report(odd, "1.1", report_id=odd), odd)
        store.put_findings("1.1", odd, [finding(report_id=odd, text=odd)], tagger_id=odd)
        store.put_measurements("1.1.1", [measurement(method=odd)], model_id=odd)
    assert everything(catalog) == everything(embedded)
    assert list(catalog.study_uids(ALL, dataset=odd, patient=odd)) == ["1.1"]
    assert list(catalog.untagged("t")) == [("1.1", odd)]
    assert catalog.delete_study("1.1") is not None
