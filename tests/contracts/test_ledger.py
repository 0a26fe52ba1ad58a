"""Ledger: what its docstrings say, for every adapter."""

from dataclasses import replace

import pytest

from infra.records import LedgerRow, Outcome, UnfinishedStudy, WaitingReport
from infra.services import Services
from tests.contracts.examples import later, ledger_row


def indexed(file: str, sha256: str, uid: str = "1.2.3.1") -> LedgerRow:
    return ledger_row(file, sha256, outcome=Outcome.INDEXED, instance_uid=uid, study_uid="1.2.3")


# --- received files -------------------------------------------------------------------------------


def test_rows_come_back_as_they_were(stores: Services, others: Services) -> None:
    row = LedgerRow(
        file="A.zip!/Örtlich/x.dcm",
        sha256="ab",
        outcome=Outcome.INDEXED,
        instance_uid="1.2.3.1",
        study_uid="1.2.3",
        dataset="d",
        reason="r",
        message='m "quoted"',
        size=5,
        mtime_ns=1_700_000_000_123_456_789,
        at=later(0.1),
    )
    stores.ledger.mark([row, ledger_row("b", at=None)])
    assert list(others.ledger.rows()) == [row, ledger_row("b", at=None)]


def test_the_same_file_and_sha256_replaces(stores: Services) -> None:
    stores.ledger.mark([ledger_row(reason="one"), ledger_row(sha256="bb")])
    new = ledger_row(reason="two", at=later(1))
    stores.ledger.mark([new])
    assert stores.ledger.of_files(["a.dcm"]) == {"a.dcm": [new, ledger_row(sha256="bb")]}


def test_a_row_with_a_sha256_replaces_the_one_without(stores: Services) -> None:
    stores.ledger.mark([ledger_row(sha256=""), ledger_row("other", "")])
    stores.ledger.mark([ledger_row(sha256="aa")])
    assert list(stores.ledger.rows()) == [ledger_row(sha256="aa"), ledger_row("other", "")]


def test_mark_is_all_or_none(stores: Services) -> None:
    broken = replace(ledger_row("b"), at="not a time")
    with pytest.raises((AttributeError, TypeError, ValueError)):
        stores.ledger.mark([ledger_row("a"), broken])
    assert list(stores.ledger.rows()) == []


def test_one_file_owns_an_object(stores: Services) -> None:
    first, second = indexed("a", "aa"), indexed("b", "bb")
    stores.ledger.mark([first, second, indexed("c", "cc", uid="1.2.3.2")])
    assert [row.outcome for row in stores.ledger.rows()] == [
        Outcome.INDEXED, Outcome.DUPLICATE, Outcome.INDEXED,
    ]  # fmt: skip
    assert stores.ledger.owners(["1.2.3.1", "1.2.3.2", "nothing"]) == {
        "1.2.3.1": first,
        "1.2.3.2": indexed("c", "cc", uid="1.2.3.2"),
    }


def test_an_owner_marked_again_stays_the_owner(stores: Services) -> None:
    stores.ledger.mark([indexed("a", "aa")])
    again = replace(indexed("a", "aa"), at=later(5))
    stores.ledger.mark([again])
    assert stores.ledger.owners(["1.2.3.1"]) == {"1.2.3.1": again}


def test_an_object_can_change_its_owner(stores: Services) -> None:
    old, new = indexed("a", "aa"), indexed("b", "bb")
    stores.ledger.mark([old])
    stores.ledger.mark([replace(old, outcome=Outcome.CONFLICT, reason="replaced"), new])
    assert stores.ledger.owners(["1.2.3.1"]) == {"1.2.3.1": new}


def test_rows_without_an_object_own_nothing(stores: Services) -> None:
    stores.ledger.mark([indexed("a", "aa", uid=""), indexed("b", "bb", uid="")])
    assert stores.ledger.counts() == {"indexed": 2}
    assert stores.ledger.owners([""]) == {}


def test_of_files_newest_first(stores: Services) -> None:
    rows = [ledger_row(sha256=str(n), at=later(minutes)) for n, minutes in enumerate((2, 3, 1))]
    stores.ledger.mark([*rows, ledger_row("b")])
    found = stores.ledger.of_files(["a.dcm", "b", "nothing"])
    assert found == {"a.dcm": [rows[1], rows[0], rows[2]], "b": [ledger_row("b")]}


def test_rows_in_the_order_of_file_and_time(stores: Services) -> None:
    rows = [
        ledger_row("b", "1", at=later(2)),
        ledger_row("a", "2", at=later(3), outcome=Outcome.DUPLICATE),
        ledger_row("b", "3", at=later(1)),
        ledger_row("b/c", "4", at=later(0)),
    ]
    stores.ledger.mark(rows)
    assert list(stores.ledger.rows()) == [rows[1], rows[2], rows[0], rows[3]]
    assert list(stores.ledger.rows(refused=True)) == [rows[2], rows[0], rows[3]]


def test_rows_stream_past_many(stores: Services) -> None:
    rows = [ledger_row(f"f{number:05d}") for number in range(2_500)]
    stores.ledger.mark(rows)
    assert list(stores.ledger.rows()) == rows
    assert list(stores.ledger.rows(refused=True)) == rows


