"""Weights of this home's own: candidates that were added, and which of them was promoted.

`models/` in the home holds a file for each and `promoted.json`, the list of promotions: the last
one is in use, and rolling back removes it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from embedder.keeping import keep
from embedder.models import Model, is_onnx, read_model
from embedder.onnx_candidate import add_onnx
from embedder.onnx_file import SUFFIX
from embedder.onnx_input import NOTHING, Wanted
from embedder.weight_files import read_network, write_network
from infra.errors import BadSetup, NotFound

MODELS = "models"
LIST = "promoted.json"
SUFFIXES = (".safetensors", SUFFIX)
NAME_LENGTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """`weights` is the name of an added file, `before` the model id that was active till then."""

    weights: str
    before: str


def add_candidate(path: Path, home: Path, wanted: Wanted = NOTHING) -> str:
    """Keep a weights file of any known layout, or an ONNX model, in the home; the name it gets.

    `wanted` is what an ONNX model is fed. Raises BadSetup.
    """
    if is_onnx(path):
        return add_onnx(path, home / MODELS, NAME_LENGTH, wanted)
    if wanted != NOTHING:
        raise BadSetup(f"{path.name} is no ONNX model: its weights say themselves what they want.")
    network = read_network(path, path.stem)
    name = network.sha256[:NAME_LENGTH]
    write_network(network, home / MODELS / f"{name}{SUFFIXES[0]}")
    return name


def candidates(home: Path) -> tuple[str, ...]:
    """Names of the weights that were added, sorted."""
    return tuple(sorted(_files(home)))


def candidate_file(home: Path, name: str) -> Path:
    """The file of an added candidate. Raises NotFound."""
    path = _files(home).get(name)
    if path is None:
        raise NotFound(f"No weights {name} were added here; `similis models` lists those.")
    return path


def promotions(home: Path) -> tuple[Promotion, ...]:
    """In the order they were made; () for none. Raises BadSetup for a damaged list."""
    try:
        kept = json.loads((home / MODELS / LIST).read_text(encoding="utf-8"))
        return tuple(Promotion(**one) for one in kept)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError) as exc:
        raise BadSetup(f"{MODELS}/{LIST} in the home cannot be read.") from exc


def keep_promotions(home: Path, made: Sequence[Promotion]) -> None:
    """Replace the list of promotions. Raises StorageFull."""
    keep(home / MODELS / LIST, json.dumps([asdict(one) for one in made]).encode())


def promoted_model(home: Path) -> Model | None:
    """The model that was promoted here last; None without one.

    Raises BadSetup when its file is gone.
    """
    made = promotions(home)
    if not made:
        return None
    name = made[-1].weights
    path = _files(home).get(name)
    if path is None:
        raise BadSetup(f"The promoted weights {name} are no longer in {MODELS}/ of the home.")
    return read_model(path, f"promoted {name}")


def _files(home: Path) -> dict[str, Path]:
    return {path.stem: path for suffix in SUFFIXES for path in (home / MODELS).glob(f"*{suffix}")}
