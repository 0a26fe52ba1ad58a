"""Ledger, annotations, models and jobs on DynamoDB: what the ports do not say."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

import pytest

from infra.aws.dynamo_annotations import DynamoAnnotations
from infra.aws.dynamo_jobs import DynamoJobs
from infra.aws.dynamo_ledger import DynamoLedger
from infra.aws.dynamo_models import DynamoModels
from infra.aws.dynamo_table import Write
from infra.aws.dynamo_tables import DynamoTables
from infra.errors import Unavailable
from infra.records import JobState, LedgerRow, Outcome, WaitingReport
from tests.contracts.examples import NOON, annotation, job, later, ledger_row, model
from tests.infra.aws.dynamo import Watched

LARGE = Random(6).randbytes(1_200_000)  # which cannot be compressed


@dataclass(frozen=True)
class Stores:
    tables: DynamoTables
    ledger: DynamoLedger
    annotations: DynamoAnnotations
    models: DynamoModels
    jobs: DynamoJobs

    def items(self, partition: str) -> list[str]:
        return [item["sk"] for item in self.tables.table("work").query(partition)]


@pytest.fixture
def stores(dynamo: Watched) -> Stores:
    """An archive of its own."""
    tables = dynamo.tables
    return Stores(
        tables,
        DynamoLedger(tables),
        DynamoAnnotations(tables),
        DynamoModels(tables),
        DynamoJobs(tables),
    )


def indexed(file: str, sha256: str, uid: str = "1.2.3.1") -> LedgerRow:
    return ledger_row(file, sha256, outcome=Outcome.INDEXED, instance_uid=uid, study_uid="1.2.3")


# --- received files -------------------------------------------------------------------------------


def test_of_many_at_once_one_owns_the_object(stores: Stores) -> None:
    rows = [[indexed(f"f{n}", f"{n}"), indexed(f"g{n}", f"{n}", f"5.{n}")] for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(stores.ledger.mark, rows))
    assert stores.ledger.counts() == {"indexed": 9, "duplicate": 7}
    (owner,) = stores.ledger.owners(["1.2.3.1"]).values()
    written = [r for r in stores.ledger.rows() if r.instance_uid == "1.2.3.1"]
    assert [r for r in written if r.outcome is Outcome.INDEXED] == [owner]


def test_the_same_files_marked_by_many_are_counted_once(stores: Stores) -> None:
    rows = [ledger_row("a", "1"), ledger_row("b", "2"), indexed("c", "3")]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: stores.ledger.mark([*rows[n % 3 :], *rows[: n % 3]]), range(12)))
    assert stores.ledger.counts() == {"refused": 2, "indexed": 1}
    assert [row.file for row in stores.ledger.rows()] == ["a", "b", "c"]


def test_as_many_rows_as_ingest_stores_are_one_step(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = _steps(stores, monkeypatch)
    stores.ledger.mark([indexed(f"f{n}", f"{n:064x}", f"5.{n}") for n in range(32)])
    assert sizes == [97]


def test_what_was_cut_off_is_completed_by_the_same_call(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [indexed(f"f{n:02d}", f"{n}", f"5.{n}") for n in range(80)]
    with monkeypatch.context() as patch:
        _steps(stores, patch, fail_after=1)
        with pytest.raises(Unavailable):
            stores.ledger.mark(rows)
    assert list(stores.ledger.rows()) == rows[:32]
    assert stores.ledger.counts() == {"indexed": 32}
    stores.ledger.mark(rows)
    assert list(stores.ledger.rows()) == rows
    assert stores.ledger.counts() == {"indexed": 80}


def _steps(stores: Stores, patch: pytest.MonkeyPatch, fail_after: int = 1_000) -> list[int]:
    """The sizes of transactions from now on."""
    sizes: list[int] = []
    transact = stores.tables.transact

    def noting(writes: list[Write]) -> None:
        if len(sizes) == fail_after:
            raise Unavailable("gone")
        transact(writes)
        sizes.append(len(writes))

    patch.setattr(stores.tables, "transact", noting)
    return sizes


def test_rows_that_move_more_than_fits_go_in_halves(stores: Stores) -> None:
    rows = [indexed(f"f{n:02d}", f"{n}", f"5.{n}") for n in range(32)]
    stores.ledger.mark([replace(row, sha256="") for row in rows])
    moved = [replace(row, study_uid="7.7", instance_uid=f"6.{n}") for n, row in enumerate(rows)]
    stores.ledger.mark(moved)
    assert list(stores.ledger.rows()) == moved
    assert stores.ledger.forget(["1.2.3"]) == 0
    assert stores.ledger.owners(["5.1", "6.1"]) == {"6.1": moved[1]}


def test_many_rows_of_a_study_are_forgotten(stores: Stores) -> None:
    rows = [indexed(f"f{n:02d}", f"{n}", f"5.{n % 20}") for n in range(60)]
    stores.ledger.mark([*rows, ledger_row("kept")])
    refused = ledger_row("refused", study_uid="1.2.3")
    stores.ledger.mark([refused])
    assert stores.ledger.forget(["1.2.3"]) == 61
    assert list(stores.ledger.rows()) == list(stores.ledger.rows(refused=True))
    assert stores.ledger.counts() == {"refused": 1}
    assert stores.ledger.owners(f"5.{n}" for n in range(20)) == {}
    assert stores.items("ledger-study#1.2.3") == []


def test_names_longer_than_a_key_stay_in_order(stores: Stores) -> None:
    deep = "folder/" * 150
    files = sorted([deep, f"{deep}b", f"{deep}a", f"{deep}é", deep[:880], "a", "\U0001f600", "z/é"])
    rows = [ledger_row(file, str(n), at=later(-n)) for n, file in enumerate(files)]
    rows.append(ledger_row(files[-1], "again", at=later(1)))
    stores.ledger.mark(rows[::-1])
    assert list(stores.ledger.rows()) == rows
    assert stores.ledger.of_files([deep, f"{deep}a"]) == {
        row.file: [row] for row in rows if row.file in (deep, f"{deep}a")
    }


# --- large things ---------------------------------------------------------------------------------


def test_waiting_reports_of_any_size(stores: Stores) -> None:
    large = WaitingReport(waiting_id="a", key="k", sealed=LARGE, received_at=NOON)
    small = replace(large, waiting_id="b", sealed=b"")
    stores.ledger.put_waiting([large, small])
    assert stores.ledger.waiting(["k"]) == [large, small]
    stores.ledger.put_waiting([replace(large, sealed=LARGE[::-1])])
    assert stores.ledger.waiting(["k"]) == [small, replace(large, sealed=LARGE[::-1])]
    stores.ledger.drop_waiting(["a", "b"])
    assert stores.items("waiting#k") == []


def test_annotations_of_any_size(stores: Stores) -> None:
    large = annotation(body=LARGE.hex())
    stores.annotations.put(large)
    stores.annotations.put(annotation("b", at=later(1)))
    assert stores.annotations.of_studies(["1.2.3"]) == {
        "1.2.3": [large, annotation("b", at=later(1))]
    }
    stores.annotations.put(replace(large, study_uid="1.2.4"))
    assert stores.annotations.of_studies(["1.2.3"]) == {"1.2.3": [annotation("b", at=later(1))]}
    assert stores.annotations.delete_study("1.2.4") == 1
    assert stores.items("annotations#1.2.4") == []
    stores.annotations.put(large)  # it can come again
    assert stores.annotations.delete_study("1.2.3") == 2


def test_jobs_of_any_size(stores: Stores) -> None:
    large = job(payload=LARGE.hex(), state=JobState.RUNNING, created_at=NOON)
    stores.jobs.put(large)
    assert stores.jobs.progress("j1", 1, 2)
    found = stores.jobs.get("j1")
    assert found.updated_at is not None
    assert replace(found, updated_at=None) == replace(large, done=1, total=2)
    stores.jobs.put(replace(found, payload="{}", state=JobState.DONE))
    assert stores.jobs.of_owner("me") == [replace(found, payload="{}", state=JobState.DONE)]
    assert stores.items("job#j1") == ["job"]


# --- the rest -------------------------------------------------------------------------------------


def test_jobs_of_the_same_moment_come_last_first(stores: Stores) -> None:
    for name in "abc":
        stores.jobs.put(job(name, created_at=NOON))
    stores.jobs.put(job("a", created_at=NOON, done=1))  # keeps its place
    stores.jobs.put(job("older", created_at=NOON - timedelta(microseconds=1)))
    assert [j.job_id for j in stores.jobs.of_owner("me")] == ["c", "b", "a", "older"]
    stores.jobs.put(job("b", created_at=NOON, owner="you"))
    assert [j.job_id for j in stores.jobs.of_owner("me")] == ["c", "a", "older"]
    assert [j.job_id for j in stores.jobs.of_owner("you")] == ["b"]


def test_progress_and_cancel_at_once(stores: Stores) -> None:
    stores.jobs.put(job(state=JobState.RUNNING))
    with ThreadPoolExecutor(8) as pool:
        steps = [pool.submit(stores.jobs.progress, "j1", n, 9) for n in range(1, 8)]
        cancelled = pool.submit(stores.jobs.cancel, "j1")
        assert cancelled.result()
        for step in steps:
            step.result()
    assert stores.jobs.get("j1").state is JobState.CANCELLED
    assert not stores.jobs.cancel("j1")


def test_models_registered_at_once_keep_one_first_time(stores: Stores) -> None:
    made = [model(created_at=later(n), source=str(n)) for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(stores.models.register, made))
    (stored,) = stores.models.models()
    assert stored.created_at in {one.created_at for one in made}
    stores.models.register(made[0])
    assert stores.models.models() == [replace(made[0], created_at=stored.created_at)]


def test_activations_at_once_settle_the_announcement(stores: Stores) -> None:
    for name in "abc":
        stores.models.register(model(name))
    stores.models.announce("b")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(stores.models.activate, "abcbca"))
    stores.models.activate("b")
    assert stores.models.announced() is None
    assert stores.models.active() == model("b")


def test_waiting_reports_are_counted_by_many(stores: Stores) -> None:
    def come_and_join(number: int) -> None:
        report = WaitingReport(waiting_id=f"w{number}", key="k", sealed=b"x")
        stores.ledger.put_waiting([report])
        stores.ledger.note_joined([f"w{n}" for n in range(0, 10, 2)])

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(come_and_join, range(10)))
    stores.ledger.note_joined([f"w{n}" for n in range(0, 10, 2)])
    assert stores.ledger.count_waiting() == 5
    assert sum(not report.joined for report in stores.ledger.waiting(["k"])) == 5
