"""Which precision the CPU is fastest in, measured once and remembered in the home directory."""

import hashlib
import json
import logging
import platform
import re
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from embedder.densenet import ARCHITECTURE, Network
from embedder.engine import Engine
from embedder.examples import examples
from embedder.keeping import FOLDER, alone, keep
from embedder.openvino_engine import load_openvino
from embedder.processors import processors
from infra.errors import StorageFull

logger = logging.getLogger(__name__)

CPUINFO = Path("/proc/cpuinfo")
NATIVE_FLAGS = {"avx512_bf16", "amx_bf16", "bf16"}  # x86, x86, ARM
GAIN = 1.25  # what bf16 must win to be worth its rounding
ROUNDS = 3

MakeEngine = Callable[[Network, str], Engine]


def fastest_precision(network: Network, home: Path, make: MakeEngine) -> str:
    """`bf16` where the CPU has it and it measurably pays, else `fp32`; the answer is kept.

    Emulated bf16 is 2.5 times slower than float32, and OpenVINO runs it when told to: the
    instructions must be there before the clock is asked. The answer holds for this CPU, these
    weights and these versions.
    """
    if not has_native_bf16():
        return "fp32"
    path = home / FOLDER / f"precision-{_key(network)}.json"
    if kept := _kept(path):
        return kept
    with alone(path.parent):  # two that measure at once disturb each other, and may not agree
        return _kept(path) or _measure(network, path, make)


def has_native_bf16() -> bool:
    """Whether the CPU computes in bf16 itself, by OpenVINO's word and the kernel's."""
    capabilities = load_openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    if "BF16" not in capabilities:
        return False
    flags = _cpu_flags()
    return not flags or bool(flags & NATIVE_FLAGS)


def _measure(network: Network, path: Path, make: MakeEngine) -> str:
    seconds: dict[str, float] = {}
    engines = {precision: make(network, precision) for precision in ("fp32", "bf16")}
    pictures = examples(network.input)[:4]
    for _ in range(ROUNDS + 1):  # in turns, so that a busy moment hits both; the first warms up
        for precision, engine in engines.items():
            begin = time.perf_counter()
            engine.run(pictures)
            taken = time.perf_counter() - begin
            seconds[precision] = min(seconds.get(precision, taken), taken)
    precision = "bf16" if seconds["bf16"] * GAIN < seconds["fp32"] else "fp32"
    answer = {"precision": precision, "seconds": seconds, "pictures": len(pictures)}
    try:
        keep(path, json.dumps(answer, indent=1).encode())
    except StorageFull:
        logger.warning("the chosen precision could not be kept: the next start measures again")
    return precision


def _kept(path: Path) -> str | None:
    try:
        precision = json.loads(path.read_text())["precision"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(precision) if precision in ("fp32", "bf16") else None


def _key(network: Network) -> str:
    openvino = load_openvino()
    cpu = openvino.Core().get_property("CPU", "FULL_DEVICE_NAME")
    parts = (cpu, sorted(_cpu_flags()), processors(), platform.machine(), version("openvino"))
    text = json.dumps([ARCHITECTURE, network.sha256, *parts])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _cpu_flags() -> set[str]:
    """The kernel's list of what the CPU can do; empty where the system does not tell."""
    try:
        text = CPUINFO.read_text()
    except OSError:
        return set()
    found = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
    return set(found.group(1).split()) if found else set()
