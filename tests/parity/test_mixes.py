"""Index, catalog and blobs are chosen each on its own: every mix takes in, finds and erases."""

from itertools import product
from pathlib import Path

import pytest

from infra.errors import BadSetup
from infra.query import Near, Query
from infra.records import Outcome
from infra.reindexing import rebuild
from infra.settings import Settings
from infra.text import parse_text
from infra.wiring import back_up, bring_back
from ingest.storage.erase import erase
from tests.flow import archive as a
from tests.servers.distributed import distributed
from tests.servers.sharing import ServiceMissing, miss

FILMS = (100, 101, 110)
REPORT = "Large pleural effusion on the left."
MIXES = list(product(("embedded", "opensearch"), ("embedded", "dynamodb"), ("embedded", "s3")))


@pytest.fixture(params=MIXES, ids="-".join)
def archive(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    a.without_workers(monkeypatch)
    chosen = dict(zip(("index", "catalog", "blobs"), request.param, strict=True))
    try:
        with distributed(tmp_path / "home", **chosen) as settings:
            given = {spec: getattr(settings, spec) for spec in Settings.__dataclass_fields__}
            del given["home"]
            yield a.Archive(settings.home, settings=given)
    except ServiceMissing as missing:
        miss(missing)


def test_every_mix_works_as_one(archive: a.Archive, tmp_path: Path) -> None:
    films = a.write(tmp_path / "films", {f"{n}.dcm": a.film(n) for n in FILMS})
    reports = tmp_path / "reports.csv"
    reports.write_text(f'accession,text\nACC00010,"{REPORT}"\n')
    assert archive.ingest(films, reports=reports).outcomes[Outcome.INDEXED] == len(FILMS)
    assert archive.ingest(films).outcomes[Outcome.DUPLICATE] == len(FILMS)
    with archive.open() as services:
        check_found(services)
        assert rebuild(services, int)["vectors"] == len(FILMS)
        check_found(services)
        assert all(check() for check in services.parts.values())
        first, second = services.catalog.study_uids(a.ALL)
        receipt = erase(services, archive.pseudonyms, [first, second])
        assert (receipt.instances, receipt.vectors) == (len(FILMS), len(FILMS))
        assert list(services.blobs.keys()) == []
    assert archive.search() == []
    assert b"pleural" not in (archive.home / "similis.sqlite").read_bytes()


def check_found(services) -> None:
    def find(**query):
        return services.index.search(Query(**query), a.ALL).hits

    assert len(find()) == len(FILMS)
    with_report = {hit.study_uid for hit in find(text=parse_text('"pleural effusion"'))}
    assert len(with_report) == 1
    for vector in services.vectors.iterate(a.MODEL):
        nearest = find(near=Near(vector.values, a.MODEL))[0]
        assert nearest.instance_uid == vector.instance_uid
        assert nearest.score == pytest.approx(1.0, abs=1e-4)
        instance = services.catalog.instances([vector.instance_uid], a.ALL)[vector.instance_uid]
        with services.blobs.open(instance.original) as original:
            assert original.read(132)[128:] == b"DICM"


@pytest.mark.parametrize("name", ["catalog", "blobs"])
def test_a_backup_of_the_home_is_refused_where_that_is_not_all(tmp_path: Path, name: str) -> None:
    elsewhere = {"catalog": "dynamodb", "blobs": "s3"}[name]
    settings = Settings(home=tmp_path / "home", **{name: elsewhere})
    with pytest.raises(BadSetup, match=f"SIMILIS_{name.upper()}"):
        back_up(settings, tmp_path / "backup")
    with pytest.raises(BadSetup, match="SIMILIS_HOME/key"):
        bring_back(settings, tmp_path / "backup")
