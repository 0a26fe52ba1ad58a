"""Every adapter of the stores, for suites that hold each of them to the port's docstring.

To add an adapter, add a factory to ADAPTERS: home -> Settings, for as long as it is entered. Built
twice with the same settings they must give two sets of stores on the same data, as two processes
would have. A factory raises ServiceMissing when the server it needs is not there.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from infra.services import Services
from infra.settings import Settings
from infra.wiring import build
from tests.servers.distributed import distributed
from tests.servers.sharing import ServiceMissing, miss


@contextmanager
def embedded(home: Path) -> Iterator[Settings]:
    yield Settings(home=home)


ADAPTERS: dict[str, Callable[[Path], AbstractContextManager[Settings]]] = {
    "embedded": embedded,
    "aws": distributed,
}


@pytest.fixture(params=sorted(ADAPTERS))
def open_stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Services]]:
    """Opens the stores of one adapter, as often as asked, always on the same data."""
    with ExitStack() as opened:
        try:
            settings = opened.enter_context(ADAPTERS[request.param](tmp_path / "home"))
        except ServiceMissing as missing:
            miss(missing)
        yield lambda: opened.enter_context(build(settings))


@pytest.fixture
def stores(open_stores: Callable[[], Services]) -> Services:
    return open_stores()


@pytest.fixture
def others(stores: Services, open_stores: Callable[[], Services]) -> Services:
    """The same stores as another process sees them."""
    return open_stores()
