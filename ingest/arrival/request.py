"""What a run of ingest is asked to do, and which files it can leave alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra.records import DEFAULT_DATASET, LedgerRow, Outcome
from ingest.arrival.items import Item
from ingest.summary import Summary

AGAIN = frozenset({"unreadable", "burned_in_text", "erased"})  # refusals that may pass next time


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to ingest and how. `again` reads refused files anew, and `only` names
    the files to take of those below `paths`: `similis retry` sets both.
    """

    paths: Sequence[Path]
    reports: Path | None = None
    dataset: str = DEFAULT_DATASET
    jobs: int = 2
    keep_identity: bool = False
    replace_conflicts: bool = False
    again: bool = False
    only: frozenset[str] | None = None


@dataclass(slots=True)
class Progress:
    """Told of every file; the command line draws a bar from it."""

    start: Callable[[int], None] = field(default=lambda _total: None)
    step: Callable[[Summary], None] = field(default=lambda _summary: None)


def count_again(row: LedgerRow, summary: Summary) -> None:
    """Count a file that an earlier run settled: what is already there is a duplicate now."""
    here = row.outcome in (Outcome.INDEXED, Outcome.ATTACHED)
    summary.unchanged += 1
    summary.add(Outcome.DUPLICATE if here else row.outcome, row.reason)


def settled(item: Item, rows: Sequence[LedgerRow], request: Request) -> LedgerRow | None:
    """The row of an earlier run that still says all there is to say of this file, or None."""
    for row in rows:
        if (row.size, row.mtime_ns) != (item.size, item.mtime_ns) or not row.sha256:
            continue
        if row.dataset != request.dataset:
            continue
        if row.outcome is Outcome.REFUSED and (request.again or row.reason in AGAIN):
            return None
        if row.outcome is Outcome.CONFLICT and request.replace_conflicts:
            # One that was replaced stays so, or the two would take turns in every run.
            return row if row.reason == "replaced" else None
        return row
    return None
