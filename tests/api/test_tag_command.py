"""`similis tag` and `similis evaluate reports` as scripts rely on them."""

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from api.cli import main

FIELDS = {
    "text", "begin", "end", "finding_id", "code", "category", "block", "chapter", "description",
    "assertion", "trigger", "section", "score",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _cache(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert request.config.cache is not None
    monkeypatch.setenv("XDG_CACHE_HOME", str(request.config.cache.mkdir("similis").parent))
    monkeypatch.setenv("SIMILIS_HOME", str(tmp_path / "home"))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    main(arguments)
    return capsys.readouterr().out


def test_one_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "r.txt"
    path.write_bytes("\ufeffFINDINGS: 🫁 No pleural\r\neffusion.".encode())
    document = json.loads(run(capsys, "tag", str(path), "--json"))
    text = path.read_bytes().decode("utf-8-sig")
    (finding,) = document["findings"]
    assert set(finding) >= FIELDS
    assert text[finding["begin"] : finding["end"]] == finding["text"] == "pleural\r\neffusion"
    assert (finding["code"], finding["chapter"], finding["assertion"]) == ("J90", "10", "absent")
    assert document["sections"] == [{"name": "findings", "begin": 0, "end": len(text)}]
    assert document["tagger_id"]


def test_stdin_and_bytes_that_are_no_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    given = SimpleNamespace(buffer=io.BytesIO(b"\xff\xfe No pneumothorax."))
    monkeypatch.setattr("sys.stdin", given)
    assert 'pneumothorax: "pneumothorax"' in run(capsys, "tag", "-")


def test_several_files_and_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = tmp_path / "1.txt", tmp_path / "2.jsonl"
    one.write_text("Cardiomegaly.", encoding="utf-8")
    lines = [{"id": n, "text": "No fever.\u2028"} for n in (7, 8)]
    two.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    both = json.loads(run(capsys, "tag", str(one), str(one), "--json"))
    assert [document["file"] for document in both] == [str(one), str(one)]
    out = run(capsys, "tag", "--jsonl", str(two)).splitlines()
    assert [json.loads(line)["id"] for line in out] == [7, 8]


def test_a_wrong_line_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(SystemExit) as stop:
        main(["tag", "--jsonl", str(path)])
    assert stop.value.code == 1
    assert "line 1 of x.jsonl" in capsys.readouterr().err


def test_evaluate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "truth.jsonl"
    truth = [{"finding_id": "effusion", "assertion": "absent"}]
    line = {"id": "a", "text": "No pleural effusion.", "findings": truth}
    path.write_text(json.dumps(line), encoding="utf-8")
    result = json.loads(run(capsys, "evaluate", "reports", "--gold", str(path), "--json"))
    assert [row["label"] for row in result["rows"]] == ["effusion absent", "absent"]
    assert result["rows"][0]["f1"] == 1
    assert run(capsys, "evaluate", "--json", "reports", "--gold", str(path)).startswith("{")
    assert "effusion absent" in run(capsys, "evaluate", "reports", "--gold", str(path))
