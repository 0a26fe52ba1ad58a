"""The documents keep up with the code: nothing undocumented, no dead link, examples that parse."""

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

import click
import pytest

from api.cli import COMMANDS, root
from api.export import COLUMNS
from infra.fields import FILTERS
from infra.records import LedgerRow, Outcome
from infra.settings import Settings
from ingest.reasons import SENTENCES
from ingest.storage.erase import Receipt
from ingest.summary import Summary

ROOT = Path(__file__).parents[1]
DOCS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")]
)
CLI = (ROOT / "docs/cli.md").read_text()
SETTINGS = (ROOT / "docs/settings.md").read_text()
REPORTS = (ROOT / "docs/reports.md").read_text()
CONFLICTS = {"other_pixels", "other_content", "other_study", "other_dataset", "replaced"}


def rows(text: str) -> dict[str, tuple[str, ...]]:
    """The rows of all tables by their first cell's code name: the other cells."""
    found: dict[str, tuple[str, ...]] = {}
    for line in re.findall(r"^\|(.+)\|$", text, re.MULTILINE):
        first, *rest = (cell.strip() for cell in re.split(r"(?<!\\)\|", line))
        if name := re.match(r"`(\S+?)[`\s]", first):
            found[name[1]] = tuple(rest)
    return found


def section(name: str) -> str:
    """What docs/cli.md says of a command."""
    found = re.search(rf"^## similis {name}$(.*?)(?=^## |\Z)", CLI, re.MULTILINE | re.DOTALL)
    assert found, f"docs/cli.md has no section on {name}"
    return found[1]


def command_named(name: str) -> click.Command:
    command = root.get_command(click.Context(root), name)
    assert command is not None
    return command


# --- settings -------------------------------------------------------------------------------------


def shown_default(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return f"{value:g}"
    return "none" if value in (None, "", Path()) else str(value)


@pytest.mark.parametrize("spec", fields(Settings), ids=lambda spec: spec.name)
def test_every_setting_has_its_name_default_and_meaning(spec: Field[Any]) -> None:
    name, default = spec.name, spec.default
    shown, meaning = rows(SETTINGS)[f"SIMILIS_{name.upper()}"]
    assert meaning.startswith(spec.metadata["help"])
    assert shown == ("user data folder" if name == "home" else shown_default(default))


def test_no_setting_is_documented_that_is_none() -> None:
    known = {f"SIMILIS_{spec.name.upper()}" for spec in fields(Settings)}
    said = {
        name for doc in DOCS for name in re.findall(r"SIMILIS_[A-Z0-9_]+[A-Z0-9]", doc.read_text())
    }
    for_tests = {"SIMILIS_REQUIRE_SERVICES", "SIMILIS_REQUIRE_E2E", "SIMILIS_CHROMIUM"}
    for_tests.add("SIMILIS_BUILD_WITHOUT_CAMUS")  # hatch_build.py
    assert said - known <= for_tests


# --- commands -------------------------------------------------------------------------------------


def test_every_command_has_a_section_and_no_other() -> None:
    assert set(re.findall(r"^## similis ([\w-]+)$", CLI, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented_and_no_other(name: str) -> None:
    command = command_named(name)
    below = command.commands.values() if isinstance(command, click.Group) else ()
    given = {
        flag
        for option in (*command.params, *(option for one in below for option in one.params))
        for flag in (*option.opts, *option.secondary_opts)
        if flag.startswith("--")
    }
    text = section(name)
    assert {flag for flag in given if flag not in text} == set()
    in_table = {flag for flag in rows(text) if flag.startswith("--")}
    assert in_table <= given


@pytest.mark.parametrize(
    ("command", "keys"),
    [
        ("ingest", Summary().as_json()),
        ("ledger", [spec.name for spec in fields(LedgerRow)]),
        ("search", COLUMNS),
        ("delete", [*(spec.name for spec in fields(Receipt)), "tombstones"]),
    ],
)
def test_every_key_of_a_result_is_documented(command: str, keys: list[str]) -> None:
    text = section(command)
    assert [key for key in keys if not re.search(rf"[`\"]{key}[`\"]", text)] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_defaults_are_those_of_the_code(name: str) -> None:
    table = rows(section(name))
    for option in command_named(name).params:
        shown, *more = table.get(option.opts[0], ("",))
        if more and isinstance(option, click.Option) and option.show_default:
            assert shown.strip("`") == str(option.default), option.name


# --- words of the command line --------------------------------------------------------------------


def test_every_reason_code_is_documented_with_its_outcome() -> None:
    table = rows(section("ledger").partition("### Reason codes")[2])
    assert set(table) == set(SENTENCES)
    outcomes = {code: cells[0] for code, cells in table.items()}
    assert {code for code, outcome in outcomes.items() if outcome == "conflict"} == CONFLICTS
    assert set(outcomes.values()) == {"conflict", "refused"}


def test_every_outcome_is_documented() -> None:
    text = section("ledger").partition("### Outcomes")[2].partition("###")[0]
    assert list(rows(text)) == [outcome.value for outcome in Outcome]


def test_every_filter_is_documented_as_it_is() -> None:
    text = section("search").partition("| name | kind |")[2].partition("\n\n")[0]
    assert rows(text) == {
        field.name: (field.kind.value, field.facet.value, field.help) for field in FILTERS.values()
    }


def test_every_reason_to_refuse_a_report_is_documented() -> None:
    codes = {
        call.args[1].value
        for file in ("report_files.py", "report_drafts.py")
        for call in ast.walk(ast.parse((ROOT / "ingest/joining" / file).read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "refused"
        and isinstance(call.args[1], ast.Constant)
    }
    assert codes
    assert codes == set(rows(REPORTS.partition("## What is refused")[2]))


# --- examples and links ---------------------------------------------------------------------------


def command_lines() -> Iterator[tuple[str, str]]:
    """(document, line) of every `similis …` in blocks of code and in the examples of --help."""
    for doc in DOCS:
        for block in re.findall(r"^```(?:sh)?\n(.*?)^```$", doc.read_text(), re.M | re.S):
            for line in block.replace("\\\n", " ").splitlines():
                if found := re.search(r"^(?:\w+=\S+ )*similis (.*)", line):
                    yield doc.name, found[1]
    for name in COMMANDS:
        text = " ".join((command_named(name).epilog or "").replace("\\\n", " ").split())
        yield f"{name} --help", text.partition("similis ")[2]


@pytest.mark.parametrize(("document", "line"), list(command_lines()), ids=lambda text: text[:60])
def test_every_example_parses(document: str, line: str) -> None:
    words = shlex.split(line, comments=True)
    words = words[: next((i for i, w in enumerate(words) if w in ("|", ">", "&&")), len(words))]
    name, *arguments = words
    if arguments and not name.startswith("-"):
        command_named(name).make_context(name, [word for word in arguments if word != "--debug"])


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as the usual viewers make them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", document.read_text()):
        file, _, anchor = target.partition("#")
        path = (document.parent / file).resolve() if file else document
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), target


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_every_file_that_is_named_exists(document: Path) -> None:
    named = re.findall(r"`((?:api|infra|ingest|embedder|tests|docs|benchmarks)/[\w/.]*)`",
                       document.read_text())  # fmt: skip
    missing = [name for name in named if not (ROOT / name).exists()]
    assert missing == []
