"""infra/compose.yaml, the settings beside it and the document say the same."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from infra.settings import Settings

ROOT = Path(__file__).parents[1]
COMPOSE = (ROOT / "infra/compose.yaml").read_text()
LINES = (ROOT / "infra/compose.env").read_text().splitlines()
GIVEN = dict(line.split("=", 1) for line in LINES)


def test_the_settings_are_those_of_a_distributed_archive() -> None:
    settings = Settings.from_environment(GIVEN)
    assert (settings.index, settings.catalog, settings.blobs) == ("opensearch", "dynamodb", "s3")
    known = {f"SIMILIS_{name.upper()}" for name in Settings.__dataclass_fields__}
    assert {name for name in GIVEN if name.startswith("SIMILIS_")} <= known


@pytest.mark.parametrize("name", ["OPENSEARCH", "DYNAMODB", "S3"])
def test_each_address_is_one_that_is_opened_on_loopback(name: str) -> None:
    url = urlsplit(GIVEN[f"SIMILIS_{name}_URL"])
    assert url.hostname == "127.0.0.1"
    assert f'"127.0.0.1:{url.port}:' in COMPOSE


def test_every_port_is_on_loopback_and_every_image_has_a_version() -> None:
    ports = re.findall(r'^ +- "?([\d.:]+)"?$', COMPOSE, re.MULTILINE)
    assert len(ports) == 3
    assert all(port.startswith("127.0.0.1:") for port in ports)
    images = re.findall(r"image: (\S+)", COMPOSE)
    assert images
    assert all(re.search(r":\d+\.\d+", image) for image in images)


def test_keys_and_bucket_are_those_of_the_server() -> None:
    assert f'"accessKey": "{GIVEN["AWS_ACCESS_KEY_ID"]}"' in COMPOSE
    assert f'"secretKey": "{GIVEN["AWS_SECRET_ACCESS_KEY"]}"' in COMPOSE
    assert f"-name {GIVEN['SIMILIS_S3_BUCKET']}'" in COMPOSE


def test_the_document_shows_them() -> None:
    said = (ROOT / "docs/distributed.md").read_text().splitlines()
    assert [line for line in LINES if line not in said] == []
