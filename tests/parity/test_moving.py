"""`similis migrate --to-…` takes an archive there and back, whole, also when it is cut off."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.moving import NOTE, Destination, move
from infra.errors import BadSetup, Unavailable
from infra.records import Annotation, ModelRecord, Report, Vector, VectorKind
from infra.services import Services
from infra.settings import Settings
from ingest.privacy.identity import load_key
from ingest.storage.erase import erase, tombstones
from tests.flow import archive as a
from tests.parity.conftest import everything_kept
from tests.samples import pydicom_file
from tests.servers.distributed import distributed
from tests.servers.sharing import ServiceMissing, miss

THERE = Destination(index="opensearch", catalog="dynamodb", blobs="s3")
FILMS = (100, 101, 110, 120)
REPORTS = (
    "accession,report_id,text,date\n"
    'ACC00010,R1,"Small pleural effusion.",2019-02-01\n'
    'ACC00010,R2,"No pneumothorax.",2019-02-01\n'
    'ACC09999,R9,"Waits for ever.",2019-02-01\n'
)
OTHER_MODEL = ModelRecord(
    model_id="other",
    architecture="light",
    weights_sha256="1" * 64,
    pixel_path="test",
    precision="fp32",
    source="test",
    created_at=datetime(2020, 1, 1, tzinfo=UTC),
)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Of an archive in its home with something of everything, beside empty servers."""
    a.without_workers(monkeypatch)
    home = tmp_path / "home"
    load_key(home)
    (home / "key").write_bytes(a.KEY)
    fill(a.Archive(home), tmp_path)
    try:
        with distributed(home) as there:
            yield replace(there, index="embedded", catalog="embedded", blobs="embedded")
    except ServiceMissing as missing:
        miss(missing)


def fill(archive: a.Archive, folder: Path) -> None:
    films = a.write(folder / "films", {f"{n}.dcm": a.film(n) for n in FILMS})
    (folder / "films" / "nothing.dcm").write_bytes(b"no DICOM")
    table = folder / "reports.csv"
    table.write_text(REPORTS)
    archive.ingest(films, pydicom_file("examples_ybr_color.dcm"), reports=table)
    with archive.open() as services:
        first, second, *_ = services.catalog.study_uids(a.ALL)
        tell(services, first)
        tombs = tombstones(services, archive.pseudonyms, [second])
        services.ledger.bury(tombs)
        erase(services, archive.pseudonyms, [second])


def tell(services: Services, study_uid: str) -> None:
    """Versions of a report, an annotation, vectors of another model."""
    (case,) = services.catalog.cases([study_uid], a.ALL).values()
    for text in ("First.", "Second.", "First."):
        report = Report(report_id="late", study_uid=study_uid, text=text)
        services.catalog.put_report(report, case.dataset)
    note = Annotation(
        annotation_id="n1",
        study_uid=study_uid,
        instance_uid="",
        kind="note",
        body="{}",
        author="x",
        at=datetime(2026, 1, 2, tzinfo=UTC),
    )
    services.annotations.put(note)
    services.models.register(OTHER_MODEL)
    services.models.agree(a.MODEL, "other", 0.5)
    services.models.announce("other")
    (known, *_) = services.vectors.iterate(a.MODEL)
    slices = [
        Vector(
            instance_uid=known.instance_uid,
            model_id="other",
            values=known.values[::-1].copy(),
            kind=VectorKind.SLICE,
            frame=frame,
        )
        for frame in (0, 3)
    ]
    services.vectors.replace(known.instance_uid, "other", slices)


