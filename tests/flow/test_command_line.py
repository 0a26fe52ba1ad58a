"""`similis` as a process of its own, with the real network and seeded weights."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PIL import Image
from safetensors.numpy import save_file

from api.cli import main
from embedder.seeded import seeded_network
from tests.flow import archive as a
from tests.ingest.making import LOSSLESS
from tests.samples import pydicom_file

Command = list[str | Path]
OUTCOMES = ("indexed", "attached", "duplicate", "conflict", "refused")


def start(home: Path, *arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()", *map(str, arguments)],
        env={
            **os.environ,
            "SIMILIS_HOME": str(home),
            "SIMILIS_SEEDED_WEIGHTS": "1",
            "SIMILIS_PRECISION": "fp32",
            **environment,
        },
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(home: Path, *arguments: str | Path, status: int = 0, **environment: str) -> str:
    """What the command prints; its messages where it must fail. Never a traceback."""
    with start(home, *arguments, **environment) as process:
        printed, said = process.communicate(timeout=300)
    assert process.returncode == status, said
    assert "Traceback" not in said
    if status == 0:
        return printed
    assert printed == ""
    return said


Here = Callable[..., str]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    """The same in this process, for what needs no model: much quicker."""

    def command(home: Path, *arguments: str | Path, status: int = 0) -> str:
        monkeypatch.setenv("SIMILIS_HOME", str(home))
        given = [str(argument) for argument in arguments]
        if status == 0:
            main(given)
        else:
            with pytest.raises(SystemExit) as ended:
                main(given)
            assert ended.value.code == status
        printed, said = capsys.readouterr()
        assert status == 0 or printed == ""
        return printed if status == 0 else said

    return command


def no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def result(home: Path, *arguments: str | Path, how: Here = run) -> Any:
    return json.loads(how(home, *arguments, "--json"), parse_constant=no_constant)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    return a.write(folder, {f"{n}.dcm": a.film(n) for n in range(100, 130)})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, films: Path) -> Path:
    """A home with all films and some odd files; ingested by one command."""
    folder = tmp_path_factory.mktemp("home")
    odd = a.write(folder / "odd", {"text.dcm": b"text", "cut.dcm": a.film(130)[:-99]})
    samples = [pydicom_file(name) for name in ("test-SR.dcm", "MR_small.dcm", "MR_small_RLE.dcm")]
    reports = a.write(folder / "reports", {"ACC00010.txt": b"left effusion"})
    home = folder / "home"
    summary = result(home, "ingest", films, odd, *samples, "--reports", reports)
    assert summary["received"] == sum(summary[name] for name in OUTCOMES) == 35
    assert [summary[name] for name in OUTCOMES] == [31, 1, 1, 0, 2]
    assert summary["reports_joined"] == 1
    return home


def test_the_ledger_has_every_file(home: Path, here: Here) -> None:
    ledger = result(home, "ledger", how=here)
    assert len(ledger) == len({row["file"] for row in ledger}) == 35
    refused = result(home, "ledger", "--refused", how=here)
    assert {row["reason"] for row in refused} == {"not_dicom", "truncated_pixel_data"}
    assert all(row["message"] for row in refused)


def test_scores_are_the_cosines_of_the_vectors_that_embed_writes(
    home: Path, here: Here, films: Path, tmp_path: Path
) -> None:
    out = tmp_path / "vectors.npz"
    written = result(home, "embed", films, "--out", out)
    with np.load(out) as stored:
        vectors, files = stored["vectors"], [Path(name) for name in stored["files"]]
        assert str(stored["model_id"]) == written["model_id"]
    assert files == sorted(files)
    uid_of = {row.file: row.instance_uid for row in a.Archive(home).ledger()}
    uids = [uid_of[str(file)] for file in files]
    exact = dict(zip(uids, vectors.astype(float) @ vectors[3], strict=True))
    ask = ("search", "--like", uids[3], "--k", "100", "--filter", "modality=CR")
    answer = result(home, *ask, how=here)
    assert answer["total"] == 29
    assert {hit["instance_uid"] for hit in answer["hits"]} == set(uids) - {uids[3]}
    for hit in answer["hits"]:
        assert hit["score"] == pytest.approx(exact[hit["instance_uid"]], abs=1e-4)


def test_pages_facets_and_text(home: Path, here: Here) -> None:
    page = result(home, "search", "--k", "20", "--facets", how=here)
    rest = result(home, "search", "--k", "20", "--after", page["next"], how=here)
    uids = [hit["instance_uid"] for hit in (*page["hits"], *rest["hits"])]
    assert (len(uids), len(set(uids)), rest["next"]) == (31, 31, None)
    assert page["facets"]["modality"] == [{"value": "CR", "count": 3}, {"value": "MR", "count": 1}]
    found = result(home, "search", "--text", '"left effusion"', "--group", "case", how=here)
    assert found["total"] == 1
    lines = here(home, "search", "--export", "jsonl").splitlines()
    assert [json.loads(line)["instance_uid"] for line in lines] == uids


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["search", "--like", "1.2.3"], 1),
        (["search", "--filter", "colour=red"], 1),
        (["show", "1.2.3"], 1),
        (["ingest", "/no/such/folder"], 1),
        (["ingest"], 2),
        (["search", "--k", "0"], 2),
        (["delete"], 2),
        (["dance"], 2),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    home: Path, here: Here, arguments: Command, status: int
) -> None:
    said = here(home, *arguments, status=status)
    if status == 1:
        assert said.startswith("similis: ")
        assert said.count("\n") == 1


def test_a_copy_finds_the_same(home: Path, here: Here, tmp_path: Path) -> None:
    counts = result(home, "backup", tmp_path / "copy.tar", how=here)
    assert counts["vectors"] == 31
    result(tmp_path / "back", "restore", tmp_path / "copy.tar", how=here)
    assert "empty" in here(tmp_path / "back", "restore", tmp_path / "copy.tar", status=1)
    ask = ("search", "--like", a.instance_uid(111), "--export", "csv")
    assert here(tmp_path / "back", *ask) == here(home, *ask)


def test_another_model_is_refused(home: Path, films: Path, tmp_path: Path) -> None:
    tensors = {name: tensor * np.float32(1.5) for name, tensor in seeded_network().tensors.items()}
    save_file(tensors, tmp_path / "other.safetensors")
    file = next(films.iterdir())
    other = {"SIMILIS_SEEDED_WEIGHTS": "0", "SIMILIS_WEIGHTS": str(tmp_path / "other.safetensors")}
    said = run(home, "search", "--file", file, status=1, **other)
    assert "cannot be compared" in said
    assert "reindex --embed" in said


def test_one_picture_in_every_lossless_encoding(home: Path, tmp_path: Path) -> None:
    twelve, eight = a.picture(1, 96, 80), (a.picture(2, 96, 80) >> 4).astype(np.uint8)
    for bits, frames in ((12, twelve), (8, eight)):
        encoded = {f"{name}.dcm": make(frames, bits) for name, make in LOSSLESS.items()}
        a.write(tmp_path / str(bits), encoded)
    Image.fromarray(eight[0]).save(tmp_path / "8" / "picture.png")
    result(home, "embed", tmp_path / "12", tmp_path / "8", "--out", tmp_path / "v.npz")
    with np.load(tmp_path / "v.npz") as stored:
        assert list(stored["refused"]) == []
        vectors = stored["vectors"].astype(float)
    many = len(LOSSLESS)
    assert len(vectors) == 2 * many + 1
    assert (vectors[:many] @ vectors[0]).min() > 0.9999
    assert (vectors[many:] @ vectors[many]).min() > 0.9999
    assert (vectors[many:] @ vectors[0]).max() < 0.9999


# --- ended from outside ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    return a.write(folder, {f"{n}.dcm": a.film(n) for n in range(1000, 1040)})


def rows_in(home: Path) -> int:
    """Rows of the ledger, as far as it is there yet."""
    if not (home / "similis.sqlite").exists():
        return 0
    with closing(sqlite3.connect(home / "similis.sqlite")) as store, suppress(sqlite3.Error):
        return int(store.execute("SELECT count(*) FROM ledger").fetchone()[0])
    return 0


def wait_for(process: subprocess.Popen[str], ready: Callable[[], bool]) -> None:
    while not ready():
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)
            return


def family(session: int) -> list[psutil.Process]:
    """Living processes that a command started."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError):
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_a_run_that_is_ended_goes_on_where_it_was(
    many: Path, tmp_path: Path, sign: signal.Signals
) -> None:
    home = tmp_path / "home"
    with start(home, "ingest", many, "--jobs", "1", "--json") as process:
        wait_for(process, lambda: rows_in(home) > 0)
        process.send_signal(sign)
        _, said = process.communicate(timeout=300)
    assert process.returncode in (0, 130 if sign == signal.SIGINT else -signal.SIGKILL)
    assert "Traceback" not in said
    _, orphans = psutil.wait_procs(family(process.pid), timeout=120)
    assert orphans == []
    kept = rows_in(home)
    assert kept > 0
    summary = result(home, "ingest", many)
    assert (summary["duplicate"], summary["indexed"]) == (kept, 40 - kept)
    assert [path for path in (home / "tmp").iterdir() if path.is_dir()] == []
    assert len(a.Archive(home).search()) == 10  # a page
    assert sum(len(case.instances) for case in a.Archive(home).cases().values()) == 40
    assert rows_in(home) == 40
