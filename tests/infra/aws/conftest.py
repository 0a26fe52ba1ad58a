"""Fixtures of the tests of adapters on AWS's services."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from infra.aws.dynamo_connection import status_of
from infra.aws.dynamo_setup import DynamoSetup
from tests.infra.aws.dynamo import Watched
from tests.servers import dynamodb
from tests.servers.sharing import shared_or_skip


@pytest.fixture
def dynamo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """An archive of its own on DynamoDB Local."""
    server = shared_or_skip("dynamodb", dynamodb.start)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", server.details.get("access_key", "none"))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.details.get("secret_key", "none"))
    watched = Watched(DynamoSetup(url=server.url, prefix=f"t{uuid4().hex[:12]}"))
    yield watched
    connection = watched.tables.connection()
    for name in ("cases", "vectors", "work"):
        if status_of(connection, full := f"{watched.setup.prefix}-{name}"):
            connection.delete_table(full)
    watched.tables.close()
