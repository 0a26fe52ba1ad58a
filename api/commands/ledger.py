"""`similis ledger`."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from api.commands.common import home, json_option

if TYPE_CHECKING:
    from infra.records import LedgerRow


@click.command(epilog="Example: similis ledger --refused")
@click.option("--refused", is_flag=True, help="Only files that were refused.")
@json_option
def ledger(refused: bool, as_json: bool) -> None:
    """Say what became of every received file, and why if it was refused."""
    with home() as app:
        rows = app.services.ledger.rows(refused=refused)
        if as_json:
            _print_rows_as_json(rows)
        else:
            _print_rows(rows)


def _print_rows_as_json(rows: "Iterable[LedgerRow]") -> None:
    """One JSON array, written row by row: a ledger may be larger than memory."""
    from api.documents import ledger_document

    before = "["
    for row in rows:
        click.echo(before + json.dumps(ledger_document(row), ensure_ascii=False), nl=False)
        before = ",\n"
    click.echo("[]" if before == "[" else "]")


def _print_rows(rows: "Iterable[LedgerRow]") -> None:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row.outcome] += 1
        why = f"  {row.reason}: {row.message}" if row.reason else ""
        click.echo(f"{row.outcome:10} {row.file}{why}")
    total = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
    click.echo(f"{sum(counts.values())} files: {total or 'none'}", err=True)
