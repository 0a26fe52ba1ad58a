"""Ledger, annotations, models and jobs on DynamoDB: what they ask for, and what a kill leaves."""

from dataclasses import replace
from itertools import count
from random import Random

import pytest

from infra.aws.dynamo_annotations import DynamoAnnotations
from infra.aws.dynamo_jobs import DynamoJobs
from infra.aws.dynamo_ledger import DynamoLedger
from infra.aws.dynamo_models import DynamoModels
from infra.records import JobState, LedgerRow, Outcome, UnfinishedStudy, WaitingReport
from tests.contracts.examples import NOON, annotation, job, later, ledger_row, model
from tests.infra.aws.dynamo import Killed, Watched

NOISE = Random(7).randbytes(900_000)  # more than an item holds, however it is compressed


def indexed(number: int, study: str = "1.2.3") -> LedgerRow:
    uid = f"{study}.{number}"
    return ledger_row(
        f"f{number:03d}", f"{number:064x}", outcome=Outcome.INDEXED, instance_uid=uid,
        study_uid=study,
    )  # fmt: skip


ROWS = [indexed(number) for number in range(32)]


# --- what they ask for ----------------------------------------------------------------------------


def test_requests_do_not_grow_with_the_archive(dynamo: Watched) -> None:
    ledger, files = DynamoLedger(dynamo.tables), [row.file for row in ROWS]
    uids = [row.instance_uid for row in ROWS]
    ledger.counts()  # makes the table

    def look() -> list[dict[str, int]]:
        return [
            dynamo.during(lambda: ledger.owners(uids)),
            dynamo.during(lambda: ledger.of_files(files)),
            dynamo.during(ledger.counts),
            dynamo.during(ledger.count_waiting),
            dynamo.during(lambda: ledger.buried(uids)),
            dynamo.during(ledger.unfinished),
        ]

    few = look()
    batch, queries = {"BatchGetItem": 1}, {"Query": 32}
    assert few == [batch, queries, batch, batch, batch, {"Query": 8}]
    assert dynamo.during(lambda: ledger.mark(ROWS)) == {
        "BatchGetItem": 2, "TransactWriteItems": 1,
    }  # fmt: skip
    ledger.mark([indexed(number, "7.7") for number in range(100, 300)])
    assert look() == few


def test_a_step_of_a_job_is_one_read_and_one_write(dynamo: Watched) -> None:
    jobs = DynamoJobs(dynamo.tables)
    jobs.put(job(state=JobState.RUNNING, payload=NOISE.hex()))
    step = {"GetItem": 1, "TransactWriteItems": 1}
    assert dynamo.during(lambda: jobs.progress("j1", 1, 2)) == step
    assert dynamo.during(lambda: jobs.cancel("j1")) == step
    for number in range(120):
        jobs.put(job(f"k{number}"))
    assert dynamo.during(lambda: jobs.of_owner("me")) == {"Query": 1, "BatchGetItem": 1}


def test_nothing_scans(dynamo: Watched) -> None:
    ledger, notes = DynamoLedger(dynamo.tables), DynamoAnnotations(dynamo.tables)
    models, jobs = DynamoModels(dynamo.tables), DynamoJobs(dynamo.tables)

    def everything() -> None:
        ledger.mark(ROWS)
        list(ledger.rows()), list(ledger.rows(refused=True)), ledger.forget(["1.2.3"])
        ledger.put_waiting([WaitingReport(waiting_id="w", key="k", sealed=b"x")])
        ledger.note_joined(["w"]), ledger.waiting(["k"]), ledger.drop_waiting(["w"])
        ledger.begin([UnfinishedStudy(note_id="n", study_uid="1.2.3")]), ledger.unfinished()
        ledger.finish(["n"]), ledger.bury(["t"]), ledger.buried(["t"]), ledger.unbury(["t"])
        notes.put(annotation()), notes.of_studies(["1.2.3"]), notes.delete_study("1.2.3")
        models.register(model()), models.activate("m1"), models.announce("m1"), models.models()
        models.active(), models.announced(), models.agree("a", "b", 0.5), models.agreement("a", "b")
        jobs.put(job()), jobs.get("j1"), jobs.of_owner("me"), jobs.progress("j1", 1, 1)

    asked = dynamo.during(everything)
    assert "Scan" not in asked
    assert asked["Query"] > 0
    ledger.mark([replace(row, outcome=Outcome.REFUSED) for row in ROWS])
    list(ledger.rows(refused=True))