def kept(services: Services) -> dict[str, object]:
    studies = list(services.catalog.study_uids(a.ALL))
    models = services.models
    return everything_kept(services) | {
        "marks": {uid: services.catalog.marks(uid) for uid in studies},
        "annotations": services.annotations.of_studies(studies),
        "tombstones": sorted(services.ledger.tombstones()),
        "waiting": list(services.ledger.all_waiting()),
        "rows": list(services.ledger.rows()),
        "models": (models.models(), models.active(), models.announced()),
        "agreement": models.agreement(a.MODEL, "other"),
        "other": {v.vector_id: v.values.tobytes() for v in services.vectors.iterate("other")},
        "found": sorted(found(services)),
    }


def found(services: Services) -> list[str]:
    hits = services.index.search(a.Query(), a.ALL).hits
    return [hit.instance_uid for hit in hits]


def test_there_and_back_again(settings: Settings, tmp_path: Path) -> None:
    with a.build(settings) as services:
        before = kept(services)
    assert before["tombstones"]
    assert before["waiting"]
    document = move(settings, THERE, lambda kind, count: None)
    assert document["cases"] == len(before["cases"])
    assert document["indexed_vectors"] == len(before["vectors"]) + len(before["other"])
    there = THERE.settings(settings)
    with a.build(there) as services:
        assert kept(services) == before
    back = Destination(
        index="embedded", catalog="embedded", blobs="embedded", home=tmp_path / "back"
    )
    move(there, back, lambda kind, count: None)
    assert load_key(tmp_path / "back") == a.KEY
    with a.build(back.settings(there)) as services:
        assert kept(services) == before
    with a.build(settings) as services:  # the source is still what it was
        assert kept(services) == before


class Killed(BaseException):
    """Not an error that anything catches."""


@pytest.mark.parametrize("at", [("blobs", 3), ("cases", 1), ("vectors", 2), ("ledger", 1)])
def test_cut_off_it_goes_on(settings: Settings, at: tuple[str, int]) -> None:
    seen: dict[str, int] = {}

    def step(kind: str, count: int) -> None:
        seen[kind] = seen.get(kind, 0) + 1
        if (kind, seen[kind]) == at:
            raise Killed

    with pytest.raises(Killed):
        move(settings, THERE, step)
    assert (settings.home / NOTE).exists()
    with a.build(settings) as services:
        before = kept(services)
    move(settings, THERE, lambda kind, count: None)
    assert not (settings.home / NOTE).exists()
    with a.build(THERE.settings(settings)) as services:
        assert kept(services) == before


def test_half_a_case_is_moved_again_whole(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off between two versions of a report, versions would be stored twice."""
    from infra.aws.dynamo_catalog import DynamoCatalog

    put, calls = DynamoCatalog.put_report, []

    def once(self: DynamoCatalog, report: Report, dataset: str) -> Report:
        calls.append(report)
        if len(calls) == 3:
            raise Unavailable("cut off")
        return put(self, report, dataset)

    monkeypatch.setattr(DynamoCatalog, "put_report", once)
    with pytest.raises(Unavailable):
        move(settings, THERE, lambda kind, count: None)
    move(settings, THERE, lambda kind, count: None)
    with a.build(settings) as services, a.build(THERE.settings(settings)) as there:
        assert kept(there) == kept(services)


def test_something_else_at_the_target_is_left_alone(settings: Settings) -> None:
    with a.build(replace(settings, catalog="dynamodb")) as services:
        services.models.register(OTHER_MODEL)
    with pytest.raises(BadSetup, match="catalog"):
        move(settings, THERE, lambda kind, count: None)
    assert not (settings.home / NOTE).exists()


def test_what_changes_meanwhile_is_noticed(settings: Settings) -> None:
    def step(kind: str, count: int) -> None:
        if kind == "indexed":
            with a.build(settings) as services:
                services.ledger.bury(["late"])

    with pytest.raises(BadSetup, match="tombstones"):
        move(settings, THERE, step)
    move(settings, THERE, lambda kind, count: None)


def test_nowhere_is_no_place_to_move_to(settings: Settings) -> None:
    with pytest.raises(BadSetup, match="there already"):
        move(settings, Destination(), lambda kind, count: None)
