"""The small archive and the running server of tests/server/conftest.py, asked in GraphQL."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.server.conftest import (  # noqa: F401
    application,
    client,
    serve_another,
    served,
    signed_in,
    stranger,
)

Ask = Callable[..., dict[str, Any]]


def asking(browser: httpx.Client) -> Ask:
    """Asks as this browser: what came back, status 200 taken for granted."""

    def ask(query: str, **variables: Any) -> dict[str, Any]:
        answer = browser.post("/graphql", json={"query": query, "variables": variables})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


@pytest.fixture
def ask(client: httpx.Client) -> Ask:  # noqa: F811
    return asking(client)


@pytest.fixture
def get(ask: Ask) -> Ask:
    """The data of a query that has no errors."""

    def get(query: str, **variables: Any) -> dict[str, Any]:
        document = ask(query, **variables)
        assert "errors" not in document, document["errors"]
        return document["data"]

    return get