def test_counts(stores: Services) -> None:
    assert stores.ledger.counts() == {}
    stores.ledger.mark([ledger_row("a"), ledger_row("b"), indexed("c", "cc")])
    assert stores.ledger.counts() == {"refused": 2, "indexed": 1}


def test_forget(stores: Services) -> None:
    kept = [ledger_row("a"), replace(indexed("d", "dd", "5"), study_uid="5.5")]
    stores.ledger.mark([indexed("b", "bb"), indexed("c", "cc"), *kept])
    assert stores.ledger.forget(["1.2.3", "nothing", ""]) == 2
    assert list(stores.ledger.rows()) == kept
    assert stores.ledger.owners(["1.2.3.1"]) == {}


# --- waiting reports ------------------------------------------------------------------------------


def waiting(name: str, key: str = "k", sealed: bytes = b"\x00\xff") -> WaitingReport:
    return WaitingReport(waiting_id=name, key=key, sealed=sealed, received_at=later(0))


def test_waiting_reports_in_the_order_they_came(stores: Services, others: Services) -> None:
    stores.ledger.put_waiting([waiting("b"), waiting("c", "other")])
    stores.ledger.put_waiting([waiting("a")])
    assert others.ledger.waiting(["k"]) == [waiting("b"), waiting("a")]
    assert others.ledger.waiting(["k", "other", "x"]) == [
        waiting("b"), waiting("c", "other"), waiting("a"),
    ]  # fmt: skip
    assert others.ledger.count_waiting() == 3


def test_the_same_waiting_id_replaces(stores: Services) -> None:
    stores.ledger.put_waiting([waiting("a"), waiting("a", sealed=b"new")])
    assert stores.ledger.waiting(["k"]) == [waiting("a", sealed=b"new")]
    no_time = replace(waiting("a", "k2"), received_at=None)
    stores.ledger.put_waiting([no_time])
    assert stores.ledger.waiting(["k"]) == []
    assert stores.ledger.waiting(["k2"]) == [no_time]


def test_drop_waiting(stores: Services) -> None:
    stores.ledger.put_waiting([waiting("a"), waiting("b")])
    stores.ledger.drop_waiting(["a", "nothing"])
    assert stores.ledger.waiting(["k"]) == [waiting("b")]
    assert stores.ledger.count_waiting() == 1


def test_one_that_has_joined_is_kept_and_no_longer_counted(
    stores: Services, others: Services
) -> None:
    stores.ledger.put_waiting([waiting("a"), waiting("b")])
    stores.ledger.note_joined(["b", "nothing"])
    assert others.ledger.waiting(["k"]) == [waiting("a"), replace(waiting("b"), joined=True)]
    assert others.ledger.count_waiting() == 1
    stores.ledger.put_waiting([replace(waiting("c"), joined=True), waiting("b")])
    assert [report.joined for report in others.ledger.waiting(["k"])] == [False, True, False]
    stores.ledger.drop_waiting(["c"])
    assert others.ledger.count_waiting() == len(others.ledger.waiting(["k"])) == 2


# --- unfinished studies ---------------------------------------------------------------------------


def test_notes_of_unfinished_studies(stores: Services, others: Services) -> None:
    one = UnfinishedStudy(
        note_id="n2", study_uid="1.2", dataset="d", patient_key="p-1", patient_tomb="patient-1"
    )
    two, same = UnfinishedStudy(note_id="n3", study_uid="1.1"), replace(one, note_id="n1")
    stores.ledger.begin([one, two])
    stores.ledger.begin([same, two])
    assert others.ledger.unfinished() == [two, same, one]
    stores.ledger.finish(["n1", "nothing"])
    assert others.ledger.unfinished() == [two, one]
    stores.ledger.begin([replace(two, dataset="e")])
    assert others.ledger.unfinished() == [replace(two, dataset="e"), one]
    stores.ledger.finish(["n2", "n3"])
    assert others.ledger.unfinished() == []


# --- tombstones -----------------------------------------------------------------------------------


def test_tombstones(stores: Services, others: Services) -> None:
    stores.ledger.bury(["a", "b"])
    stores.ledger.bury(["b", "c"])
    assert others.ledger.buried(["a", "b", "c", "d"]) == {"a", "b", "c"}
    stores.ledger.unbury(["a", "d"])
    assert others.ledger.buried(["a", "b", "c", "d"]) == {"b", "c"}
    assert others.ledger.buried([]) == set()


def test_all_tombstones_and_waiting_reports_can_be_moved(stores: Services) -> None:
    ledger = stores.ledger
    assert (list(ledger.tombstones()), list(ledger.all_waiting())) == ([], [])
    tokens = {f"token-{number}" for number in range(1_100)}
    ledger.bury(tokens)
    ledger.unbury({"token-7"})
    assert sorted(ledger.tombstones()) == sorted(tokens - {"token-7"})
    reports = [
        WaitingReport(waiting_id=f"w{n}", key=f"k{n % 3}", sealed=bytes(n) * 5_000, joined=n == 2)
        for n in (5, 3, 9, 2)
    ]
    ledger.put_waiting(reports[:3])
    ledger.put_waiting(reports[3:])
    assert list(ledger.all_waiting()) == reports
