"""Deleted is gone: the raw bytes of every file of the home are searched for it."""

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from infra.records import Outcome, StudyKeys, WaitingReport
from infra.services import Services
from infra.settings import Settings
from infra.wiring import build
from tests.contracts.examples import (
    annotation,
    attachment,
    finding,
    instance,
    ledger_row,
    measurement,
    report,
    vector,
)


@pytest.fixture
def stores(home: Path) -> Iterator[Services]:
    services = build(Settings(home=home))
    yield services
    services.close()


def found_in(home: Path, words: Iterable[str]) -> set[str]:
    files = [path for path in home.rglob("*") if path.is_file()]
    content = b"\n".join([path.read_bytes() + str(path).encode() for path in files])
    return {word for word in words if word.encode() in content}


def words_of(number: int) -> dict[str, str]:
    """Words of a case that occur nowhere else, by what they are."""
    tag = f"q{number:04d}z"
    return {
        "study": f"1.77.{number:04d}.88",
        "uid": f"1.99.{number:04d}.66",
        "patient": f"patient{tag}",
        "text": f"secret{tag}",
        "file": f"folder/{tag}Doe.dcm",
        "blob": f"pixels{tag}",
        "label": f"label{tag}",
        "key": f"key{tag}",
        "author": f"author{tag}",
    }


def put(stores: Services, number: int, fill: random.Random) -> None:
    words = words_of(number)
    study, uid = words["study"], words["uid"]
    original = stores.blobs.put(study, words["blob"].encode(), "dcm")
    item = instance(
        uid, study, patient=words["patient"], labels=(words["label"],), original=original,
        study_description=words["text"] + "x" * fill.randrange(1_500),
    )  # fmt: skip
    keys = StudyKeys(accession_key=words["key"], name_keys=frozenset({words["key"]}))
    stores.catalog.put_instance(item, "default", keys)
    stores.catalog.put_attachment(
        attachment(f"{uid}.7", study, patient=words["patient"]), "default", keys
    )
    for version in range(fill.randrange(1, 4)):
        text = f"{words['text']} {version} " + "y" * fill.randrange(3_000)
        stores.catalog.put_report(report(text, study), "default")
    stores.catalog.put_findings(study, "r1", [finding(text=words["text"])])
    stores.catalog.put_measurements(uid, [measurement(instance_uid=uid, grade=words["text"])])
    stores.vectors.put([vector(uid, number)])
    stores.annotations.put(annotation(words["key"], study, author=words["author"]))
    row = ledger_row(words["file"], outcome=Outcome.INDEXED, instance_uid=uid, study_uid=study)
    stores.ledger.mark([row])
    waiting = WaitingReport(waiting_id=words["key"], key=words["key"], sealed=b"s")
    stores.ledger.put_waiting([waiting])


def delete(stores: Services, number: int) -> None:
    words = words_of(number)
    stores.catalog.delete_study(words["study"])
    assert stores.vectors.delete([words["uid"]]) == 1
    assert stores.blobs.delete_study(words["study"]) == 1
    assert stores.annotations.delete_study(words["study"]) == 1
    assert stores.ledger.forget([words["study"]]) == 1
    stores.ledger.drop_waiting([words["key"]])


def test_nothing_of_a_deleted_case_is_in_any_file(stores: Services, home: Path) -> None:
    fill = random.Random(6)
    dead = [number for number in range(120) if number % 3 == 0]
    for number in range(120):
        put(stores, number, fill)
        if number % 10 == 9:  # deletions in between, so that pages are split and merged
            delete(stores, dead.pop(0))
    gone = [number for number in range(120) if number % 3 == 0]
    everything = {word for number in gone for word in words_of(number).values()}
    vectors = [vector(words_of(n)["uid"], n).values.tobytes() for n in gone]
    assert found_in(home, everything)
    for number in dead:
        delete(stores, number)
    stores.catalog.scrub()
    assert found_in(home, everything) == set()
    content = (home / "similis.sqlite").read_bytes()
    assert not any(values[:64] in content or values[-64:] in content for values in vectors)
    kept = {word for n in range(120) if n % 3 for word in words_of(n).values()}
    assert found_in(home, kept) == kept


def test_nothing_is_left_where_rows_were_moved_between_pages(stores: Services, home: Path) -> None:
    """As pages fill and empty, SQLite moves rows between them, and zeroes no copy left behind."""
    fill, alive, gone = random.Random(2), list[int](), list[int]()
    for number in fill.sample(range(1_500), 1_500):
        words = words_of(number)
        stores.annotations.put(annotation(words["key"], words["study"], author=words["author"]))
        alive.append(number)
        if fill.random() < 0.4:
            gone.append(alive.pop(fill.randrange(len(alive))))
            stores.annotations.delete_study(words_of(gone[-1])["study"])
    stores.catalog.scrub()
    dead = {words_of(n)[what] for n in gone for what in ("study", "author")}
    assert found_in(home, dead) == set()
    alive_words = {words_of(n)["author"] for n in alive[:50]}
    assert found_in(home, alive_words) == alive_words


def test_nothing_of_a_replaced_instance_is_in_any_file(stores: Services, home: Path) -> None:
    old = instance(labels=("oldlabel",), series_uid="1.55.555.5555")
    stores.catalog.put_instance(old, "default", StudyKeys())
    stores.catalog.put_instance(instance(pixel_hash="n"), "default", StudyKeys(), replace=True)
    stores.catalog.scrub()
    assert found_in(home, ["oldlabel", "1.55.555.5555", "pixels of 1.2.3.1"]) == set()


def test_scrub_gives_space_back(stores: Services, home: Path) -> None:
    stores.catalog.scrub()
    empty = (home / "similis.sqlite").stat().st_size
    stores.vectors.put([vector(f"1.{n}") for n in range(300)])
    stores.catalog.scrub()
    assert (home / "similis.sqlite").stat().st_size > empty + 1_000_000
    stores.vectors.delete([f"1.{n}" for n in range(300)])
    stores.catalog.scrub()
    assert (home / "similis.sqlite").stat().st_size < empty + 100_000
