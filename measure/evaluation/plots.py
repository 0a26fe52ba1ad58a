"""Scatter and Bland–Altman plots as SVG, drawn by hand: two plots are no reason for a library."""

from collections.abc import Sequence
from html import escape

import numpy as np

SIDE, EDGE = 420, 56
TICKS = 5
STYLE = (
    "<style>text{font:12px sans-serif;fill:#222}.dot{fill:#1f77b4;fill-opacity:.55}"
    ".axis{stroke:#222}.line{stroke:#888;stroke-dasharray:5 4}</style>"
)


class _Plane:
    """Numbers -> places in a square picture."""

    def __init__(self, across: tuple[float, float], up: tuple[float, float]) -> None:
        self._across, self._up = across, up

    def x(self, value: float) -> float:
        low, high = self._across
        return EDGE + (value - low) / (high - low) * (SIDE - 2 * EDGE)

    def y(self, value: float) -> float:
        low, high = self._up
        return SIDE - EDGE - (value - low) / (high - low) * (SIDE - 2 * EDGE)

    def line(self, begin: tuple[float, float], end: tuple[float, float], kind: str) -> str:
        (x1, y1), (x2, y2) = begin, end
        return (
            f'<line class="{kind}" x1="{self.x(x1):.1f}" y1="{self.y(y1):.1f}" '
            f'x2="{self.x(x2):.1f}" y2="{self.y(y2):.1f}"/>'
        )

    def level(self, value: float, name: str) -> str:
        low, high = self._across
        text = f'<text x="{SIDE - EDGE + 3}" y="{self.y(value) + 4:.1f}">{escape(name)}</text>'
        return self.line((low, value), (high, value), "line") + text

    def dots(self, points: Sequence[tuple[float, float]]) -> str:
        return "".join(
            f'<circle class="dot" cx="{self.x(x):.1f}" cy="{self.y(y):.1f}" r="3"/>'
            for x, y in points
        )

    def frame(self, title: str, across: str, up: str) -> str:
        (left, right), (low, high) = self._across, self._up
        marks = [
            f'<text x="{self.x(value):.1f}" y="{SIDE - EDGE + 18}" text-anchor="middle">'
            f"{value:.0f}</text>"
            for value in np.linspace(left, right, TICKS)
        ] + [
            f'<text x="{EDGE - 6}" y="{self.y(value) + 4:.1f}" text-anchor="end">{value:.0f}</text>'
            for value in np.linspace(low, high, TICKS)
        ]
        return (
            self.line((left, low), (right, low), "axis")
            + self.line((left, low), (left, high), "axis")
            + "".join(marks)
            + f'<text x="{SIDE / 2}" y="20" text-anchor="middle">{escape(title)}</text>'
            + f'<text x="{SIDE / 2}" y="{SIDE - 12}" text-anchor="middle">{escape(across)}</text>'
            + f'<text transform="translate(16 {SIDE / 2}) rotate(-90)" text-anchor="middle">'
            + f"{escape(up)}</text>"
        )


def scatter(measured: Sequence[float], truth: Sequence[float], name: str, unit: str) -> str:
    """Measured over true values, with the line of equality. SVG."""
    reach = _reach([*measured, *truth])
    plane = _Plane(reach, reach)
    inside = plane.line((reach[0], reach[0]), (reach[1], reach[1]), "line")
    inside += plane.dots(list(zip(truth, measured, strict=True)))
    return _svg(plane.frame(name, f"true ({unit})", f"measured ({unit})") + inside)


def bland_altman(
    measured: Sequence[float], truth: Sequence[float], name: str, unit: str, limits: Sequence[float]
) -> str:
    """Differences over means; `limits` are (low, bias, high). SVG."""
    means = [(one + other) / 2 for one, other in zip(measured, truth, strict=True)]
    differences = [one - other for one, other in zip(measured, truth, strict=True)]
    plane = _Plane(_reach(means), _reach([*differences, *limits]))
    inside = "".join(plane.level(value, f"{value:+.1f}") for value in limits)
    inside += plane.dots(list(zip(means, differences, strict=True)))
    return _svg(plane.frame(name, f"mean ({unit})", f"measured − true ({unit})") + inside)


def _reach(values: Sequence[float]) -> tuple[float, float]:
    """Whole fives around all values."""
    low, high = 5 * np.floor(min(values) / 5), 5 * np.ceil(max(values) / 5)
    return float(low), float(high if high > low else low + 5)


def _svg(inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" '
        f'viewBox="0 0 {SIDE} {SIDE}"><rect width="100%" height="100%" fill="#fff"/>'
        f"{STYLE}{inside}</svg>\n"
    )
