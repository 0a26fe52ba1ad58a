"""Every adapter of the stores, for suites that hold each of them to the port's docstring.

To add an adapter, add a factory to ADAPTERS: home -> Services. Called twice with the same home it
must give two sets of stores on the same data, as two processes would have. A factory raises
ServiceMissing when the server it needs is not there.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.services import Services
from infra.settings import Settings
from infra.wiring import build


class ServiceMissing(Exception):
    """A server that an adapter needs is not running; the message says how to start it."""


def embedded(home: Path) -> Services:
    return build(Settings(home=home))


ADAPTERS: dict[str, Callable[[Path], Services]] = {"embedded": embedded}


@pytest.fixture(params=sorted(ADAPTERS))
def open_stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Services]]:
    """Opens the stores of one adapter, as often as asked, always on the same data."""
    opened: list[Services] = []

    def open_once_more() -> Services:
        try:
            opened.append(ADAPTERS[request.param](tmp_path / "home"))
        except ServiceMissing as missing:
            if os.environ.get("SIMILIS_REQUIRE_SERVICES") == "1":
                pytest.fail(str(missing))
            pytest.skip(str(missing))
        return opened[-1]

    yield open_once_more
    for services in opened:
        services.close()


@pytest.fixture
def stores(open_stores: Callable[[], Services]) -> Services:
    return open_stores()


@pytest.fixture
def others(stores: Services, open_stores: Callable[[], Services]) -> Services:
    """The same stores as another process sees them."""
    return open_stores()
