"""The command line as scripts rely on it: help, exit codes, streams, and one JSON document."""

import json
import logging
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from api.cli import COMMANDS, main, root
from infra.errors import NotFound
from infra.settings import Settings

HEAVY = {
    "torch", "torchvision", "numpy", "pydicom", "faiss", "openvino", "SimpleITK", "gdcm",
    "imagecodecs", "PIL", "pandas", "tqdm", "cryptography", "sqlite3", "multiprocessing",
}  # fmt: skip
WRONG_USAGE = (
    "",
    "serch",
    "--nonsense",
    "ingest",
    "ingest x --on-conflict guess",
    "search --k 0",
    "search --k ten",
    "search --group patient",
    "search stray",
    "show",
    "embed film.dcm",
    "wrap table.csv",
    "delete",
    "delete --study 1.2 --patient 3",
    "backup",
    "retry --reason bad_luck",
)
IMPOSSIBLE = (
    ("show 1.2.3", "There is no study or instance of this UID"),
    ("search --like 1.2.3", "No instance of this UID is indexed"),
    ("search --file missing.dcm", "Nothing is indexed yet"),
    ("search --filter flavour=sweet", "There is no filter named 'flavour'"),
    ("search --text !!!", "There is no word"),
    ("search --after nonsense", "This is not a page cursor"),
    ("search --like 1.2.3 --file missing.dcm", "not with both"),
    ("ingest missing-folder", "There is no file or folder missing-folder"),
    ("delete --dataset nothing", "There is no dataset 'nothing'"),
    ("restore missing.tar", ""),
    ("models --use nothing", "No model nothing made vectors here"),
    ("embed film.dcm --out missing/v.npz", "There is no folder missing to write into"),
    ("embed film.dcm --out v.npz --seeded-weights", "There is no file or folder film.dcm"),
)


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


Similis = Callable[[str], Result]


