"""What goes into a wheel: weights with terms of their own, unless one setting leaves them out."""

import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


def build_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "measure/shipped/echo-camus").mkdir(parents=True)
    (tmp_path / "web/dist").mkdir(parents=True)
    (tmp_path / "web/dist/index.html").write_text("page")
    return tmp_path


def included(root: Path, version: str = "standard", target: str = "wheel") -> set[str]:
    hook = build_module().ContentsHook(str(root), {}, None, None, str(root), target)
    data: dict[str, dict[str, str]] = {"force_include": {}}
    hook.initialize(version, data)
    return set(data["force_include"].values())


@pytest.mark.parametrize(
    ("value", "weights"), [(None, True), ("", True), ("0", True), ("1", False)]
)
def test_one_setting_leaves_the_weights_out(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, value: str | None, weights: bool
) -> None:
    monkeypatch.delenv("SIMILIS_BUILD_WITHOUT_CAMUS", raising=False)
    if value is not None:
        monkeypatch.setenv("SIMILIS_BUILD_WITHOUT_CAMUS", value)
    assert ("measure/shipped/echo-camus" in included(checkout)) is weights
    assert "api/page" in included(checkout)
    assert "web/dist" in included(checkout, target="sdist")


def test_an_editable_install_and_a_bare_checkout_need_nothing(
    checkout: Path, tmp_path: Path
) -> None:
    assert included(checkout, version="editable") == set()
    assert included(tmp_path / "elsewhere") == set()


def test_without_the_hook_the_weights_would_stay_out() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert f"/{build_module().CAMUS}" in project["tool"]["hatch"]["build"]["exclude"]
