"""One row per received file, in the table `work`.

| item | pk | sk |
|---|---|---|
| row of a file with a content | `ledger#BUCKET`, by a hash of the file's name | name, sha256 |
| the same of a refused file | `refused#BUCKET` | as above |
| which row owns an object | `object#INSTANCE_UID` | `owner` |
| rows that name a study | `ledger-study#STUDY_UID` | as above |

What changes together is one transaction on the condition that nothing of it has changed since it
was read; so two processes never make two owners of one object.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from infra.aws.dynamo_calls import Lost
from infra.aws.dynamo_ledger_plan import (
    BY_STUDY,
    REFUSED,
    ROWS,
    TALLY,
    Known,
    key_of_row,
    keys_touched,
    name_key,
    owner_key,
    owners_touched,
    partition_of,
    planned,
    record_of,
    removal,
)
from infra.aws.dynamo_lists import partitions_of
from infra.aws.dynamo_table import Write
from infra.aws.dynamo_tables import MOST_WRITES
from infra.aws.dynamo_tallies import counted
from infra.aws.dynamo_values import Item, Key
from infra.aws.dynamo_work import InWork
from infra.codec import from_json, sortable
from infra.parts import in_parts
from infra.records import LedgerRow

STEP = 32  # rows that are written in one transaction if they fit; as many as ingest stores at once
FORGET = 24


class ReceivedFiles(InWork):
    """The rows of the ledger."""

    def mark(self, rows: Sequence[LedgerRow]) -> None:
        """See Ledger. More than 32 rows are several steps, each of which is all or none."""
        for row in rows:  # what cannot be stored is found before anything is
            key_of_row(row), record_of(row)
        for part in in_parts(rows, STEP):
            self._mark(part)

    def owners(self, instance_uids: Iterable[str]) -> dict[str, LedgerRow]:
        """See Ledger."""
        keys = {owner_key(uid): uid for uid in instance_uids if uid}
        return {keys[key]: _row(item) for key, item in self._table.get_many(keys).items()}

    def of_files(self, files: Iterable[str]) -> dict[str, list[LedgerRow]]:
        """See Ledger."""
        distinct = list(dict.fromkeys(files))
        rows = self._tables.at_once(self._of_file, distinct)
        return {file: of_file for file, of_file in zip(distinct, rows, strict=True) if of_file}

    def rows(self, *, refused: bool = False) -> Iterator[LedgerRow]:
        """See Ledger."""
        items = self._table.merged(partitions_of([REFUSED if refused else ROWS]))
        for _, group in groupby(items, key=_group):
            yield from sorted(map(_row, group), key=_order)

    def counts(self) -> dict[str, int]:
        """See Ledger. Outcomes without rows are left out."""
        return {what: number for what, number in counted(self._table, TALLY).items() if number}

    def forget(self, study_uids: Iterable[str]) -> int:
        """See Ledger."""
        count = 0
        for study_uid in filter(None, dict.fromkeys(study_uids)):
            named = list(self._table.query(f"{BY_STUDY}#{study_uid}"))
            for part in in_parts(named, FORGET):
                count += self._forget(study_uid, [(item["row_pk"], item["sk"]) for item in part])
        return count

    # --- inside -----------------------------------------------------------------------------------

    def _mark(self, rows: Sequence[LedgerRow]) -> None:
        """In one transaction, or in two halves where it would be too large for one."""

        def step() -> bool:
            writes = planned(self._table, rows, self._known(keys_touched(rows), rows))
            return self._write(writes)

        if not self._tables.until_done(step):
            middle = len(rows) // 2
            self._mark(rows[:middle])
            self._mark(rows[middle:])

    def _write(self, writes: Sequence[Write]) -> bool:
        if len(writes) > MOST_WRITES:
            return False
        if writes:
            self._tables.transact(writes)
        return True

    def _known(self, keys: Iterable[Key], rows: Sequence[LedgerRow] = ()) -> Known:
        """What is stored at these keys, and who owns what they, and the new rows, name."""
        stored = self._table.get_many(keys)
        uids = owners_touched([*map(_row, stored.values()), *rows])
        return Known(stored, self._table.get_many(map(owner_key, uids)))

    def _forget(self, study_uid: str, keys: Sequence[Key]) -> int:
        def step() -> int:
            known = self._known(keys)
            writes, count = removal(self._table, study_uid, keys, known)
            if not self._write(writes):
                raise Lost("too many rows at once")  # cannot be: four writes a row at most
            return count

        return self._tables.until_done(step)

    def _of_file(self, file: str) -> list[LedgerRow]:
        found = self._table.query(partition_of(ROWS, file), prefix=name_key(file))
        return sorted(map(_row, found), key=_order, reverse=True)


def _row(item: Item) -> LedgerRow:
    return from_json(LedgerRow, item["row"])


def _group(item: Item) -> str:
    """What of a sort key is in the order of files; longer names are put in order when read."""
    return str(item["sk"]).partition("\0")[0].partition("\U0010ffff")[0]


def _order(row: LedgerRow) -> tuple[str, str, str]:
    return row.file, sortable(row.at), row.sha256
