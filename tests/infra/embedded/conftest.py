from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.embedded.database import Database


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def open_database(home: Path) -> Iterator[Callable[..., Database]]:
    """Opens the home's database, as often as asked, as several processes would."""
    opened: list[Database] = []

    def open_once_more(**options: float) -> Database:
        opened.append(Database(home, **options))
        return opened[-1]

    yield open_once_more
    for database in opened:
        database.close()


@pytest.fixture
def database(open_database: Callable[..., Database]) -> Database:
    return open_database()
