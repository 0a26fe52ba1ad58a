"""Phantoms measured with their true masks."""

from typing import Any

from ingest.showing.clips import facts_of
from measure.measuring import Asked, Measured, measure
from measure.segmenter import Segmenter
from tests.measure.segmenters import TrueMasks
from tests.phantoms import Cine, MMode

SMALL: dict[str, Any] = {"rows": 190, "columns": 230, "x_mm": 0.83, "y_mm": 0.83}


def measured(cine: Cine, asked: Asked | None = None, **attributes: Any) -> Measured:
    """A cine measured with its true masks; `attributes` change its header."""
    facts = facts_of(cine.dataset(**attributes))
    truth = TrueMasks(cine.masks())
    return measure(facts, lambda: iter(cine.frames()), lambda: truth, asked or Asked())


def traced(strip: MMode, asked: Asked | None = None, **attributes: Any) -> Measured:
    """An M-mode; no network is asked."""

    def nothing() -> Segmenter:
        raise AssertionError("an M-mode needs no network")

    made = strip.dataset(**attributes)
    return measure(facts_of(made), lambda: iter([made.pixel_array]), nothing, asked or Asked())


def value(found: Measured, name: str, method: str = "") -> float:
    """The value of a measurement that must be there."""
    record = row(found, name, method)
    assert record.value is not None, record.reason
    return record.value


def row(found: Measured, name: str, method: str = "") -> Any:
    """The first measurement of a name (and method)."""
    return next(r for r in found.records if r.name == name and method in ("", r.method))


def reasons(found: Measured) -> set[str]:
    """Codes of why there are no numbers."""
    return {record.reason for record in found.records if record.value is None}
