"""Reports that wait for their study, in the table `work`.

| item | pk | sk |
|---|---|---|
| a report | `waiting#KEY` | when it came, waiting_id |
| where it is | `waiting-id#WAITING_ID` | `place` |
"""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import chain
from threading import Lock
from time import time_ns
from uuid import uuid4

from infra.aws.dynamo_bodies import Body, body_of, part_keys, parts_written, text_of
from infra.aws.dynamo_calls import Lost
from infra.aws.dynamo_conditions import as_read
from infra.aws.dynamo_table import Write
from infra.aws.dynamo_tallies import counted, counting
from infra.aws.dynamo_values import Item, Key, key_of
from infra.aws.dynamo_work import InWork
from infra.parts import in_parts
from infra.records import WaitingReport

TALLY, WAITING = "waiting-tally", "waiting"
STEP = 30  # reports in one transaction: three writes each


class _Arrivals:
    """Times as text that grow with every call of this process."""

    def __init__(self) -> None:
        self._last, self._lock = 0, Lock()

    def next(self) -> str:
        with self._lock:
            self._last = max(self._last + 1, time_ns())
            return f"{self._last:020d}"


class WaitingReports(InWork):
    """Reports by the key that they wait for."""

    _clock = _Arrivals()  # of the whole process

    def put_waiting(self, reports: Sequence[WaitingReport]) -> None:
        """See Ledger. One that replaces another takes a new place in the order."""
        latest: dict[str, WaitingReport] = {}
        for report in reports:
            latest.pop(report.waiting_id, None)
            latest[report.waiting_id] = report
        for part in in_parts(latest.values(), STEP):
            self._tables.until_done(lambda part=part: self._put(part))  # type: ignore[misc]

    def waiting(self, keys: Iterable[str]) -> list[WaitingReport]:
        """See Ledger."""
        partitions = [f"{WAITING}#{key}" for key in dict.fromkeys(keys)]
        return self._tables.until_done(lambda: self._waiting(partitions))

    def all_waiting(self) -> Iterator[WaitingReport]:
        """See Ledger."""
        found = self._table.everything(f"{WAITING}#", only=["waiting_id"])
        places = sorted((item["sk"], item["pk"]) for item in found if "waiting_id" in item)
        for part in in_parts(((pk, sk) for sk, pk in places), STEP):
            yield from self._tables.until_done(partial(self._at, part))

    def _at(self, keys: Sequence[Key]) -> list[WaitingReport]:
        """The reports that are still at these places."""
        found = self._table.get_many(keys)
        parts = self._table.get_many(chain.from_iterable(map(part_keys, found.values())))
        return [_report_of(found[key], parts) for key in keys if key in found]

    def drop_waiting(self, waiting_ids: Iterable[str]) -> None:
        """See Ledger."""
        for part in in_parts(dict.fromkeys(waiting_ids), STEP):
            self._tables.until_done(lambda part=part: self._drop(part))  # type: ignore[misc]

    def note_joined(self, waiting_ids: Iterable[str]) -> None:
        """See Ledger."""
        for part in in_parts(dict.fromkeys(waiting_ids), STEP):
            self._tables.until_done(lambda part=part: self._join(part))  # type: ignore[misc]

    def count_waiting(self) -> int:
        """See Ledger."""
        return counted(self._table, TALLY)[WAITING]

    # --- inside -----------------------------------------------------------------------------------

    def _put(self, reports: Sequence[WaitingReport]) -> None:
        table, by = self._table, 0
        writes: list[Write] = []
        parts: list[Item] = []
        places, stored = self._stored(report.waiting_id for report in reports)
        for report in reports:
            item, body = _item_of(report, self._clock.next())
            place = places.get(report.waiting_id)
            if place is not None:
                old = stored[place["at_pk"], place["at_sk"]]
                writes.append(table.deleting(key_of(old), as_read(old)))
                by -= not old["joined"]
            writes.append(table.putting(item))
            writes.append(table.putting(_place_of(item), as_read(place)))
            by += not report.joined
            parts += body.parts
        gone = chain.from_iterable(map(part_keys, stored.values()))
        with parts_written(table, parts, gone):
            self._tables.transact([*writes, *counting(table, TALLY, {WAITING: by})])

    def _waiting(self, partitions: Sequence[str]) -> list[WaitingReport]:
        found = self._tables.at_once(lambda pk: list(self._table.query(pk)), partitions)
        items = {key_of(item): item for item in chain.from_iterable(found)}
        owners = [item for item in items.values() if "waiting_id" in item]
        return [_report_of(item, items) for item in sorted(owners, key=lambda item: item["sk"])]

    def _drop(self, waiting_ids: Sequence[str]) -> None:
        table, writes, by = self._table, list[Write](), Counter[str]()
        places, stored = self._stored(waiting_ids)
        for place in places.values():
            old = stored[place["at_pk"], place["at_sk"]]
            writes.append(table.deleting(key_of(old), as_read(old)))
            writes.append(table.deleting(key_of(place), as_read(place)))
            by[WAITING] -= not old["joined"]
        if writes:
            self._tables.transact([*writes, *counting(table, TALLY, by)])
            table.delete_many(chain.from_iterable(map(part_keys, stored.values())))

    def _join(self, waiting_ids: Sequence[str]) -> None:
        table = self._table
        _, stored = self._stored(waiting_ids)
        joining = [item for item in stored.values() if not item["joined"]]
        writes = [
            table.changing(key_of(item), {"joined": True, "rev": uuid4().hex}, as_read(item))
            for item in joining
        ]
        if writes:
            self._tables.transact([*writes, *counting(table, TALLY, {WAITING: -len(joining)})])

    def _stored(self, waiting_ids: Iterable[str]) -> tuple[dict[str, Item], dict[Key, Item]]:
        """Where these reports are, by id, and they themselves. Raises Lost when one just moved."""
        keys = {_place_key(waiting_id): waiting_id for waiting_id in waiting_ids}
        places = {keys[key]: item for key, item in self._table.get_many(keys).items()}
        wanted = [(place["at_pk"], place["at_sk"]) for place in places.values()]
        stored = self._table.get_many(wanted)
        if len(stored) < len(wanted):
            raise Lost("a waiting report has just been replaced")
        return places, stored


def _item_of(report: WaitingReport, arrived: str) -> tuple[Item, Body]:
    key = f"{WAITING}#{report.key}", f"{arrived}#{report.waiting_id}"
    body = body_of(key, b64encode(report.sealed).decode())
    told = {
        "pk": key[0],
        "sk": key[1],
        "waiting_id": report.waiting_id,
        "received_at": report.received_at and report.received_at.isoformat(),
        "joined": report.joined,
        "rev": uuid4().hex,
    }
    return told | body.attributes, body


def _report_of(item: Item, items: dict[Key, Item]) -> WaitingReport:
    received_at = item.get("received_at")
    return WaitingReport(
        waiting_id=item["waiting_id"],
        key=item["pk"].partition("#")[2],
        sealed=b64decode(text_of(item, items)),
        received_at=datetime.fromisoformat(received_at) if received_at else None,
        joined=item["joined"],
    )


def _place_key(waiting_id: str) -> Key:
    return f"waiting-id#{waiting_id}", "place"


def _place_of(item: Item) -> Item:
    pk, sk = _place_key(item["waiting_id"])
    return {"pk": pk, "sk": sk, "at_pk": item["pk"], "at_sk": item["sk"], "rev": item["rev"]}
