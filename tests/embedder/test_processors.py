import os
from pathlib import Path

import pytest

from embedder import processors


@pytest.mark.parametrize(
    ("text", "expected"),
    [("200000 100000\n", 2), ("50000 100000\n", 1), ("max 100000\n", 16), ("", 16), ("1 0", 16)],
)
def test_the_containers_quota_counts(
    text: str, expected: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cpu.max").write_text(text)
    monkeypatch.setattr(processors, "CPU_MAX", tmp_path / "cpu.max")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)), raising=False)
    assert processors.processors() == expected


def test_without_a_container_the_bound_ones_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processors, "CPU_MAX", tmp_path / "none")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3}, raising=False)
    assert processors.processors() == 1
