"""Imports point one way, and nothing heavy is imported where `similis --help` passes."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("infra", "embedder", "measure", "ingest", "api")
CORE = {
    "infra.records",
    "infra.query",
    "infra.ports",
    "infra.errors",
    "infra.fields",
    "infra.icd10",
    "infra.corrections",
    "infra.corrected_measurements",
    "infra.measured",
}
ALLOWED = {
    "infra": {"infra"},
    "embedder": {"infra", "embedder"},
    "measure": {"infra", "embedder", "measure"},
    "ingest": {"infra", "embedder", "measure", "ingest"},
    "api": set(ROOMS),
}
ADAPTERS = ("infra.embedded", "infra.aws")


def modules() -> list[tuple[str, Path]]:
    paths = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return [(".".join(p.relative_to(ROOT).with_suffix("").parts), p) for p in paths]


def imports_of(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {node.module or ""} | {f"{node.module}.{a.name}" for a in node.names}
    return {name for name in found if name.split(".")[0] in ROOMS}


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda value: str(value))
def test_imports_point_one_way(name: str, path: Path) -> None:
    room = name.split(".")[0]
    imported = imports_of(path)
    assert {other.split(".")[0] for other in imported} <= ALLOWED[room]
    if name in CORE:
        assert all(".".join(other.split(".")[:2]) in CORE for other in imported)
    if name != "infra.wiring" and not name.startswith(ADAPTERS):
        assert not any(other.startswith(ADAPTERS) for other in imported), "only wiring may"
