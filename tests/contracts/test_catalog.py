"""Catalog: what its docstrings say, for every adapter."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from infra.errors import NotFound
from infra.ports import Stored
from infra.query import AccessScope
from infra.records import Case, CaseHead, Instance, Marks, Report, StudyKeys
from infra.services import Services
from tests.contracts.examples import (
    ALL,
    FULL_INSTANCE,
    KEYS,
    attachment,
    finding,
    instance,
    measurement,
    report,
)


def case(stores: Services, study_uid: str = "1.2.3") -> Case:
    return stores.catalog.cases([study_uid], ALL)[study_uid]


# --- put_instance ---------------------------------------------------------------------------------


def test_a_new_uid_is_created_and_comes_back_as_it_was(stores: Services, others: Services) -> None:
    assert stores.catalog.put_instance(FULL_INSTANCE, "default", KEYS) is Stored.CREATED
    uid = FULL_INSTANCE.instance_uid
    assert others.catalog.instances([uid], ALL) == {uid: FULL_INSTANCE}
    assert case(others, "1.2.840").patient == FULL_INSTANCE.patient


def test_the_same_pixels_are_same_and_change_nothing(stores: Services) -> None:
    stores.catalog.put_instance(instance(), "default", KEYS)
    before = case(stores)
    again = instance(modality="XX")
    keys = StudyKeys(accession_key="k", name_keys=frozenset({"n"}))
    assert stores.catalog.put_instance(again, "default", keys, replace=True) is Stored.SAME
    assert case(stores) == before
    assert stores.catalog.study_keys("1.2.3") == KEYS


def test_other_pixels_are_a_conflict_and_change_nothing(stores: Services) -> None:
    stores.catalog.put_instance(instance(), "default", KEYS)
    before = case(stores)
    assert stores.catalog.put_instance(instance(pixel_hash="new"), "default", KEYS) is (
        Stored.CONFLICT
    )
    assert case(stores) == before


def test_other_pixels_replace_if_asked(stores: Services) -> None:
    stores.catalog.put_instance(instance(), "default", KEYS)
    stores.catalog.put_measurements("1.2.3.1", [measurement()])
    version = case(stores).version
    new = instance(pixel_hash="new", modality="MR")
    assert stores.catalog.put_instance(new, "default", KEYS, replace=True) is Stored.REPLACED
    after = case(stores)
    assert after.instances == (new,)
    assert after.version > version
    assert after.measurements == ()  # they were of other pixels


def test_a_study_in_another_dataset_is_a_conflict_even_with_replace(stores: Services) -> None:
    stores.catalog.put_instance(instance(), "default", KEYS)
    before = case(stores)
    for item in (instance(), instance(pixel_hash="new"), instance("1.2.3.2")):
        result = stores.catalog.put_instance(item, "other", KEYS, replace=True)
        assert result is Stored.CONFLICT
    assert case(stores) == before


def test_an_instance_of_another_study_is_a_conflict_even_with_replace(stores: Services) -> None:
    stores.catalog.put_instance(instance(), "default", KEYS)
    before = case(stores)
    moved = instance(study="1.2.4")
    for asked in (False, True):
        result = stores.catalog.put_instance(moved, "default", KEYS, replace=asked)
        assert result is Stored.CONFLICT
    assert stores.catalog.cases(["1.2.4"], ALL) == {}
    assert case(stores) == before


def test_the_version_grows_with_what_is_created(stores: Services) -> None:
    stores.catalog.put_instance(instance(), "default", KEYS)
    first = case(stores).version
    stores.catalog.put_instance(instance("1.2.3.2"), "default", KEYS)
    assert case(stores).version > first


def test_keys_are_merged(stores: Services) -> None:
    one = StudyKeys(name_keys=frozenset({"a", "b"}), date_shift_days=-40)
    two = StudyKeys(accession_key="acc", name_keys=frozenset({"b", "c"}), date_shift_days=-40)
    stores.catalog.put_instance(instance(), "default", one)
    stores.catalog.put_attachment(attachment(), "default", two)
    assert stores.catalog.study_keys("1.2.3") == replace(two, name_keys=frozenset("abc"))


def test_many_threads_put_each_instance_once(stores: Services) -> None:
    def put(number: int) -> Stored:
        return stores.catalog.put_instance(instance(f"1.2.3.{number % 10}"), "default", KEYS)

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(put, range(80)))
    assert results.count(Stored.CREATED) == 10
    assert results.count(Stored.SAME) == 70
    assert len(case(stores).instances) == 10


# --- put_attachment -------------------------------------------------------------------------------


def test_attachments_follow_the_rules_of_instances(stores: Services) -> None:
    put = stores.catalog.put_attachment
    assert put(attachment(), "default", KEYS) is Stored.CREATED
    assert put(attachment(title="other"), "default", KEYS) is Stored.SAME
    assert put(attachment(content_hash="new"), "default", KEYS) is Stored.CONFLICT
    assert put(attachment(content_hash="new"), "other", KEYS, replace=True) is Stored.CONFLICT
    assert case(stores).attachments == (attachment(),)
    new = attachment(content_hash="new")
    assert put(new, "default", KEYS, replace=True) is Stored.REPLACED
    assert case(stores).attachments == (new,)


def test_a_uid_names_one_object_whatever_its_kind(stores: Services) -> None:
    stores.catalog.put_instance(instance("1.5"), "default", KEYS)
    assert stores.catalog.put_attachment(attachment("1.5"), "default", KEYS) is Stored.CONFLICT


# --- put_report -----------------------------------------------------------------------------------


@pytest.fixture
def with_study(stores: Services) -> Services:
    stores.catalog.put_instance(instance(), "default", KEYS)
    return stores


def test_a_report_gets_versions_and_the_case_a_new_one(with_study: Services) -> None:
    catalog, before = with_study.catalog, case(with_study).version
    first = catalog.put_report(report("clear", status="final"), "default")
    second = catalog.put_report(report("small effusion", version=9), "default")
    assert (first.version, first.current, first.status) == (1, True, "final")
    assert (second.version, second.current) == (2, True)
    assert case(with_study).reports == (replace(first, current=False), second)
    assert case(with_study).version > before


def test_text_equal_to_the_newest_changes_nothing(with_study: Services) -> None:
    catalog = with_study.catalog
    catalog.put_report(report("one"), "default")
    newest = catalog.put_report(report("two"), "default")
    before = case(with_study)
    assert catalog.put_report(report("two", date=date(2030, 1, 1)), "default") == newest
    assert case(with_study) == before
    assert catalog.put_report(report("one"), "default").version == 3


@pytest.mark.parametrize(
    ("days", "current"),
    [
        ([1, 2], 2),
        ([2, 1], 1),  # the latest date wins, whenever it came
        ([2, 2], 2),  # a tie: the one that came last
        ([None, None], 2),
        ([5, None], 2),  # no date: the one that came last
        ([None, 5], 2),
        ([5, None, 3], 2),  # and it is not undone by an older one
        ([3, 1, 2], 1),
    ],
)
def test_current_is_the_latest_date(
    with_study: Services, days: list[int | None], current: int
) -> None:
    for number, day in enumerate(days):
        when = None if day is None else date(2020, 1, day)
        stored = with_study.catalog.put_report(report(f"text {number}", date=when), "default")
    (now,) = case(with_study).current_reports
    assert now.version == current
    assert stored.current == (stored.version == current)


def test_a_report_for_an_unknown_study_is_not_found(with_study: Services) -> None:
    with pytest.raises(NotFound):
        with_study.catalog.put_report(report("x", study="9.9"), "default")
    with pytest.raises(NotFound):
        with_study.catalog.put_report(report("x"), "other")
    assert case(with_study).reports == ()


# --- findings and measurements --------------------------------------------------------------------


def test_findings_of_one_report_are_replaced(with_study: Services) -> None:
    catalog = with_study.catalog
    catalog.put_findings("1.2.3", "r1", [finding("J90"), finding("J91")])
    catalog.put_findings("1.2.3", "r2", [finding("I50", report_id="r2")])
    version = case(with_study).version
    catalog.put_findings("1.2.3", "r1", [finding("K00")])
    assert case(with_study).findings == (finding("K00"), finding("I50", report_id="r2"))
    assert case(with_study).version > version
    with pytest.raises(NotFound):
        catalog.put_findings("9.9", "r1", [])


# --- which reports were tagged --------------------------------------------------------------------


def test_a_report_is_untagged_until_a_tagger_has_read_it(with_study: Services) -> None:
    catalog = with_study.catalog
    assert list(catalog.untagged()) == []
    catalog.put_report(report("Effusion."), "default")
    catalog.put_report(report("No effusion.", report_id="r2"), "default")
    both = [("1.2.3", "r1"), ("1.2.3", "r2")]
    assert sorted(catalog.untagged()) == sorted(catalog.untagged("rules-1")) == both
    catalog.put_findings("1.2.3", "r1", [finding()])  # kept, but more is to come
    assert sorted(catalog.untagged()) == both
    catalog.put_findings("1.2.3", "r1", [finding()], version=1, tagger_id="rules-1")
    catalog.put_findings("1.2.3", "r2", [], version=1, tagger_id="rules-1")
    assert list(catalog.untagged()) == list(catalog.untagged("rules-1")) == []
    assert sorted(catalog.untagged("rules-2")) == both


def test_a_new_version_is_untagged(with_study: Services) -> None:
    catalog = with_study.catalog
    for text in ("Effusion.", "No effusion."):
        catalog.put_report(report(text), "default")
        assert list(catalog.untagged()) == [("1.2.3", "r1")]
        version = case(with_study).current_reports[0].version
        catalog.put_findings("1.2.3", "r1", [], version=version, tagger_id="rules-1")
        assert list(catalog.untagged()) == []


def test_findings_of_a_version_that_is_not_current_change_nothing(with_study: Services) -> None:
    catalog = with_study.catalog
    catalog.put_report(report("Effusion."), "default")
    catalog.put_report(report("No effusion."), "default")
    before = case(with_study)
    catalog.put_findings("1.2.3", "r1", [finding()], version=1, tagger_id="rules-1")
    assert case(with_study) == before
    assert list(catalog.untagged()) == [("1.2.3", "r1")]


def test_the_version_grows_with_other_findings_only(with_study: Services) -> None:
    catalog = with_study.catalog
    catalog.put_report(report("Effusion."), "default")
    before = case(with_study).version
    catalog.put_findings("1.2.3", "r1", [], tagger_id="rules-1")
    assert case(with_study).version == before
    catalog.put_findings("1.2.3", "r1", [finding()], tagger_id="rules-1")
    catalog.put_findings("1.2.3", "r1", [finding()], tagger_id="rules-2")
    assert case(with_study).version == before + 1


def test_untagged_reports_stream_while_findings_are_put(with_study: Services) -> None:
    catalog = with_study.catalog
    with with_study.together():
        for number in range(1_100):
            catalog.put_report(report("Effusion.", report_id=f"r{number}"), "default")
    seen = []
    for study_uid, report_id in catalog.untagged("rules-1"):
        seen.append(report_id)
        if len(seen) % 100 == 0:
            catalog.put_findings(study_uid, report_id, [], tagger_id="rules-1")
    assert sorted(seen) == sorted(f"r{number}" for number in range(1_100))
    assert len(list(catalog.untagged("rules-1"))) == 1_089


def test_what_is_deleted_is_not_untagged(with_study: Services) -> None:
    catalog = with_study.catalog
    catalog.put_report(report("Effusion."), "default")
    catalog.delete_study("1.2.3")
    assert list(catalog.untagged()) == []


def test_measurements_of_one_instance_are_replaced(with_study: Services) -> None:
    catalog = with_study.catalog
    catalog.put_measurements("1.2.3.1", [measurement("a"), measurement("b")])
    version = case(with_study).version
    unknown = measurement("c", value=None, reason="no spacing")
    catalog.put_measurements("1.2.3.1", [unknown])
    assert case(with_study).measurements == (unknown,)
    assert case(with_study).version > version
    with pytest.raises(NotFound):
        catalog.put_measurements("9.9", [])


def ultrasound(uid: str, study: str = "1.2.3") -> Instance:
    return replace(instance(uid, study), modality="US")


def test_unmeasured_are_ultrasound_images_that_nothing_has_measured(with_study: Services) -> None:
    catalog = with_study.catalog
    for uid in ("1.2.3.9", "1.2.3.8"):
        catalog.put_instance(ultrasound(uid), "default", KEYS)
    assert list(catalog.unmeasured()) == ["1.2.3.8", "1.2.3.9"]
    catalog.put_measurements("1.2.3.8", [], model_id="m1")  # looked at, and nothing found
    assert list(catalog.unmeasured()) == ["1.2.3.9"]
    assert list(catalog.unmeasured("m1")) == ["1.2.3.9"]
    assert list(catalog.unmeasured("m2")) == ["1.2.3.8", "1.2.3.9"]
    seen = []
    for uid in catalog.unmeasured("m2"):
        seen.append(uid)
        catalog.put_measurements(uid, [measurement()], model_id="m2")
    assert seen == ["1.2.3.8", "1.2.3.9"]
    assert list(catalog.unmeasured("m2")) == []


def test_other_pixels_have_to_be_measured_again(with_study: Services) -> None:
    catalog = with_study.catalog
    catalog.put_instance(ultrasound("1.2.3.9"), "default", KEYS)
    catalog.put_measurements("1.2.3.9", [measurement()], model_id="m1")
    other = replace(ultrasound("1.2.3.9"), pixel_hash="other")
    catalog.put_instance(other, "default", KEYS, replace=True)
    assert list(catalog.unmeasured()) == ["1.2.3.9"]


def test_marks_say_who_has_read_and_measured(with_study: Services) -> None:
    catalog = with_study.catalog
    assert catalog.marks("1.2.3") == catalog.marks("9.9") == Marks()
    for report_id in ("r1", "r2", "r3"):
        catalog.put_report(Report(report_id=report_id, study_uid="1.2.3", text="x"), "default")
    catalog.put_findings("1.2.3", "r1", [], tagger_id="rules-1")
    catalog.put_findings("1.2.3", "r2", [finding()])
    catalog.put_measurements("1.2.3.1", [], model_id="m1")
    assert catalog.marks("1.2.3") == Marks(taggers={"r1": "rules-1"}, meters={"1.2.3.1": "m1"})
    catalog.put_report(Report(report_id="r1", study_uid="1.2.3", text="y"), "default")
    assert catalog.marks("1.2.3").taggers == {}


def test_heads_hold_measurements_and_blobs_their_contours(with_study: Services) -> None:
    catalog = with_study.catalog
    made = measurement(trace="1.2.3/contours.json")
    catalog.put_measurements("1.2.3.1", [made], model_id="m1")
    assert catalog.heads(["1.2.3"], ALL)["1.2.3"].measurements == (made,)
    assert "1.2.3/contours.json" in catalog.blob_keys("1.2.3")
    assert catalog.cases(["1.2.3"], ALL)["1.2.3"].head.measurements == (made,)


# --- reading --------------------------------------------------------------------------------------


@pytest.fixture
def two_datasets(stores: Services) -> Services:
    put = stores.catalog.put_instance
    put(instance("1.1.1", "1.1"), "a", KEYS)
    put(instance("1.2.1", "1.2", patient="patient-2"), "a", KEYS)
    put(instance("2.1.1", "2.1"), "b", KEYS)
    stores.catalog.put_attachment(attachment("2.1.7", "2.1"), "b", KEYS)
    return stores


def test_reads_see_nothing_outside_the_scope(two_datasets: Services) -> None:
    catalog, only_a = two_datasets.catalog, AccessScope.only("a")
    uids = ["1.1.1", "1.2.1", "2.1.1", "2.1.7", "nothing"]
    assert set(catalog.instances(uids, only_a)) == {"1.1.1", "1.2.1"}
    assert set(catalog.cases(["1.1", "2.1"], only_a)) == {"1.1"}
    assert catalog.studies_of_instances(uids, only_a) == {"1.1.1": "1.1", "1.2.1": "1.2"}
    assert list(catalog.study_uids(only_a)) == ["1.1", "1.2"]
    assert catalog.datasets(only_a) == {"a": 2}


def test_an_empty_scope_sees_nothing(two_datasets: Services) -> None:
    catalog, nothing = two_datasets.catalog, AccessScope.only()
    assert catalog.cases(["1.1", "2.1"], nothing) == {}
    assert list(catalog.study_uids(nothing)) == []
    assert catalog.datasets(nothing) == {}


def test_the_owner_sees_everything(two_datasets: Services) -> None:
    catalog = two_datasets.catalog
    assert catalog.datasets(ALL) == {"a": 2, "b": 1}
    assert catalog.studies_of_instances(["2.1.1", "2.1.7"], ALL) == {"2.1.1": "2.1", "2.1.7": "2.1"}
    assert set(catalog.instances(["2.1.1", "2.1.7"], ALL)) == {"2.1.1"}  # images only


def test_attachments_by_uid(two_datasets: Services) -> None:
    catalog, uids = two_datasets.catalog, ["1.1.1", "2.1.7", "nothing"]
    assert catalog.attachments(uids, ALL) == {"2.1.7": attachment("2.1.7", "2.1")}
    assert catalog.attachments(uids, AccessScope.only("a")) == {}


def test_heads_see_nothing_outside_the_scope(two_datasets: Services) -> None:
    catalog = two_datasets.catalog
    assert set(catalog.heads(["1.1", "2.1", "nothing"], ALL)) == {"1.1", "2.1"}
    assert set(catalog.heads(["1.1", "2.1"], AccessScope.only("a"))) == {"1.1"}
    assert catalog.heads(["1.1"], AccessScope.only()) == {}


def check_heads(stores: Services) -> CaseHead:
    """Whatever was written, a head is that of the whole case; that of the study 1.2.3."""
    cases = stores.catalog.cases(list(stores.catalog.study_uids(ALL)), ALL)
    heads = stores.catalog.heads(list(cases), ALL)
    assert heads == {uid: found.head for uid, found in cases.items()}
    return heads["1.2.3"]


def test_a_head_is_that_of_the_case(stores: Services, others: Services) -> None:
    catalog = stores.catalog
    catalog.put_instance(instance("1.9.1", "1.9", labels=("elsewhere",)), "default", KEYS)
    catalog.put_attachment(attachment(title="A title"), "default", KEYS)
    assert not check_heads(stores).has_images
    words = {"study_description": "Thorax", "labels": ("edema", "Thorax")}
    catalog.put_instance(instance("1.2.3.1", **words), "default", KEYS)
    catalog.put_instance(instance("1.2.3.2", series_description="Thorax"), "default", KEYS)
    assert check_heads(stores).wording == ("A title", "Thorax", "edema")
    catalog.put_report(report("one"), "default")
    catalog.put_report(report("two"), "default")
    catalog.put_findings("1.2.3", "r1", [finding("J90")])
    assert check_heads(others).has_images
    assert [each.text for each in check_heads(others).current_reports] == ["two"]


def test_words_go_from_the_head_with_the_last_object_that_has_them(stores: Services) -> None:
    catalog = stores.catalog
    catalog.put_instance(instance("1.2.3.1", labels=("both", "one")), "default", KEYS)
    catalog.put_instance(instance("1.2.3.2", labels=("both",)), "default", KEYS)
    again = instance("1.2.3.1", pixel_hash="new", labels=("new",))
    assert catalog.put_instance(again, "default", KEYS) is Stored.CONFLICT
    assert check_heads(stores).wording == ("both", "one")
    assert catalog.put_instance(again, "default", KEYS, replace=True) is Stored.REPLACED
    assert check_heads(stores).wording == ("both", "new")
    catalog.put_instance(instance("1.2.3.2", pixel_hash="n"), "default", KEYS, replace=True)
    assert check_heads(stores).wording == ("new",)
    catalog.delete_study("1.2.3")
    catalog.put_instance(instance(), "default", KEYS)
    assert check_heads(stores).wording == ()


def test_blob_keys_of_a_study(stores: Services) -> None:
    def key(letter: str) -> str:
        return f"1.2.3/{letter * 64}.dcm"

    put = stores.catalog.put_instance
    put(instance("1.2.3.1", original=key("a"), thumbnail=key("b")), "default", KEYS)
    put(instance("1.2.3.2", original=key("c"), thumbnail=key("b")), "default", KEYS)
    put(instance("1.2.3.3"), "default", KEYS)
    stores.catalog.put_attachment(attachment(original=key("d")), "default", KEYS)
    put(instance("1.9.1", "1.9", original=key("e")), "default", KEYS)
    assert stores.catalog.blob_keys("1.2.3") == set(map(key, "abcd"))
    put(instance("1.2.3.2", pixel_hash="new", original=key("f")), "default", KEYS, replace=True)
    assert stores.catalog.blob_keys("1.2.3") == set(map(key, "abdf"))
    assert stores.catalog.blob_keys("nothing") == set()


def test_study_uids_by_dataset_and_patient(two_datasets: Services) -> None:
    catalog = two_datasets.catalog
    assert list(catalog.study_uids(ALL, dataset="b")) == ["2.1"]
    assert list(catalog.study_uids(ALL, patient="patient-1")) == ["1.1", "2.1"]
    assert list(catalog.study_uids(ALL, patient="patient-1", dataset="a")) == ["1.1"]
    assert list(catalog.study_uids(ALL, patient="nobody")) == []


def test_study_uids_stream_while_the_catalog_changes(stores: Services) -> None:
    for number in range(30):
        stores.catalog.put_instance(instance(f"3.{number}.1", f"3.{number}"), "default", KEYS)
    seen = []
    for uid in stores.catalog.study_uids(ALL):
        seen.append(uid)
        stores.catalog.delete_study(uid)
    assert seen == sorted(f"3.{number}" for number in range(30))
    assert stores.catalog.datasets(ALL) == {}


def test_a_case_is_in_order(stores: Services) -> None:
    places = [("1.9", 1, 2), ("1.8", 2, 1), ("1.7", 1, 1), ("1.6", 1, 2), ("1.5", None, 1)]
    for uid, series, number in places:
        item = instance(uid, series_number=series, instance_number=number)
        stores.catalog.put_instance(item, "default", KEYS)
    for report_id in ("r2", "r1"):
        for text in ("one", "two"):
            stores.catalog.put_report(report(text, report_id=report_id), "default")
    found = case(stores)
    assert [i.instance_uid for i in found.instances] == ["1.7", "1.6", "1.9", "1.8", "1.5"]
    assert [(r.report_id, r.version) for r in found.reports] == [
        ("r1", 1), ("r1", 2), ("r2", 1), ("r2", 2),
    ]  # fmt: skip


def test_studies_by_accession(stores: Services) -> None:
    keys = StudyKeys(accession_key="acc")
    stores.catalog.put_instance(instance("1.1.1", "1.1"), "default", keys)
    stores.catalog.put_instance(instance("1.2.1", "1.2"), "default", keys)
    stores.catalog.put_instance(instance("1.3.1", "1.3"), "default", KEYS)
    assert sorted(stores.catalog.studies_by_accession("acc")) == ["1.1", "1.2"]
    assert stores.catalog.studies_by_accession("") == []
    assert stores.catalog.studies_by_accession("other") == []


def test_studies_by_patient_key(stores: Services) -> None:
    keys = StudyKeys(patient_key="pat")
    stores.catalog.put_instance(instance("1.1.1", "1.1"), "default", keys)
    stores.catalog.put_instance(instance("1.2.1", "1.2"), "default", KEYS)
    assert stores.catalog.studies_by_patient_key("") == []
    assert stores.catalog.studies_by_patient_key("other") == []
    stores.catalog.put_attachment(attachment("1.2.7", "1.2"), "default", keys)
    assert sorted(stores.catalog.studies_by_patient_key("pat")) == ["1.1", "1.2"]


def test_keys_of_an_unknown_study(stores: Services) -> None:
    assert stores.catalog.study_keys("9.9") is None


# --- delete ---------------------------------------------------------------------------------------


def test_delete_removes_the_case_and_returns_what_it_was(with_study: Services) -> None:
    catalog = with_study.catalog
    catalog.put_attachment(attachment(), "default", KEYS)
    catalog.put_report(report("one"), "default")
    catalog.put_findings("1.2.3", "r1", [finding()])
    catalog.put_measurements("1.2.3.1", [measurement()])
    before = case(with_study)
    assert catalog.delete_study("1.2.3") == before
    assert catalog.delete_study("1.2.3") is None
    assert catalog.cases(["1.2.3"], ALL) == {}
    assert catalog.instances(["1.2.3.1"], ALL) == {}
    assert catalog.study_keys("1.2.3") is None
    catalog.put_instance(instance(), "default", KEYS)
    assert case(with_study).reports == case(with_study).measurements == ()


def test_scrub_keeps_what_was_not_deleted(with_study: Services) -> None:
    with_study.catalog.put_instance(instance("1.4.1", "1.4"), "default", KEYS)
    before = case(with_study)
    with_study.catalog.delete_study("1.4")
    with_study.catalog.scrub()
    assert case(with_study) == before
