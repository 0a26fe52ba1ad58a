"""Weights of this home's own: candidates that were added, and which of them was promoted.

`models/` in the home holds a file for each and `promoted.json`, the list of promotions: the last
one is in use, and rolling back removes it.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from embedder.densenet import Network
from embedder.keeping import keep
from embedder.weight_files import read_network, write_network
from infra.errors import BadSetup, NotFound

MODELS = "models"
LIST = "promoted.json"
NAME_LENGTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """`weights` is the name of an added file, `before` the model id that was active till then."""

    weights: str
    before: str


def add_candidate(path: Path, home: Path) -> str:
    """Keep a weights file of any known layout in the home; the name it gets. Raises BadSetup."""
    network = read_network(path, path.stem)
    name = network.sha256[:NAME_LENGTH]
    write_network(network, _file(home, name))
    return name


def candidates(home: Path) -> tuple[str, ...]:
    """Names of the weights that were added, sorted."""
    return tuple(sorted(path.stem for path in (home / MODELS).glob("*.safetensors")))


def candidate_file(home: Path, name: str) -> Path:
    """The file of an added candidate. Raises NotFound."""
    if name not in candidates(home):
        raise NotFound(f"No weights {name} were added here; `similis models` lists those.")
    return _file(home, name)


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


def promoted_network(home: Path) -> Network | None:
    """The network that was promoted here last; None without one.

    Raises BadSetup when its file is gone.
    """
    made = promotions(home)
    if not made:
        return None
    path = _file(home, made[-1].weights)
    if not path.is_file():
        raise BadSetup(f"The promoted weights {path.stem} are no longer in {MODELS}/ of the home.")
    return read_network(path, f"promoted {path.stem}")


def _file(home: Path, name: str) -> Path:
    return home / MODELS / f"{name}.safetensors"
