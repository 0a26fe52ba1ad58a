"""`similis tag`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import json_option, print_json

if TYPE_CHECKING:
    from ingest.reports.tagger import RulesTagger

STDIN = "-"


@click.command(epilog="Example: similis tag report.txt --json")
@click.argument("files", nargs=-1, required=True, metavar="FILE|-...")
@click.option(
    "--jsonl",
    is_flag=True,
    help='Read {"id", "text"} from each line and write one result with "id" a line.',
)
@json_option
def tag(files: tuple[str, ...], jsonl: bool, as_json: bool) -> None:
    """Find what reports say: findings with ICD-10-CM codes and whether they are present.

    Takes text files, or - for stdin. Offsets count Unicode code points. With several FILEs and
    --json the result is a list in their order, each with its "file". Nothing is stored.
    """
    from infra.logs import configure
    from infra.settings import Settings
    from ingest.reports.tagger import open_tagger

    settings = Settings.from_environment()
    configure(settings.log_level, as_json=settings.log_json)
    tagger = open_tagger()
    if jsonl:
        for line in _tagged_lines(files, tagger):
            print_json(line)
        return
    documents = [_tagged(name, tagger) for name in files]
    if as_json:
        several = [{"file": n, **d} for n, d in zip(files, documents, strict=True)]
        print_json(documents[0] if len(documents) == 1 else several)
        return
    for name, document in zip(files, documents, strict=True):
        _print(name if len(files) > 1 else "", document)


def _tagged(name: str, tagger: "RulesTagger") -> dict[str, Any]:
    from ingest.reports.documents import document

    return document(tagger.read(_text(name)), tagger)


def _tagged_lines(files: tuple[str, ...], tagger: "RulesTagger") -> Iterator[dict[str, Any]]:
    """Raises UserError naming file and line where a line is no {"id", "text"}."""
    from infra.errors import UserError
    from ingest.reports.documents import document

    for name in files:
        for number, line in enumerate(_text(name).split("\n"), 1):
            if not line.strip():
                continue
            try:
                given = json.loads(line)
                key, text = given["id"], str(given["text"])
            except (ValueError, KeyError, TypeError):
                where = f"line {number} of {'stdin' if name == STDIN else Path(name).name}"
                raise UserError(f'{where} is no JSON object with "id" and "text".') from None
            yield {"id": key, **document(tagger.read(text), tagger)}


def _text(name: str) -> str:
    """A file's text as it is, line ends included; what is no UTF-8 is replaced, never refused."""
    from infra.errors import UserError

    try:
        data = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
    except OSError as error:
        raise UserError(f"{Path(name).name} cannot be read: {error.strerror}.") from error
    return data.decode("utf-8", "replace").removeprefix("\ufeff")


def _print(name: str, document: dict[str, Any]) -> None:
    if name:
        click.echo(f"{name}:")
    for finding in document["findings"]:
        said = f"{finding['assertion']:<12} {finding['code']:<8} {finding['finding_id']}"
        why = f' by "{" ".join(finding["trigger"].split())}"' if finding["trigger"] else ""
        words = " ".join(finding["text"].split())
        click.echo(f'{said}: "{words}" at {finding["begin"]} in {finding["section"]}{why}')
