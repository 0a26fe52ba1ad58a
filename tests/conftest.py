"""What every test shares: the servers of this run."""

import pytest

from tests.servers import sharing


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # a process of xdist has it
        sharing.begin_run()
