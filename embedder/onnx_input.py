"""What an ONNX model is fed: said by whoever adds it, by a JSON file beside it, or by itself.

The light is that of our own pixel path; only size, channels and normalisation are the model's.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from embedder.densenet import InputSpec
from embedder.keeping import keep
from infra.errors import BadSetup

SMALLEST, LARGEST = 16, 2048  # pixels of a side
DIGITS = 9  # of what is worked out: the same normalisation said in two ways is one model
IMAGENET = "--mean 0.485,0.456,0.406 --std 0.229,0.224,0.225"

Side = int | None  # None: whatever is wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is known of a model's input; None or () where it is not said.

    A pixel is `(low + light · (high - low) - mean) / std` with light in [0, 1] and `range` (low,
    high), which is (0, 1) unless said. `output` is the name of the tensor that is the vector.
    """

    size: int | None = None
    channels: int | None = None
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    range: tuple[float, ...] = ()
    output: str = ""

    def over(self, other: "Wanted") -> "Wanted":
        """What is known here, and else what the other knows."""
        return Wanted(**asdict(other) | {k: v for k, v in asdict(self).items() if v})


NOTHING = Wanted()


def beside(path: Path) -> Path:
    """The JSON file that says what the model in this file is fed."""
    return path.with_name(f"{path.name}.json")


def read_wanted(path: Path) -> Wanted:
    """What the file beside a model says; NOTHING without one. Raises BadSetup."""
    file = beside(path)
    try:
        known = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return NOTHING
    except (OSError, ValueError) as exc:
        raise BadSetup(f"{file.name} is no readable JSON.") from exc
    return _wanted(known, file.name)


def in_metadata(metadata: Mapping[str, str], name: str) -> Wanted:
    """What a model's `metadata_props` say: the same names, numbers as JSON. Raises BadSetup."""
    known: dict[str, Any] = {}
    for field in fields(Wanted):
        if text := metadata.get(field.name, "").strip():
            known[field.name] = text if field.name == "output" else _numbers(text)
    return _wanted(known, f"the metadata of {name}")


def write_wanted(spec: InputSpec, output: str, path: Path) -> None:
    """Keep what the model at `path` is fed beside it, whole or not at all. Raises StorageFull."""
    known = json.loads(str(spec)) | {"output": output}
    keep(beside(path), json.dumps(known, sort_keys=True, indent=1).encode())


def spec_of(wanted: Wanted, channels: Side, height: Side, width: Side, name: str) -> InputSpec:
    """What is wanted, with what the input's shape says where it is fixed. Raises BadSetup."""
    if None not in (height, width) and height != width:
        raise BadSetup(f"{name} wants {width} x {height} pixels; Similis feeds squares.")
    size = _agreed(wanted.size, height if width is None else width, "--size", name)
    if not SMALLEST <= size <= LARGEST:
        raise BadSetup(f"{name}: pictures have {SMALLEST} to {LARGEST} pixels a side, not {size}.")
    planes = _agreed(wanted.channels, channels, "--channels", name)
    if planes not in (1, 3):
        raise BadSetup(f"{name} wants {planes} channels; a picture has 1 (grey) or 3 (RGB).")
    mean, std = _normalisation(wanted, planes, name)
    return InputSpec(channels=planes, mean=mean, std=std, size=size)


def _agreed(wanted: int | None, fixed: Side, option: str, name: str) -> int:
    if wanted is not None and fixed is not None and wanted != fixed:
        raise BadSetup(f"{name} is made for {fixed}: leave out {option} {wanted}.")
    found = wanted if wanted is not None else fixed
    if found is None:
        raise BadSetup(f"{name} does not say what it wants: give {option}.")
    return found


def _normalisation(
    wanted: Wanted, planes: int, name: str
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation for light in [0, 1]."""
    if not (wanted.mean or wanted.range) or bool(wanted.mean) != bool(wanted.std):
        raise BadSetup(
            f"{name} does not say how its pixels are normalised: give --mean and --std, such as "
            f"{IMAGENET}, or --range, such as 0,1 or -1,1."
        )
    if len(wanted.range) not in (0, 2):
        raise BadSetup(f"{name}: --range is two numbers, such as 0,255.")
    low, high = wanted.range or (0.0, 1.0)
    mean, std = wanted.mean or (0.0,), wanted.std or (1.0,)
    if not {len(mean), len(std)} <= {1, planes}:
        raise BadSetup(f"{name}: --mean and --std have one number, or {planes}.")
    span = high - low
    if not all(map(math.isfinite, (*mean, *std, low, high))) or min(*std, *std, span) <= 0:
        raise BadSetup(f"{name}: --std is above 0, and --range goes from less to more.")
    exact = (
        [(value - low) / span for value in mean],
        [value / span for value in std],
    )
    spread = [part * (planes if len(part) == 1 else 1) for part in exact]
    return tuple(map(_rounded, spread[0])), tuple(map(_rounded, spread[1]))


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}") + 0.0  # no negative zero


def _numbers(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        try:
            return json.loads(f"[{text}]")  # 0.5,0.5,0.5
        except ValueError:
            return text


def _wanted(known: Any, where: str) -> Wanted:
    """Raises BadSetup for anything but what `Wanted` has."""
    names = {field.name for field in fields(Wanted)}
    if not isinstance(known, dict) or not known.keys() <= names:
        raise BadSetup(f"{where} may say {', '.join(sorted(names))}, and nothing else.")
    try:
        made = {name: _value(name, value) for name, value in known.items()}
    except (TypeError, ValueError) as exc:
        raise BadSetup(f"{where} says what is no size, number or name.") from exc
    return Wanted(**made)


def _value(name: str, value: Any) -> Any:
    if name in ("size", "channels"):
        if isinstance(value, list):
            (value,) = value
        if isinstance(value, bool) or int(value) != value:
            raise ValueError("no whole number")
        return int(value)
    if name == "output":
        if not isinstance(value, str):
            raise TypeError("no name")
        return value
    if isinstance(value, str):
        raise TypeError("no number")
    return tuple(map(float, value if isinstance(value, list) else [value]))
