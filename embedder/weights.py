"""Where the weights come from: the first place that has them.

1. `settings.seeded_weights`, only when asked for   4. the project's own, in `embedder/shipped/`
2. `settings.weights`, a file                       5. torchvision's ImageNet weights in its cache
3. those promoted in this home                      6. the same, downloaded
"""

import hashlib
import http.client
import logging
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from embedder.densenet import Network
from embedder.keeping import FOLDER, keep
from embedder.models import Model, is_onnx, read_model
from embedder.promoted import (
    NAME_LENGTH,
    candidate_file,
    candidates,
    promoted_model,
    promotions,
)
from embedder.seeded import seeded_network
from embedder.weight_files import read_network, write_network
from infra.errors import BadSetup, StorageFull
from infra.settings import Settings

logger = logging.getLogger(__name__)

SHIPPED = Path(__file__).parent / "shipped"
# torchvision's DenseNet121_Weights.IMAGENET1K_V1; the name ends with the first 8 of its sha256.
IMAGENET_URL = "https://download.pytorch.org/models/densenet121-a639ec97.pth"
DOWNLOAD_SECONDS = 20.0


def find_network(settings: Settings, url: str = IMAGENET_URL) -> Network:
    """DenseNet-121 with the weights that these settings lead to, for what only that can do.

    Raises BadSetup as `find_model` does, and where they lead to an ONNX model.
    """
    model = find_model(settings, url)
    if not isinstance(model, Network):
        raise BadSetup(f"This takes DenseNet-121 weights, and in use is ONNX ({model.source}).")
    return model


def find_model(settings: Settings, url: str = IMAGENET_URL) -> Model:
    """The model that these settings lead to.

    Raises BadSetup when a file is wrong, or when there are none and `url` cannot be reached.
    """
    if settings.seeded_weights:
        return seeded_network()
    if settings.weights is not None:
        return _read(settings.weights, f"file {settings.weights.name}", settings)
    promoted = promoted_model(settings.home)
    if promoted is not None:
        return promoted
    for path in _shipped():
        return read_network(path, f"shipped {path.stem}")
    path = _cached(url)
    if not path.is_file():
        _download(url, path)
    return _read(path, "torchvision ImageNet", settings)


def model_with(settings: Settings, sha256: str) -> Model:
    """The model of this hash, wherever on this machine it is: among those added to the home, the
    shipped ones, or those that the settings lead to. Raises BadSetup when it is nowhere.
    """
    if sha256[:NAME_LENGTH] in candidates(settings.home):
        path = candidate_file(settings.home, sha256[:NAME_LENGTH])
        return read_model(path, f"promoted {path.stem}")
    for model in _at_hand(settings):
        if model.sha256 == sha256:
            return model
    raise BadSetup(
        f"The weights {sha256[:NAME_LENGTH]} are not on this machine: `similis models add FILE`."
    )


def _at_hand(settings: Settings) -> Iterator[Model]:
    for path in _shipped():
        yield read_network(path, f"shipped {path.stem}")
    if weights_at_hand(settings):
        yield find_model(settings)


def weights_at_hand(settings: Settings, url: str = IMAGENET_URL) -> bool:
    """Whether `find_model` has weights to read without downloading any."""
    configured = settings.seeded_weights or settings.weights is not None
    return (
        configured or bool(promotions(settings.home)) or bool(_shipped()) or _cached(url).is_file()
    )


def torchvision_cache() -> Path:
    """Where torch.hub keeps weights: `$TORCH_HOME`, `$XDG_CACHE_HOME/torch`, `~/.cache/torch`.

    Worked out here because asking torch costs seconds and a warm start does without it.
    """
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("TORCH_HOME") or f"{cache}/torch"
    return Path(home).expanduser() / "hub" / "checkpoints"


def _shipped() -> list[Path]:
    """The project's own weights, the latest first."""
    return sorted(SHIPPED.glob("*.safetensors"), reverse=True)


def _cached(url: str) -> Path:
    return torchvision_cache() / url.rpartition("/")[2]


def _read(path: Path, source: str, settings: Settings) -> Model:
    """Read any file; keep a copy of a torch file that can be read without torch."""
    if not path.is_file():
        raise BadSetup(f"SIMILIS_WEIGHTS: there is no file {path}.")
    if path.suffix == ".safetensors" or is_onnx(path):
        return read_model(path, source)
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    copy = settings.home / FOLDER / f"weights-{content}.safetensors"
    if copy.is_file():
        return read_network(copy, source)
    network = read_network(path, source)
    try:
        write_network(network, copy)
    except StorageFull:
        logger.warning("no copy of the weights could be kept: every start will read them slowly")
    return network


def _download(url: str, target: Path) -> None:
    wanted = target.stem.rpartition("-")[2]
    logger.info("downloading torchvision's ImageNet weights")
    try:
        # The URL is ours; a timeout, which torch.hub's own download lacks, ends a dead connection.
        with urllib.request.urlopen(url, timeout=DOWNLOAD_SECONDS) as answer:  # noqa: S310
            data = answer.read()
    except (OSError, http.client.HTTPException) as exc:
        raise BadSetup(_how_to_get(url, "they could not be downloaded")) from exc
    if not hashlib.sha256(data).hexdigest().startswith(wanted):
        raise BadSetup(_how_to_get(url, "what came was damaged"))
    try:
        keep(target, data)
    except StorageFull as exc:
        raise BadSetup(_how_to_get(url, f"{target.parent} cannot be written")) from exc


def _how_to_get(url: str, why: str) -> str:
    return (
        f"There are no DenseNet-121 weights here, and {why}. Fetch {url} on a connected machine "
        f"and set SIMILIS_WEIGHTS to the file (torchvision, CheXNet and torchxrayvision weights "
        f"work too), or pass --seeded-weights to try Similis without meaningful ranking."
    )
