"""DynamoCatalog on a real server: what the port does not say."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import pytest

from infra.aws.dynamo_catalog import DynamoCatalog
from infra.aws.dynamo_tables import DynamoTables
from infra.errors import NotFound
from infra.ports import Stored
from infra.records import Case, Finding, Instance, Report, StudyKeys
from tests.contracts.examples import ALL, KEYS, attachment, finding, instance, measurement, report
from tests.infra.aws.dynamo import Killed, Watched

FOUND_BY = StudyKeys(accession_key="acc", patient_key="pat", name_keys=frozenset({"n"}))
REGISTRIES = ("datasets", "meters", "taggers")  # names and numbers that stay


@pytest.fixture
def catalog(dynamo: Watched) -> DynamoCatalog:
    return DynamoCatalog(dynamo.tables)


def noise(size: int, seed: int = 0) -> str:
    """Text that hardly gets smaller."""
    return random.Random(seed).randbytes(size // 2).hex()


def large_instance(letter: str) -> Instance:
    """One whose record needs several items; `letter` makes it another one."""
    labels = tuple(noise(60_000, ord(letter) + number) for number in range(14))
    return instance(pixel_hash=letter, labels=labels)


def case(catalog: DynamoCatalog, study_uid: str = "1.2.3") -> Case:
    return catalog.cases([study_uid], ALL)[study_uid]


def left_over(dynamo: Watched) -> list[str]:
    """Where there still is something that is not a registry."""
    keys = (item["pk"]["S"] for item in dynamo.items("cases"))
    return sorted(key for key in keys if key not in REGISTRIES)


# --- what it costs --------------------------------------------------------------------------------


def test_an_object_costs_two_calls_and_a_head_one_however_many_there_are(
    dynamo: Watched, catalog: DynamoCatalog
) -> None:
    catalog.put_instance(instance(), "default", KEYS)
    few = dynamo.during(lambda: catalog.heads(["1.2.3"], ALL))
    for number in range(2, 60):
        catalog.put_instance(instance(f"1.2.3.{number}"), "default", KEYS)
    put = dynamo.during(lambda: catalog.put_instance(instance("1.2.3.99"), "default", KEYS))
    assert put == {"BatchGetItem": 1, "TransactWriteItems": 1}
    assert dynamo.during(lambda: catalog.heads(["1.2.3"], ALL)) == few == {"Query": 1}
    assert dynamo.during(lambda: catalog.cases(["1.2.3"], ALL)) == {"Query": 2}
    uids = [f"1.2.3.{number}" for number in range(250)]
    assert dynamo.during(lambda: catalog.instances(uids, ALL)) == {"BatchGetItem": 4}


def test_nothing_scans(dynamo: Watched, catalog: DynamoCatalog) -> None:
    def everything() -> None:
        catalog.put_instance(instance(modality="US"), "default", FOUND_BY)
        catalog.put_attachment(attachment(), "default", KEYS)
        catalog.put_report(report("x"), "default")
        catalog.put_findings("1.2.3", "r1", [finding()], version=1, tagger_id="t")
        catalog.put_measurements("1.2.3.1", [measurement()], model_id="m")
        assert list(catalog.untagged("other")) == [("1.2.3", "r1")]
        assert list(catalog.unmeasured("other")) == ["1.2.3.1"]
        assert list(catalog.study_uids(ALL)) == list(catalog.study_uids(ALL, patient="patient-1"))
        assert catalog.studies_by_accession("acc") == catalog.studies_by_patient_key("pat")
        assert catalog.datasets(ALL) == {"default": 1}
        catalog.blob_keys("1.2.3")
        catalog.study_keys("1.2.3")
        catalog.attachments(catalog.studies_of_instances(["1.2.3.7"], ALL), ALL)
        catalog.scrub()
        assert catalog.delete_study("1.2.3")

    asked = dynamo.during(everything)
    assert "Scan" not in asked
    assert asked["Query"] > 0


# --- what does not fit into an item ---------------------------------------------------------------


def test_large_records_come_back_and_leave_nothing_behind(
    dynamo: Watched, catalog: DynamoCatalog
) -> None:
    image, text = large_instance("a"), noise(1_600_000)
    catalog.put_instance(image, "default", FOUND_BY)
    catalog.put_report(report(text), "default")
    many = [finding(text=noise(400, number)) for number in range(2_200)]
    beats = tuple(random.Random(1).random() for _ in range(50_000))
    made = measurement(per_beat=beats)
    catalog.put_findings("1.2.3", "r1", many)
    catalog.put_measurements("1.2.3.1", [made])
    found = case(catalog)
    assert found.instances == (image,) == tuple(catalog.instances(["1.2.3.1"], ALL).values())
    assert [each.text for each in found.reports] == [text]
    assert found.findings == tuple(many)
    assert found.measurements == (made,)
    assert catalog.heads(["1.2.3"], ALL)["1.2.3"].findings == tuple(many)
    before = len(dynamo.items("cases"))
    catalog.put_findings("1.2.3", "r1", [])
    catalog.put_measurements("1.2.3.1", [])
    assert len(dynamo.items("cases")) < before
    assert catalog.put_report(report(text), "default").version == 1
    catalog.delete_study("1.2.3")
    assert left_over(dynamo) == []


def test_words_without_measure_are_cut_and_nothing_else(catalog: DynamoCatalog) -> None:
    fits = instance("1.2.3.1", labels=tuple(f"plain words {n} " * 400 for n in range(120)))
    harmful = large_instance("a")
    for image in (fits, replace(harmful, instance_uid="1.2.3.2")):
        catalog.put_instance(image, "default", KEYS)
    words = catalog.heads(["1.2.3"], ALL)["1.2.3"].wording
    assert set(fits.labels) < set(words) < {*fits.labels, *harmful.labels}
    assert case(catalog).instances[1].labels == harmful.labels


# --- kills ----------------------------------------------------------------------------------------


def test_a_kill_leaves_the_old_object_or_the_new_one(
    dynamo: Watched, catalog: DynamoCatalog
) -> None:
    def prepare() -> None:
        catalog.delete_study("1.2.3")
        catalog.put_instance(large_instance("a"), "default", KEYS)
        catalog.put_measurements("1.2.3.1", [measurement()])

    def look() -> object:
        found = case(catalog)
        return found.instances, found.measurements, found.head.wording

    dynamo.killed_at_every_write(
        prepare,
        lambda: catalog.put_instance(large_instance("b"), "default", KEYS, replace=True),
        look,
    )
    catalog.delete_study("1.2.3")
    assert left_over(dynamo) == []


def test_a_kill_leaves_the_old_findings_or_the_new_ones(
    dynamo: Watched, catalog: DynamoCatalog
) -> None:
    def many(letter: str) -> list[Finding]:
        return [finding(text=noise(400, ord(letter) * n)) for n in range(2_200)]

    first, second = many("a"), many("b")
    catalog.put_instance(instance(), "default", KEYS)
    catalog.put_report(report("Effusion."), "default")
    dynamo.killed_at_every_write(
        lambda: catalog.put_findings("1.2.3", "r1", first, tagger_id="one"),
        lambda: catalog.put_findings("1.2.3", "r1", second, tagger_id="two"),
        lambda: (case(catalog).findings, list(catalog.untagged("one"))),
    )


def fill(catalog: DynamoCatalog) -> Case:
    catalog.put_instance(large_instance("a"), "default", FOUND_BY)
    for number in range(2, 5):
        image = instance(f"1.2.3.{number}", modality="US", patient=f"patient-{number}")
        catalog.put_instance(image, "default", KEYS)
    catalog.put_attachment(attachment(), "default", KEYS)
    for text in ("one", noise(800_000)):
        catalog.put_report(report(text), "default")
    catalog.put_findings("1.2.3", "r1", [finding()], tagger_id="t")
    catalog.put_measurements("1.2.3.2", [measurement()], model_id="m")
    return case(catalog)


def test_deleting_goes_on_where_it_was_killed(dynamo: Watched, catalog: DynamoCatalog) -> None:
    for number in count():
        whole = fill(catalog)
        try:
            with dynamo.killed_before_write(number):
                assert catalog.delete_study("1.2.3") == whole
            break
        except Killed:  # it can still be found by all that an eraser may know
            assert set(catalog.heads(["1.2.3"], ALL)) == {"1.2.3"}
            assert catalog.studies_by_patient_key("pat") == ["1.2.3"]
            assert list(catalog.study_uids(ALL, patient="patient-3")) == ["1.2.3"]
            assert catalog.datasets(ALL) == {"default": 1}
        assert catalog.delete_study("1.2.3") is not None
        assert left_over(dynamo) == []
        assert catalog.datasets(ALL) == {}
    assert number > 3
    assert left_over(dynamo) == []


def test_a_half_deleted_study_can_be_put_again(dynamo: Watched, catalog: DynamoCatalog) -> None:
    for number in (1, 4):
        fill(catalog)
        with pytest.raises(Killed), dynamo.killed_before_write(number):
            catalog.delete_study("1.2.3")
        with pytest.raises(NotFound):
            catalog.put_report(report("too late"), "default")
        elsewhere = instance("1.2.3.2", "1.9")  # its UID is free again, too
        assert catalog.put_instance(elsewhere, "default", KEYS) is Stored.CREATED
        assert catalog.put_instance(instance(), "default", KEYS) is Stored.CREATED
        assert case(catalog).instances == (instance(),)
        assert case(catalog).reports == case(catalog).findings == ()
        assert catalog.datasets(ALL) == {"default": 2}
        catalog.delete_study("1.2.3")
        catalog.delete_study("1.9")
        assert left_over(dynamo) == []


# --- many at once ---------------------------------------------------------------------------------


def test_two_processes_make_the_tables_at_once(dynamo: Watched) -> None:
    both = [DynamoTables(dynamo.setup) for _ in range(2)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: DynamoCatalog(both[n % 2]).datasets(ALL), range(4)))
    for tables in both:
        tables.close()


def test_lists_and_counts_agree_after_everybody_wrote_at_once(
    dynamo: Watched, catalog: DynamoCatalog
) -> None:
    studies = ["7.1", "7.2"]

    def disturb(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(15):
            study = chance.choice(studies)
            image = replace(
                instance(f"{study}.{chance.randrange(4)}", study, modality="US"),
                pixel_hash=chance.choice("ab"),
                labels=(chance.choice("xyz"),),
                patient=chance.choice("pq"),
            )
            try:
                match chance.randrange(5):
                    case 0 | 1:
                        catalog.put_instance(image, "default", FOUND_BY, replace=True)
                    case 2:
                        catalog.put_report(report(noise(8, chance.random()), study), "default")
                    case 3:
                        catalog.put_measurements(image.instance_uid, [], model_id="m")
                    case 4 if chance.random() < 0.5:
                        catalog.delete_study(study)
            except NotFound:
                pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(disturb, range(4)))
    cases = catalog.cases(studies, ALL)
    assert list(catalog.study_uids(ALL)) == sorted(cases)
    assert sum(catalog.datasets(ALL).values()) == len(cases)
    heads = catalog.heads(studies, ALL)
    assert heads == {uid: found.head for uid, found in cases.items()}
    for patient in "pq":
        of_patient = {u for u, c in cases.items() if patient in {i.patient for i in c.instances}}
        assert set(catalog.study_uids(ALL, patient=patient)) == of_patient
    reports = {(u, r.report_id) for u, c in cases.items() for r in c.reports}
    assert set(catalog.untagged()) == reports
    uids = {i.instance_uid for c in cases.values() for i in c.instances}
    assert set(catalog.unmeasured("other")) == uids
    for uid in studies:
        catalog.delete_study(uid)
    assert left_over(dynamo) == []


def test_versions_of_a_report_are_numbered_one_by_one(catalog: DynamoCatalog) -> None:
    catalog.put_instance(instance(), "default", KEYS)

    def put(number: int) -> Report:
        return catalog.put_report(report(f"text {number}"), "default")

    with ThreadPoolExecutor(4) as pool:
        stored = list(pool.map(put, range(12)))
    assert sorted(each.version for each in stored) == list(range(1, 13))
