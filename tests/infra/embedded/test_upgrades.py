"""A home of the first version is brought up to date with nothing lost."""

from contextlib import closing
from pathlib import Path

import pytest

from infra.codec import to_json
from infra.embedded import database
from infra.records import Attachment, Instance, StudyKeys
from infra.settings import Settings
from infra.wiring import build
from tests.contracts.examples import ALL, attachment, instance, measurement

KEYS = StudyKeys()
WORDS = {"study_description": "Thorax", "series_description": "Thorax"}
OBJECTS: tuple[Instance | Attachment, ...] = (
    instance("1.2.3.1", labels=("Thorax", "edema"), **WORDS),
    instance("1.2.3.2", labels=("edema",), **WORDS),
    attachment(title="A title"),
)


@pytest.fixture
def old(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home as the first migrations made it, with one study and a report that waits."""
    first = tuple(each for each in database.MIGRATIONS if each.number == 1)
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", first)
        with closing(database.Database(home)) as store, store.write() as connection:
            connection.execute(
                "INSERT INTO studies VALUES (1, '1.2.3', 'default', 'patient-1', 3, '', '', ?)",
                (to_json(KEYS),),
            )
            for item in OBJECTS:
                image = isinstance(item, Instance)
                values = (item.instance_uid, 1, image, item.patient, "", to_json(item))
                connection.execute("INSERT INTO objects VALUES (?, ?, ?, ?, ?, ?)", values)
            connection.execute("INSERT INTO waiting VALUES (1, 'w', 'k', x'00', NULL)")
            connection.execute(
                "INSERT INTO measurements VALUES ('1.2.3.1', ?)", (f"[{to_json(measurement())}]",)
            )
    return home


def test_heads_of_what_was_there_before(old: Path) -> None:
    with build(Settings(home=old)) as stores:
        head = stores.catalog.heads(["1.2.3"], ALL)["1.2.3"]
        assert head == stores.catalog.cases(["1.2.3"], ALL)["1.2.3"].head
        assert (head.wording, head.has_images) == (("A title", "Thorax", "edema"), True)


def test_words_of_what_was_there_before_go_with_it(old: Path) -> None:
    with build(Settings(home=old)) as stores:
        for uid, wording in (
            ("1.2.3.1", ("A title", "Thorax", "edema")),
            ("1.2.3.2", ("A title",)),
        ):
            new = instance(uid, pixel_hash="new")
            stores.catalog.put_instance(new, "default", KEYS, replace=True)
            assert stores.catalog.heads(["1.2.3"], ALL)["1.2.3"].wording == wording


def test_reports_that_waited_still_do(old: Path) -> None:
    with build(Settings(home=old)) as stores:
        (report,) = stores.ledger.waiting(["k"])
        assert not report.joined
        assert stores.ledger.count_waiting() == 1


def test_measurements_of_what_was_there_before(old: Path) -> None:
    with build(Settings(home=old)) as stores:
        assert stores.catalog.cases(["1.2.3"], ALL)["1.2.3"].measurements == (measurement(),)
        assert stores.catalog.heads(["1.2.3"], ALL)["1.2.3"].measurements == (measurement(),)
        stores.catalog.put_measurements("1.2.3.1", [], model_id="m1")
        assert stores.catalog.heads(["1.2.3"], ALL)["1.2.3"].measurements == ()