# --- what a kill leaves ---------------------------------------------------------------------------


def test_a_batch_of_rows_is_there_or_not(dynamo: Watched) -> None:
    ledger = DynamoLedger(dynamo.tables)
    dynamo.killed_at_every_write(
        lambda: ledger.forget(["1.2.3"]),
        lambda: ledger.mark(ROWS),
        lambda: (
            list(ledger.rows()),
            ledger.counts(),
            ledger.owners(row.instance_uid for row in ROWS),
        ),
    )


def test_a_long_list_of_rows_is_consistent_at_every_step(dynamo: Watched) -> None:
    ledger = DynamoLedger(dynamo.tables)
    rows = [indexed(number) for number in range(80)]
    for number in count():
        ledger.forget(["1.2.3"])
        try:
            with dynamo.killed_before_write(number):
                ledger.mark(rows)
            break
        except Killed:
            written = list(ledger.rows())
            assert written == rows[: 32 * number]
            assert sum(ledger.counts().values()) == len(written)
            owners = ledger.owners(row.instance_uid for row in rows)
            assert owners == {row.instance_uid: row for row in written}
        ledger.mark(rows)
        assert list(ledger.rows()) == rows
    assert number == 3


def test_forgetting_goes_on_where_it_was_killed(dynamo: Watched) -> None:
    ledger = DynamoLedger(dynamo.tables)
    rows = [*ROWS, *(replace(row, sha256=f"b{row.sha256[1:]}") for row in ROWS)]
    for number in count():
        ledger.mark(rows)
        try:
            with dynamo.killed_before_write(number):
                ledger.forget(["1.2.3"])
            break
        except Killed:
            assert sum(ledger.counts().values()) == len(list(ledger.rows())) > 0
        ledger.forget(["1.2.3"])
        assert list(ledger.rows()) == []
        assert ledger.counts() == ledger.owners(row.instance_uid for row in rows) == {}
    assert number == 3


@pytest.mark.parametrize("sealed", [b"short", NOISE])
def test_a_waiting_report_is_the_old_one_or_the_new(dynamo: Watched, sealed: bytes) -> None:
    ledger = DynamoLedger(dynamo.tables)
    report = WaitingReport(waiting_id="a", key="k", sealed=NOISE, received_at=NOON)
    other = replace(report, waiting_id="b", sealed=b"b")
    dynamo.killed_at_every_write(
        lambda: (ledger.drop_waiting(["a", "b"]), ledger.put_waiting([report])),
        lambda: ledger.put_waiting([other, replace(report, sealed=sealed[::-1], key="k2")]),
        lambda: (ledger.waiting(["k", "k2"]), ledger.count_waiting()),
    )
    dynamo.killed_at_every_write(
        lambda: ledger.put_waiting([report, other]),
        lambda: ledger.note_joined(["a", "b"]),
        lambda: (ledger.waiting(["k"]), ledger.count_waiting()),
    )


def test_an_annotation_is_the_old_one_or_the_new(dynamo: Watched) -> None:
    notes = DynamoAnnotations(dynamo.tables)
    old = annotation(body=NOISE.hex())
    new = annotation(body=NOISE[::-1].hex(), study="1.2.4", at=later(1))
    dynamo.killed_at_every_write(
        lambda: notes.put(old),
        lambda: notes.put(new),
        lambda: notes.of_studies(["1.2.3", "1.2.4"]),
    )
    assert notes.delete_study("1.2.3") + notes.delete_study("1.2.4") == 1
    assert dynamo.items("work") == []  # parts of killed writers, too


def test_a_job_is_the_old_one_or_the_new(dynamo: Watched) -> None:
    jobs = DynamoJobs(dynamo.tables)
    old = job(payload=NOISE.hex(), created_at=NOON)
    dynamo.killed_at_every_write(
        lambda: jobs.put(old),
        lambda: jobs.put(replace(old, owner="you", result=NOISE[::-1].hex(), done=3)),
        lambda: (jobs.get("j1"), jobs.of_owner("me"), jobs.of_owner("you")),
    )


def test_a_model_becomes_active_and_is_no_longer_announced_in_one_step(dynamo: Watched) -> None:
    models = DynamoModels(dynamo.tables)

    def prepare() -> None:
        for name in "ab":
            models.register(model(name))
        models.activate("a")
        models.announce("b")

    dynamo.killed_at_every_write(
        prepare,
        lambda: models.activate("b"),
        lambda: (models.active(), models.announced()),
    )
