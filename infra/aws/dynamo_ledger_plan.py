"""What has to be written so that the ledger holds new rows: pure, from what was read.

The rules are the same as of the embedded ledger: rows count one after the other; a row with a
sha256 replaces that of its file without one; an object that another row owns makes a duplicate.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import uuid4

from infra.aws.dynamo_conditions import as_read
from infra.aws.dynamo_lists import bucket_of
from infra.aws.dynamo_table import Table, Write
from infra.aws.dynamo_tallies import counting
from infra.aws.dynamo_values import Item, Key
from infra.codec import from_json, sortable, to_json
from infra.records import LedgerRow, Outcome

ROWS, REFUSED, BY_STUDY, TALLY = "ledger", "refused", "ledger-study", "ledger-tally"
OWNING = (Outcome.INDEXED, Outcome.ATTACHED)
LONGEST_NAME = 880  # bytes of UTF-8; a sort key has 1,024


@dataclass(frozen=True, slots=True)
class Known:
    """What was read: rows and owners by their keys."""

    rows: Mapping[Key, Item]
    owners: Mapping[Key, Item]


# --- keys -----------------------------------------------------------------------------------------


def name_key(file: str) -> str:
    """Begins the sort keys of a file's rows, and sorts as the names do.

    Names that are too long are cut, and told apart by a hash. What does not fit into the last bytes
    is a character of more bytes, and so a later one, than any that does.
    """
    name = file.encode()
    if len(name) <= LONGEST_NAME:
        return f"{file}\0"
    cut = name[:LONGEST_NAME].decode(errors="ignore")
    return f"{cut}\U0010ffff{sha256(name).hexdigest()[:32]}\0"


def partition_of(name: str, file: str) -> str:
    """All rows of a file are in one partition of a list."""
    return f"{name}#{bucket_of(file)}"


def key_of_row(row: LedgerRow) -> Key:
    """A row is a file with a content."""
    return partition_of(ROWS, row.file), f"{name_key(row.file)}{row.sha256}"


def owner_key(instance_uid: str) -> Key:
    """Where it says which row owns an object."""
    return f"object#{instance_uid}", "owner"


def keys_touched(rows: Iterable[LedgerRow]) -> set[Key]:
    """Rows that are replaced when these are written."""
    return {key_of_row(r) for row in rows for r in (row, replace(row, sha256=""))}


def owners_touched(rows: Iterable[LedgerRow]) -> set[str]:
    """Objects that these rows own, or would."""
    return {row.instance_uid for row in rows if row.instance_uid and row.outcome in OWNING}


def record_of(row: LedgerRow) -> str:
    """A row as JSON. Raises what a wrong value does."""
    sortable(row.at)
    return to_json(row)


# --- what is to be written ------------------------------------------------------------------------


def planned(table: Table, rows: Sequence[LedgerRow], known: Known) -> list[Write]:
    """The writes of one transaction that marks these rows."""
    return _Plan(table, known).mark(rows).writes()


def removal(
    table: Table, study_uid: str, keys: Sequence[Key], known: Known
) -> tuple[list[Write], int]:
    """The writes that delete the rows that still name this study, and how many those are."""
    plan = _Plan(table, known)
    count = 0
    for key in keys:
        row = plan.now.get(key)
        if row is not None and row.study_uid == study_uid:
            plan.drop(key)
            count += 1
    return plan.writes(), count


class _Plan:
    """How rows and owners are to be, beside how they were read."""

    def __init__(self, table: Table, known: Known) -> None:
        self._table, self._known = table, known
        self._was = {key: from_json(LedgerRow, item["row"]) for key, item in known.rows.items()}
        self.now: dict[Key, LedgerRow | None] = dict(self._was)
        self._owners: dict[Key, Key | None] = {
            key: (item["row_pk"], item["row_sk"]) for key, item in known.owners.items()
        }
        self._consulted: set[Key] = set()

    def mark(self, rows: Sequence[LedgerRow]) -> "_Plan":
        for row in rows:
            self.drop(key_of_row(replace(row, sha256="")))
            self.drop(key_of_row(row))
            self._add(row)
        return self

    def drop(self, key: Key) -> None:
        row = self.now.get(key)
        if row is None:
            return
        owner = owner_key(row.instance_uid)
        if self._owners.get(owner) == key:
            self._owners[owner] = None
        self.now[key] = None

    def _add(self, row: LedgerRow) -> None:
        key = key_of_row(row)
        if row.outcome in OWNING and row.instance_uid:
            owner = owner_key(row.instance_uid)
            self._consulted.add(owner)
            if self._owners.get(owner) is None:
                self._owners[owner] = key
            else:
                row = replace(row, outcome=Outcome.DUPLICATE)
        self.now[key] = row

    def writes(self) -> list[Write]:
        tally: Counter[str] = Counter()
        writes: list[Write] = []
        for key, row in self.now.items():
            was = self._was.get(key)
            if row != was:
                writes += self._of_row(key, was, row)
            tally.update({row.outcome: 1} if row else {})
            tally.subtract({was.outcome: 1} if was else {})
        for owner, owning in self._owners.items():
            writes += self._of_owner(owner, owning)
        return writes + counting(self._table, TALLY, tally)

    def _of_row(self, key: Key, was: LedgerRow | None, row: LedgerRow | None) -> list[Write]:
        """A row and what leads to it."""
        table, old, new = self._table, _places(key, was), _places(key, row)
        ways = [table.deleting(place) for place in old.keys() - new.keys()]
        ways += [
            table.putting(_item(place, **more))
            for place, more in new.items()
            if old.get(place) != more
        ]
        condition = as_read(self._known.rows.get(key))
        if row is None:
            return [table.deleting(key, condition), *ways]
        made = _item(key, row=record_of(row), rev=uuid4().hex)
        return [table.putting(made, condition), *ways]

    def _of_owner(self, owner: Key, key: Key | None) -> list[Write]:
        """Who owns an object; or, where that stays, that it has stayed until now."""
        item = self._known.owners.get(owner)
        if key is None:
            return [self._table.deleting(owner, as_read(item))] if item else []
        row = self.now.get(key)  # None of an owner that is not touched
        if row is None or (item is not None and item["row"] == record_of(row)):
            consulted = owner in self._consulted
            return [self._table.checking(owner, as_read(item))] if consulted else []
        made = _item(owner, row_pk=key[0], row_sk=key[1], row=record_of(row), rev=uuid4().hex)
        return [self._table.putting(made, as_read(item))]


def _places(key: Key, row: LedgerRow | None) -> dict[Key, Item]:
    """Items that lead to a row, or repeat it, for those who look for it in another way."""
    places: dict[Key, Item] = {}
    if row is not None and row.study_uid:
        places[f"{BY_STUDY}#{row.study_uid}", key[1]] = {"row_pk": key[0]}
    if row is not None and row.outcome is Outcome.REFUSED:
        places[partition_of(REFUSED, row.file), key[1]] = {"row": record_of(row)}
    return places


def _item(key: Key, **attributes: str) -> Item:
    return {"pk": key[0], "sk": key[1], **attributes}
