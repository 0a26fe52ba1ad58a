"""An archive that several machines share has one key: a home with another one is refused."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from api import checks
from api.cli import root
from infra.errors import BadSetup
from infra.records import Outcome
from infra.wiring import build
from ingest.privacy.identity import KEY_SIZE, Pseudonyms, load_key
from ingest.privacy.same_key import claim
from tests.flow import archive as a
from tests.servers.distributed import distributed, environment_of
from tests.servers.sharing import ServiceMissing, miss

KEYS = [bytes([number]) * KEY_SIZE for number in range(8)]
ADVICE = "copy the file `key`"


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Settings of an archive whose catalog is shared."""
    a.without_workers(monkeypatch)
    try:
        with distributed(tmp_path / "home", index="embedded", blobs="embedded") as settings:
            yield settings
    except ServiceMissing as missing:
        miss(missing)


def archive_of(settings) -> a.Archive:
    given = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
    return a.Archive(given.pop("home"), settings=given)


def test_another_key_is_refused_by_all_commands_and_the_server(
    shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    films = a.write(tmp_path / "films", {"1.dcm": a.film(100)})
    assert archive_of(shared).ingest(films).outcomes[Outcome.INDEXED] == 1
    other = replace(shared, home=tmp_path / "other")
    load_key(other.home)
    for name, value in environment_of(other).items():
        monkeypatch.setenv(name, value)
    for command in (["search", "--text", "x"], ["ingest", str(films)], ["serve", "--port", "0"]):
        result = CliRunner().invoke(root, command)
        assert isinstance(result.exception, BadSetup)
        assert ADVICE in str(result.exception)
    assert any(ADVICE in each for each in checks.run(seeded_weights=True)["problems"])
    (other.home / "key").write_bytes(a.KEY)
    assert CliRunner().invoke(root, ["search", "--text", "x"]).exit_code == 0
    assert archive_of(other).ingest(films).outcomes[Outcome.DUPLICATE] == 1


def test_only_looking_claims_nothing_and_the_first_to_store_wins(
    shared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment_of(shared).items():
        monkeypatch.setenv(name, value)
    assert CliRunner().invoke(root, ["search", "--text", "x"]).exit_code == 0
    with build(shared) as services:
        assert services.key_mark("") == ""

        def winner(key: bytes) -> bytes | None:
            try:
                claim(services, Pseudonyms(key))
            except BadSetup:
                return None
            return key

        with ThreadPoolExecutor(len(KEYS)) as pool:
            (won,) = filter(None, pool.map(winner, KEYS))
        assert services.key_mark("") == Pseudonyms(won).mark
        assert won.hex() not in Pseudonyms(won).mark
    films = a.write(tmp_path / "films", {"1.dcm": a.film(100)})
    with pytest.raises(BadSetup, match=ADVICE):
        archive_of(shared).ingest(films)
