"""Archives of their own on the run's servers: OpenSearch, DynamoDB and S3."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.settings import Settings
from tests.servers import dynamodb, opensearch, s3
from tests.servers.sharing import Server, shared

REGION = "us-east-1"
_with_bucket: set[str] = set()  # URLs of servers


@contextmanager
def distributed(home: Path, **changes: Any) -> Iterator[Settings]:
    """Settings of an archive on all three servers that nobody else has; it is gone afterwards.

    Raises ServiceMissing. The keys of the servers are in the environment meanwhile.
    """
    servers = {
        "opensearch": shared("opensearch", opensearch.start),
        "dynamodb": shared("dynamodb", dynamodb.start),
        "s3": shared("s3", s3.start),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in keys_of(servers["s3"]).items():
            patch.setenv(name, value)
        if servers["s3"].url not in _with_bucket:  # asking takes a client, and that takes time
            s3.make_bucket(servers["s3"])
            _with_bucket.add(servers["s3"].url)
        settings = settings_for(home, servers, **changes)
        yield settings
        clean_up(settings)


def settings_for(home: Path, servers: dict[str, Server], **changes: Any) -> Settings:
    """Settings of an archive whose names begin with something that belongs to `home` alone."""
    prefix = "t" + sha256(str(home).encode()).hexdigest()[:16]
    given = {
        "home": home,
        "prefix": prefix,
        "index": "opensearch",
        "opensearch_url": servers["opensearch"].url,
        "opensearch_replicas": 0,
        "catalog": "dynamodb",
        "dynamodb_url": servers["dynamodb"].url,
        "blobs": "s3",
        "s3_bucket": s3.BUCKET,
        "s3_url": servers["s3"].url,
    }
    return Settings(**given | changes)


def environment_of(settings: Settings) -> dict[str, str]:
    """The settings that lead to the servers as variables, for other processes."""
    names = ("index", "catalog", "blobs", "prefix", "opensearch_url", "opensearch_replicas")
    names += ("dynamodb_url", "s3_bucket", "s3_url")
    said = {f"SIMILIS_{name.upper()}": str(getattr(settings, name)) for name in names}
    return said | {"SIMILIS_HOME": str(settings.home)}


def keys_of(server: Server) -> dict[str, str]:
    """What AWS's own libraries want to find in the environment."""
    given = server.details
    return {
        "AWS_ACCESS_KEY_ID": given.get("access_key") or os.environ.get("AWS_ACCESS_KEY_ID", "none"),
        "AWS_SECRET_ACCESS_KEY": given.get("secret_key")
        or os.environ.get("AWS_SECRET_ACCESS_KEY", "none"),
        "AWS_DEFAULT_REGION": REGION,
    }


def clean_up(settings: Settings) -> None:
    """Indexes and tables take room on the servers; objects go with them."""
    url = f"{settings.opensearch_url}/{settings.prefix}-*?expand_wildcards=all"
    httpx.delete(url, timeout=60)  # as well as may be: a server that is too busy keeps them
    tables = _client("dynamodb", settings.dynamodb_url)
    for page in tables.get_paginator("list_tables").paginate():
        for name in page["TableNames"]:
            if name.startswith(f"{settings.prefix}-"):
                tables.delete_table(TableName=name)


@cache
def _client(service: str, url: str) -> Any:
    import boto3

    return boto3.client(service, endpoint_url=url)
