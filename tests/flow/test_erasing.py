"""What is erased is nowhere in the files of the home, and does not come back by itself."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydicom import dcmread

from api.cli import root
from embedder.pixels import fit, render
from infra.query import AnyOf, Phrase
from infra.records import UnfinishedStudy
from ingest.arrival.request import Progress, Request
from ingest.reading.display import display_of
from ingest.reading.labels import set_labels
from ingest.reading.quiet import quiet
from tests.flow import archive as a
from tests.ingest.making import dataset, file_of

pytestmark = pytest.mark.usefixtures("quick")

ISSUER = "SOME HOSPITAL"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    a.without_workers(monkeypatch)


@pytest.fixture
def archive(tmp_path: Path) -> a.Archive:
    home = tmp_path / "home"
    home.mkdir()
    (home / "key").touch(0o600)
    (home / "key").write_bytes(a.KEY)
    return a.Archive(home)


@pytest.fixture
def run(archive: a.Archive, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`similis …` on the archive, in this process; its JSON."""
    monkeypatch.setenv("SIMILIS_HOME", str(archive.home))

    def command(*arguments: str) -> Any:
        result = CliRunner().invoke(root, [*arguments, "--json"], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return command


def labelled(number: int, label: str) -> bytes:
    made = dataset(
        a.picture(number),
        bits=12,
        Modality="CR",
        StudyInstanceUID=a.study_uid(number),
        SeriesInstanceUID=a.study_uid(number) + ".1",
        SOPInstanceUID=a.instance_uid(number),
        PatientID=f"MRN{number // 10:05d}",
        IssuerOfPatientID=ISSUER,
        PatientName="Quastenberg^Ottilie",
        StudyDescription=f"description{number}",
        AccessionNumber=f"ACC{number // 10:05d}",
    )
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    set_labels(made, [label])
    return file_of(made)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Patient 1 with two images, a broken file and a conflict; patient 2 with one."""
    return a.write(
        tmp_path / "files",
        {
            "zebra-11.dcm": labelled(11, "labelzebra"),
            "zebra-12.dcm": labelled(12, "labelzebra"),
            "zebra-conflict.dcm": labelled(12, "labelzebra").replace(
                a.picture(12).tobytes(), a.picture(3).tobytes()
            ),
            "zebra-cut.dcm": labelled(13, "labelzebra")[:-999],
            "heron-21.dcm": labelled(21, "labelheron"),
        },
    )


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    path = tmp_path / "reports.csv"
    path.write_text(
        "accession,study_uid,report_id,text\n"
        "ACC00001,,zebrareport,first wordzebra\n"
        "ACC00001,,zebrareport,second wordzebra\n"
        "ACC00002,,heronreport,only wordheron\n"
    )
    return path


def traces(archive: a.Archive, number: int, animal: str) -> list[bytes]:
    """Everything by which a study could still be found in the raw bytes of the home."""
    names = archive.pseudonyms
    study, own = a.study_uid(number), [a.instance_uid(n) for n in (number, number + 1)]
    texts = [study, study + ".1", *own, f"MRN{number // 10:05d}", f"ACC{number // 10:05d}"]
    texts += [names.uid(text) for text in (study, study + ".1", *own)]
    texts += [names.patient(f"MRN{number // 10:05d}", ISSUER, "")]
    texts += [f"label{animal}", f"word{animal}", f"{animal}-", f"description{number}"]
    vector = a.LightEmbedder().embed([_shown(number)])[0].tobytes()
    return [*(text.encode() for text in texts), a.picture(number).tobytes()[:64], vector[:64]]


def _shown(number: int) -> Any:
    with quiet():
        read = dcmread(BytesIO(labelled(number, "x")))
    return fit(render(read.pixel_array, display_of(read, 0)), 224)


def left_of(archive: a.Archive, wanted: list[bytes]) -> list[bytes]:
    paths = [path for path in archive.home.rglob("*") if path.is_file()]
    names = "\n".join(map(str, archive.home.rglob("*"))).encode()
    bytes_of = [names, *(path.read_bytes() for path in paths)]
    return [trace for trace in wanted if any(trace in data for data in bytes_of)]


def instances(archive: a.Archive) -> list[str]:
    """UIDs of the erased images, under both names."""
    uids = [a.instance_uid(11), a.instance_uid(12)]
    return [*uids, *map(archive.pseudonyms.uid, uids)]


WAYS = {
    "study": lambda names: ["--study", a.study_uid(11)],
    "stored study": lambda names: ["--study", names.uid(a.study_uid(11))],
    "patient": lambda names: ["--patient", "MRN00001"],
    "patient of issuer": lambda names: ["--patient", "MRN00001", "--issuer", ISSUER],
    "stored patient": lambda names: ["--patient", names.patient("MRN00001", ISSUER, "")],
    "dataset": lambda names: ["--dataset", "zebras"],
}


@pytest.mark.parametrize("way", WAYS)
def test_erased_everywhere(
    archive: a.Archive, run: Callable[..., Any], files: Path, reports: Path, way: str
) -> None:
    zebras = [path for path in sorted(files.iterdir()) if path.name.startswith("zebra")]
    archive.ingest(*zebras, dataset="zebras")
    archive.ingest(files / "heron-21.dcm", reports=reports)
    zebra, heron = traces(archive, 11, "zebra"), traces(archive, 21, "heron")
    assert len(left_of(archive, zebra)) > 8
    heron_before = left_of(archive, heron)

    receipt = run("delete", *WAYS[way](archive.pseudonyms))
    assert len(receipt["studies"]) == 1
    assert (receipt["instances"], receipt["vectors"], receipt["blobs"]) == (2, 2, 4)
    assert (receipt["reports"], receipt["ledger_rows"]) == (1, 4)
    assert left_of(archive, zebra) == []
    assert left_of(archive, heron) == heron_before
    assert archive.search() == [archive.pseudonyms.uid(a.instance_uid(21))]

    again = archive.ingest(*zebras, dataset="zebras")
    assert again.reasons["erased"] == 3
    assert left_of(archive, [uid.encode() for uid in instances(archive)]) == []
    later = reports.with_name("later.csv")
    later.write_text(f"study_uid,text\n{a.study_uid(11)},late wordzebra\n")
    assert archive.ingest(reports=later).waiting_reports == 0
    assert archive.search(text=Phrase(("wordzebra",))) == []
    assert archive.search(filter=AnyOf("label", ("labelzebra",))) == []

    if way not in ("dataset", "patient"):  # what is gone can only be named in full
        run("delete", *WAYS[way](archive.pseudonyms), "--allow-return")
        assert archive.ingest(*zebras, dataset="zebras").outcomes["indexed"] == 2


def test_a_study_of_which_only_rests_are_there(
    archive: a.Archive, run: Callable[..., Any], files: Path
) -> None:
    """A broken file, and blobs of a run that was killed before the catalog had them."""
    archive.ingest(files / "zebra-cut.dcm")
    with archive.open() as services:
        services.blobs.put(archive.pseudonyms.uid(a.study_uid(11)), b"wordzebra", "dcm")
    assert left_of(archive, traces(archive, 11, "zebra")) != []
    receipt = run("delete", "--study", a.study_uid(11))
    assert (receipt["studies"], receipt["blobs"], receipt["ledger_rows"]) == ([], 1, 1)
    assert left_of(archive, traces(archive, 11, "zebra")) == []


@pytest.mark.parametrize("way", [way for way in WAYS if "study" not in way])
def test_a_patient_of_whom_only_blobs_are_there(
    archive: a.Archive, run: Callable[..., Any], files: Path, way: str
) -> None:
    """A run was killed before the catalog had anything, and none has come after it."""
    with archive.open() as services:

        def begin(notes: Any) -> None:
            real(notes)
            monkey.setattr(services.catalog, "put_instance", die)

        def die(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        real = services.ledger.begin
        with pytest.MonkeyPatch.context() as monkey:
            monkey.setattr(services.ledger, "begin", begin)
            request = Request(paths=[files / "zebra-11.dcm"], dataset="zebras")
            with pytest.raises(KeyboardInterrupt):
                archive.pipeline(services).run(request, Progress())
    assert left_of(archive, traces(archive, 11, "zebra")) != []
    receipt = run("delete", *WAYS[way](archive.pseudonyms))
    assert (receipt["studies"], receipt["blobs"]) == ([], 2)
    assert left_of(archive, traces(archive, 11, "zebra")) == []
    if way != "dataset":
        assert archive.ingest(files / "zebra-11.dcm").reasons == {"erased": 1}


def test_a_cut_off_file_of_somebody_else_takes_no_study_with_it(
    archive: a.Archive, run: Callable[..., Any], files: Path
) -> None:
    """Two patients under one study UID: only one of them is in the catalog."""
    archive.ingest(files / "heron-21.dcm")
    with archive.open() as services:
        (stored,) = archive.cases()
        note = UnfinishedStudy(
            note_id="n",
            study_uid=stored,
            patient_key=archive.pseudonyms.patient_key("MRN00001"),
            patient_tomb=archive.pseudonyms.tomb(
                "patient", archive.pseudonyms.patient("MRN00001", ISSUER, "")
            ),
        )
        services.ledger.begin([note])
        services.blobs.put(stored, b"wordzebra", "dcm")
    for way in ("patient", "patient of issuer", "stored patient"):
        run("delete", *WAYS[way](archive.pseudonyms))
    assert list(archive.cases()) == [stored]
    a.check_blobs(archive.home)
    assert left_of(archive, [b"wordzebra"]) == []


def test_what_is_erased_while_it_is_stored_goes_again(archive: a.Archive, files: Path) -> None:
    """The tombstone comes after an ingest has looked for it and before it is done."""
    with archive.open() as services, archive.open() as others:
        real, names = services.blobs.put_file, archive.pseudonyms

        def put_file(*args: Any) -> str:
            others.ledger.bury([names.tomb("patient", names.patient("MRN00001", ISSUER, ""))])
            return real(*args)

        services.blobs.put_file = put_file  # type: ignore[method-assign]
        request = Request(paths=[files / "zebra-11.dcm", files / "heron-21.dcm"])
        summary = archive.pipeline(services).run(request, Progress())
    assert summary.outcomes == {"indexed": 1, "refused": 1}
    assert summary.reasons == {"erased": 1}
    assert archive.search() == [archive.pseudonyms.uid(a.instance_uid(21))]
    assert len(archive.cases()) == 1


def test_allow_return_lets_it_come_back(
    archive: a.Archive, run: Callable[..., Any], files: Path
) -> None:
    archive.ingest(files)
    run("delete", "--patient", "MRN00001", "--allow-return")
    assert len(archive.search()) == 1
    assert archive.ingest(files).outcomes["indexed"] == 2
    run("delete", "--patient", "MRN00001", "--issuer", ISSUER)
    assert archive.ingest(files).outcomes["indexed"] == 0
    run("delete", "--patient", "MRN00001", "--issuer", ISSUER, "--allow-return")
    assert archive.ingest(files).outcomes["indexed"] == 2


def test_one_number_of_two_issuers_is_not_guessed(
    archive: a.Archive, run: Callable[..., Any], tmp_path: Path, files: Path
) -> None:
    other = labelled(31, "x").replace(b"MRN00003", b"MRN00001").replace(b"SOME HOSP", b"ELSE HOSP")
    archive.ingest(files, a.write(tmp_path / "other", {"other.dcm": other}))
    result = CliRunner().invoke(root, ["delete", "--patient", "MRN00001"])
    assert result.exit_code != 0
    assert len(archive.cases()) == 3
    receipt = run("delete", "--patient", "MRN00001", "--issuer", ISSUER)
    assert receipt["studies"] == [archive.pseudonyms.uid(a.study_uid(11))]