@pytest.fixture
def similis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Similis]:
    """Runs a command line in this process, in an empty home, from an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SIMILIS_HOME", str(tmp_path / "home"))
    handlers, level = logging.root.handlers[:], logging.root.level
    logging.root.handlers = []

    def run(line: str) -> Result:
        try:
            main(shlex.split(line))
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    yield run
    logging.root.handlers, logging.root.level = handlers, level


def command_named(name: str) -> click.Command:
    command = root.get_command(click.Context(root), name)
    assert command is not None
    return command


# --- help -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [None, *COMMANDS], ids=str)
def test_help_imports_nothing_heavy(name: str | None) -> None:
    """A fresh interpreter, because this one has imported everything already."""
    arguments = ["--help"] if name is None else [name, "--help"]
    script = (
        "import sys\n"
        "from api.cli import main\n"
        "try:\n"
        f"    main({arguments!r})\n"
        "finally:\n"
        "    print('loaded:', *sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    text, _, loaded = done.stdout.partition("loaded:")
    assert "Usage: similis" in text
    assert HEAVY.isdisjoint(loaded.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(similis: Similis, name: str) -> None:
    result = similis(f"{name} --help")
    assert result.code == 0
    assert result.err == ""
    assert "Example:" in result.out
    assert f"similis {name} " in " ".join(result.out.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_command_says_what_it_is_for(name: str) -> None:
    command = command_named(name)
    assert command.help
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            assert option.help.endswith("."), option.name


@pytest.mark.parametrize("name", COMMANDS)
def test_json_is_an_option_wherever_a_result_is_printed(name: str) -> None:
    assert "--json" in {flag for option in command_named(name).params for flag in option.opts}


def test_the_version_is_said(similis: Similis) -> None:
    assert similis("--version").out.startswith("similis, version ")


# --- exit codes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("line", WRONG_USAGE)
def test_wrong_usage_exits_2(similis: Similis, line: str) -> None:
    result = similis(line)
    assert result.code == 2
    assert result.out == ""
    assert "Usage: similis" in result.err


@pytest.mark.parametrize(("line", "sentence"), IMPOSSIBLE, ids=[line for line, _ in IMPOSSIBLE])
def test_what_cannot_be_done_is_one_sentence_and_exits_1(
    similis: Similis, line: str, sentence: str
) -> None:
    result = similis(line)
    assert result.code == 1
    assert result.out == ""
    (said,) = result.err.splitlines()
    assert said.startswith("similis: ")
    assert sentence in said


def test_debug_shows_where_an_error_came_from(similis: Similis) -> None:
    with pytest.raises(NotFound):
        similis("show 1.2.3 --debug")


def test_of_an_unforeseen_error_only_its_kind_is_said(
    similis: Similis, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise ValueError("Doe^Jane")

    monkeypatch.setattr("api.cases.case_of", fail)
    result = similis("show 1.2.3")
    assert result.code == 1
    assert "ValueError" in result.err
    assert "Doe" not in result.err


def test_an_interrupt_exits_130(similis: Similis, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("api.cases.case_of", interrupt)
    result = similis("show 1.2.3")
    assert result.code == 130
    assert "kept" in result.err


def test_a_home_that_cannot_be_made_says_why(
    similis: Similis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIMILIS_HOME", "/proc/similis")
    result = similis("ledger")
    assert result.code == 1
    assert "No such file or directory" in result.err


def test_a_wrong_setting_is_named(similis: Similis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIMILIS_JOBS", "many")
    result = similis("ledger")
    assert result.code == 1
    assert "SIMILIS_JOBS must be a whole number, not 'many'" in result.err


# --- an empty home --------------------------------------------------------------------------------


def test_an_empty_ledger_and_result_are_valid_json(similis: Similis) -> None:
    assert json.loads(similis("ledger --json").out) == []
    assert json.loads(similis("models --json").out) == []
    found = json.loads(similis("search --json --facets").out)
    assert (found["total"], found["hits"], found["next"]) == (0, [], None)
    assert set(found) == {"total", "model_id", "hits", "next", "facets", "familiarity"}
    assert all(counts == [] for counts in found["facets"].values())


def test_results_go_to_stdout_and_remarks_to_stderr(similis: Similis) -> None:
    result = similis("search")
    assert result.out == ""
    assert result.err == "0 in all; not for diagnosis\n"


# --- check ----------------------------------------------------------------------------------------


def test_check_says_what_is_configured_and_missing(
    similis: Similis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SIMILIS_WEIGHTS", str(tmp_path / "missing.safetensors"))
    monkeypatch.setenv("SIMILIS_JOBS", "3")
    result = similis("check --json")
    document = json.loads(result.out)
    assert result.code == 0
    assert document["home"] == str(tmp_path / "home")
    assert document["jobs"] == 3
    assert document["settings"]["jobs"] == "3"
    assert document["model_id"] is None
    assert set(document["codecs"]) == {"imagecodecs", "SimpleITK"}
    problems = " ".join(document["problems"])
    assert "SIMILIS_HOME holds nothing yet" in problems
    assert "missing.safetensors" in problems
    assert not Settings.from_environment().home.exists(), "asking makes nothing"


def test_check_reads_as_words(similis: Similis) -> None:
    similis("ledger")  # makes the home
    said = similis("check --seeded-weights").out
    assert "ranking meaningful no\n" in said
    assert "waiting reports    0\n" in said
    assert not set("{}[]'") & set(said)


def test_check_names_the_model_and_the_sizes(
    similis: Similis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIMILIS_PRECISION", "fp32")
    similis("ledger")  # makes the home
    document = json.loads(similis("check --seeded-weights --json").out)
    assert document["model_id"].startswith("densenet121-seeded-")
    assert document["ranking_meaningful"] is False
    assert document["ledger"] == {}
    assert document["model_in_use"] is None
    assert document["datasets"] == {}
    assert document["free_bytes"] > 0
    assert any("not meaningful" in problem for problem in document["problems"])
