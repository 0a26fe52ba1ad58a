"""What the ledger writes into DynamoDB, from what it has read: no server needed."""

from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.aws.dynamo_ledger_plan import (
    Known,
    key_of_row,
    keys_touched,
    name_key,
    owner_key,
    owners_touched,
    planned,
    record_of,
)
from infra.aws.dynamo_received import STEP
from infra.aws.dynamo_table import Table, Write
from infra.aws.dynamo_tables import MOST_WRITES
from infra.aws.dynamo_values import Item, Key, key_of
from infra.records import LedgerRow, Outcome
from tests.contracts.examples import ledger_row


class Writes:
    """Notes what a table would be asked to write."""

    def putting(self, item: Item, condition: object = None) -> Write:
        return Write("put", {"key": key_of(item), "item": item, "condition": str(condition)})

    def deleting(self, key: Key, condition: object = None) -> Write:
        return Write("delete", {"key": key, "condition": str(condition)})

    def checking(self, key: Key, condition: object) -> Write:
        return Write("check", {"key": key, "condition": str(condition)})

    def changing(self, key: Key, changes: Item, *, adding: dict[str, int]) -> Write:
        return Write("update", {"key": key, "adding": adding})


def plan(rows: list[LedgerRow], rows_there: tuple[LedgerRow, ...] = ()) -> list[Write]:
    """Of an archive in which these rows are, the first of each object its owner."""
    stored: dict[Key, Item] = {}
    owners: dict[Key, Item] = {}
    for row in rows_there:
        pk, sk = key_of_row(row)
        stored[pk, sk] = {"pk": pk, "sk": sk, "row": record_of(row), "rev": "r"}
        for uid in owners_touched([row]):
            way = {"row_pk": pk, "row_sk": sk, "row": record_of(row), "rev": "o"}
            owners.setdefault(owner_key(uid), {"pk": f"object#{uid}", "sk": "owner", **way})
    touched = {key: item for key, item in stored.items() if key in keys_touched(rows)}
    return planned(cast(Table, Writes()), rows, Known(touched, owners))


def indexed(file: str, sha256: str, uid: str = "1.2.3.1", **changes: Any) -> LedgerRow:
    made = ledger_row(file, sha256, outcome=Outcome.INDEXED, instance_uid=uid, study_uid="1.2.3")
    return replace(made, **changes)


def keys(writes: list[Write], kind: str) -> list[Key]:
    return [write.arguments["key"] for write in writes if write.kind == kind]


def tally(writes: list[Write]) -> dict[str, int]:
    return {k: v for write in writes if write.kind == "update"
            for k, v in write.arguments["adding"].items()}  # fmt: skip


def test_a_batch_of_ingest_fits_into_one_transaction() -> None:
    rows = [indexed(f"f{n}", f"{n:064x}", f"1.2.{n}") for n in range(STEP)]
    writes = plan(rows)
    assert len(writes) <= MOST_WRITES
    assert tally(writes) == {"indexed": STEP}


def test_a_row_that_is_written_again_changes_nothing_else() -> None:
    row = indexed("a", "aa")
    again = replace(row, size=9)
    writes = plan([again], (row,))
    assert keys(writes, "put") == [key_of_row(row), owner_key("1.2.3.1")]
    assert keys(writes, "delete") == []
    assert tally(writes) == {}


def test_equal_rows_write_nothing() -> None:
    row = indexed("a", "aa")
    assert [write.kind for write in plan([row], (row,))] == ["check"]


def test_a_duplicate_depends_on_its_owner() -> None:
    writes = plan([indexed("b", "bb")], (indexed("a", "aa"),))
    assert keys(writes, "check") == [owner_key("1.2.3.1")]
    assert tally(writes) == {"duplicate": 1}


def test_a_new_object_depends_on_having_no_owner() -> None:
    (write,) = [w for w in plan([indexed("a", "aa")]) if w.arguments["key"][1] == "owner"]
    assert "attribute_not_exists" in write.arguments["condition"]


def test_what_is_disowned_lets_go() -> None:
    old = indexed("a", "aa")
    writes = plan([replace(old, outcome=Outcome.CONFLICT)], (old,))
    assert keys(writes, "delete") == [owner_key("1.2.3.1")]
    assert tally(writes) == {"indexed": -1, "conflict": 1}


def test_no_item_is_written_twice_in_a_transaction() -> None:
    there = (indexed("a", "aa"), ledger_row("c", ""), indexed("d", "dd", "5.5"))
    rows = [
        indexed("b", "bb"), indexed("a", "aa", outcome=Outcome.CONFLICT), indexed("b", "bb"),
        ledger_row("c", "cc"), ledger_row("c", "cc", reason="other"), indexed("d", "dd", "6.6"),
    ]  # fmt: skip
    written = [write.arguments["key"] for write in plan(rows, there)]
    assert len(written) == len(set(written))


def test_the_first_of_equal_objects_owns_it() -> None:
    writes = plan([indexed("a", "aa"), indexed("b", "bb")])
    (owner,) = [w.arguments["item"] for w in writes if w.arguments["key"][1] == "owner"]
    assert owner["row_sk"] == key_of_row(indexed("a", "aa"))[1]
    assert tally(writes) == {"indexed": 1, "duplicate": 1}


NAMES = st.text(st.sampled_from("ab/é𝔸"), max_size=12)
LONG = st.integers(870, 885).map("x".__mul__)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.lists(st.tuples(LONG | st.just(""), NAMES).map("".join), min_size=2, max_size=2))
def test_sort_keys_are_in_the_order_of_names(names: list[str]) -> None:
    one, other = sorted(names)
    left, right = (_without_hash(name_key(name)).encode() for name in (one, other))
    assert left <= right
    assert len(name_key(one).encode()) <= 1_024 - 64


def _without_hash(key: str) -> str:
    """Names that are the same as far as they are kept are put in order when they are read."""
    head, cut, _ = key.partition("\U0010ffff")
    return head + cut


def test_long_names_are_told_apart() -> None:
    assert name_key("x" * 2_000) != name_key("x" * 2_001)


@pytest.mark.parametrize("name", ["a\ud800", "x" * 900 + "\udfff"])
def test_names_that_have_no_utf8_are_refused(name: str) -> None:
    with pytest.raises(UnicodeEncodeError):
        name_key(name)
