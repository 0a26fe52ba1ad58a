"""DICOMweb over HTTP: what is listed and sent, in which form, and to whom."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import numpy as np
import pydicom
import pytest

from api.application import Application
from api.auth import Identity
from infra.query import AccessScope
from infra.records import Case, Instance
from tests.flow import archive as a
from tests.samples import pydicom_file

SignedIn = Callable[[Identity], httpx.Client]

FRAMES = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'
J2K = "1.2.840.10008.1.2.4.91"
OCTETS = "application/octet-stream"
PLAIN = "1.2.840.10008.1.2.1"
STUDY, SERIES, INSTANCE = "0020000D", "0020000E", "00080018"


def parts_of(answer: httpx.Response) -> list[tuple[str, bytes]]:
    """(content type, body) of each part of a multipart answer."""
    kind = answer.headers["content-type"]
    assert kind.startswith("multipart/related")
    boundary = kind.split("boundary=")[1].encode()
    body = answer.content
    assert body.endswith(b"--" + boundary + b"--\r\n")
    found = []
    for part in body.split(b"--" + boundary + b"\r\n")[1:]:
        head, _, data = part.partition(b"\r\n\r\n")
        data = data.removesuffix(b"--" + boundary + b"--\r\n").removesuffix(b"\r\n")
        found.append((head.decode().removeprefix("Content-Type: "), data))
    return found


def value(row: dict[str, Any], tag: str) -> Any:
    return row[tag].get("Value", [None])[0]


@pytest.fixture(scope="module")
def cases(application: Application) -> dict[str, Case]:
    catalog = application.services.catalog
    return catalog.cases(list(catalog.study_uids(a.ALL)), a.ALL)


@pytest.fixture(scope="module")
def stored(cases: dict[str, Case]) -> dict[str, Instance]:
    """Instances by modality; one of the films for CR, and "J2K" for what is compressed."""
    every = [i for case in cases.values() for i in case.instances]
    found = {i.modality: i for i in every}
    (found["J2K"],) = [i for i in every if i.transfer_syntax_uid == J2K]
    return found


def path_of(instance: Instance) -> str:
    return (
        f"/dicomweb/studies/{instance.study_uid}/series/{instance.series_uid}"
        f"/instances/{instance.instance_uid}"
    )


@pytest.fixture
def films_only(signed_in: SignedIn) -> httpx.Client:
    return signed_in(Identity("films", AccessScope.only("films"), may_add=False))


# --- QIDO-RS --------------------------------------------------------------------------------------


def test_studies_are_listed_page_by_page(client: httpx.Client, cases: dict[str, Case]) -> None:
    every = client.get("/dicomweb/studies").json()
    assert {value(row, STUDY) for row in every} == set(cases)
    found = []
    for offset in range(0, len(cases) + 2, 2):
        answer = client.get(f"/dicomweb/studies?limit=2&offset={offset}")
        found += [value(row, STUDY) for row in answer.json()]
        assert ("Warning" in answer.headers) == (offset + 2 < len(cases))
    assert found == [value(row, STUDY) for row in every]


def test_a_study_row_says_what_is_in_it(client: httpx.Client, cases: dict[str, Case]) -> None:
    answer = client.get("/dicomweb/studies")
    assert answer.headers["content-type"] == "application/dicom+json"
    for row in answer.json():
        case = cases[value(row, STUDY)]
        assert value(row, "00100020") == case.patient
        assert value(row, "00100010") == {"Alphabetic": case.patient}
        assert value(row, "00201208") == len(case.instances)
        assert set(row["00080061"]["Value"]) == {i.modality for i in case.instances}
        assert value(row, "00081190").endswith(f"/dicomweb/studies/{case.study_uid}")
        assert list(row) == sorted(row)


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("PatientID={patient}", lambda i, one: i.patient == one.patient),
        ("00100020={patient}", lambda i, one: i.patient == one.patient),
        ("PatientName={patient}", lambda i, one: i.patient == one.patient),
        ("PatientName=*{tail}*", lambda i, one: one.patient[3:8] in i.patient),
        ("StudyInstanceUID={study}", lambda i, one: i.study_uid == one.study_uid),
        ("StudyInstanceUID={study},1.2.3", lambda i, one: i.study_uid == one.study_uid),
        ("ModalitiesInStudy=CR", lambda i, one: i.modality == "CR"),
        ("ModalitiesInStudy=CT,CR", lambda i, one: i.modality in ("CT", "CR")),
        ("ModalitiesInStudy=C?", lambda i, one: i.modality in ("CT", "CR")),
        ("ModalitiesInStudy=SR", lambda i, one: False),
        ("StudyDate={date}", lambda i, one: i.study_date == one.study_date),
        ("StudyDate={date}-{date}", lambda i, one: i.study_date == one.study_date),
        ("StudyDate=-{date}", lambda i, one: i.study_date <= one.study_date),
        ("StudyDate={date}-", lambda i, one: i.study_date >= one.study_date),
        ("AccessionNumber=ACC00010", lambda i, one: False),
        ("PatientSex={sex}", lambda i, one: i.sex == one.sex),
        ("PatientID=*", lambda i, one: True),
        ("PatientID=", lambda i, one: True),
        ("PatientID={patient}&ModalitiesInStudy=MR", lambda i, one: False),
    ],
)
def test_studies_are_matched(
    client: httpx.Client,
    cases: dict[str, Case],
    stored: dict[str, Instance],
    query: str,
    fits: Callable[[Instance, Instance], bool],
) -> None:
    one = stored["CR"]
    asked = query.format(
        patient=one.patient,
        tail=one.patient[3:8],
        study=one.study_uid,
        date=f"{one.study_date:%Y%m%d}",
        sex=one.sex,
    )
    dated = [c for c in cases.values() if c.instances[0].study_date or "Date" not in query]
    expected = {c.study_uid for c in dated if fits(c.instances[0], one)}
    rows = client.get(f"/dicomweb/studies?{asked}").json()
    assert {value(row, STUDY) for row in rows} == expected


def test_series_and_instances_are_listed(client: httpx.Client, cases: dict[str, Case]) -> None:
    for case in cases.values():
        place = f"/dicomweb/studies/{case.study_uid}"
        series = client.get(f"{place}/series").json()
        assert {value(row, SERIES) for row in series} == {i.series_uid for i in case.instances}
        instances = client.get(f"{place}/instances").json()
        assert {value(row, INSTANCE) for row in instances} == {
            i.instance_uid for i in case.instances
        }
        first = case.instances[0]
        own = client.get(f"{place}/series/{first.series_uid}/instances").json()
        assert {value(row, SERIES) for row in own} == {first.series_uid}
        assert client.get(f"{place}/series/1.2.3/instances").json() == []
    everywhere = client.get("/dicomweb/instances?Modality=CR&limit=5").json()
    assert {value(row, "00080060") for row in everywhere} == {"CR"}
    assert len(client.get("/dicomweb/series?Modality=CT").json()) == 1


@pytest.mark.parametrize(
    "query",
    [
        "PatientWeight=80",
        "NoSuchThing=1",
        "00100030=19500101",
        "SeriesInstanceUID=1.2",  # not of studies
        "StudyDate=lately",
        "StudyDate=20190101-2019",
        "StudyDate=20190230",
        "limit=ten",
        "offset=-1",
        "offset=999999999",
        "PatientID=1&PatientID=2",
    ],
)
def test_what_cannot_be_matched_is_refused_and_never_passed_over(
    client: httpx.Client, query: str
) -> None:
    answer = client.get(f"/dicomweb/studies?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "BAD_QUERY"


def test_other_parameters_are_understood(client: httpx.Client) -> None:
    answer = client.get(
        "/dicomweb/studies?fuzzymatching=true&includefield=all&includefield=00081030"
    )
    assert "fuzzymatching" in answer.headers["Warning"]
    assert answer.json()
    assert client.get("/dicomweb/studies?limit=0").json() == []
    refused = client.get("/dicomweb/studies", headers={"Accept": "text/html"})
    assert refused.status_code == 406


# --- metadata -------------------------------------------------------------------------------------


def test_metadata_is_the_stored_header(
    client: httpx.Client, stored: dict[str, Instance], application: Application
) -> None:
    for instance in stored.values():
        (found,) = client.get(f"{path_of(instance)}/metadata").json()
        with application.services.blobs.open(instance.original) as file:
            header = pydicom.dcmread(file, stop_before_pixels=True)
        assert value(found, INSTANCE) == instance.instance_uid
        assert value(found, "00080016") == instance.sop_class_uid
        for keyword in (
            "Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
            "SamplesPerPixel", "PhotometricInterpretation", "NumberOfFrames", "WindowCenter",
            "RescaleSlope", "FrameTime", "FrameOfReferenceUID",
        ):  # fmt: skip
            tag = f"{pydicom.datadict.tag_for_keyword(keyword):08X}"
            assert (tag in found) == (keyword in header), keyword
            if tag in found and header[keyword].VM == 1:
                assert value(found, tag) == header[keyword].value
        assert "7FE00010" not in found
        assert value(found, "00100020") == instance.patient
        assert not {"00100030", "00080090"} & {t for t, e in found.items() if e.get("Value")}


def test_metadata_of_a_study_and_series(client: httpx.Client, stored: dict[str, Instance]) -> None:
    one = stored["CR"]
    study = client.get(f"/dicomweb/studies/{one.study_uid}/metadata")
    series = client.get(f"/dicomweb/studies/{one.study_uid}/series/{one.series_uid}/metadata")
    assert study.json() == series.json()
    uids = [value(row, INSTANCE) for row in study.json()]
    assert one.instance_uid in uids
    assert len(set(uids)) == len(uids) > 1
    again = client.get(
        f"/dicomweb/studies/{one.study_uid}/metadata",
        headers={"If-None-Match": study.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")


# --- frames ---------------------------------------------------------------------------------------


def test_frames_come_as_they_are_stored(
    client: httpx.Client, stored: dict[str, Instance], application: Application
) -> None:
    instance = stored["J2K"]
    answer = client.get(f"{path_of(instance)}/frames/1", headers={"Accept": FRAMES})
    with application.services.blobs.open(instance.original) as file:
        source = pydicom.dcmread(file)
    (stream,) = pydicom.encaps.generate_frames(source.PixelData, number_of_frames=1)
    assert parts_of(answer) == [(f"application/octet-stream; transfer-syntax={J2K}", stream)]
    (metadata,) = client.get(f"{path_of(instance)}/metadata").json()
    assert value(metadata, "00083002") == J2K


def test_several_frames_come_in_the_order_asked_for(
    client: httpx.Client, stored: dict[str, Instance], application: Application
) -> None:
    instance = stored["US"]
    assert instance.frames == 30
    parts = parts_of(client.get(f"{path_of(instance)}/frames/30,1,2", headers={"Accept": FRAMES}))
    with application.services.blobs.open(instance.original) as file:
        streams = list(pydicom.encaps.generate_frames(pydicom.dcmread(file).PixelData))
    assert [data for _, data in parts] == [streams[index] for index in (29, 0, 1)]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ('multipart/related; type="image/jp2"', f"image/jp2; transfer-syntax={J2K}"),
        ("*/*", f"image/jp2; transfer-syntax={J2K}"),
        (f'multipart/related; type="image/jls", {FRAMES}', f"{OCTETS}; transfer-syntax={J2K}"),
        (f'multipart/related; type="{OCTETS}"', f"{OCTETS}; transfer-syntax={PLAIN}"),
        (f"{FRAMES[:-1]}{PLAIN}", f"{OCTETS}; transfer-syntax={PLAIN}"),
    ],
)
def test_the_accept_header_decides(
    client: httpx.Client, stored: dict[str, Instance], accept: str, kind: str
) -> None:
    answer = client.get(f"{path_of(stored['J2K'])}/frames/1", headers={"Accept": accept})
    ((found, data),) = parts_of(answer)
    assert found == kind
    if found.endswith(PLAIN):
        theirs = pydicom.pixels.pixel_array(pydicom_file("JPEG2000.dcm"))
        ours = np.frombuffer(data, theirs.dtype).reshape(theirs.shape)
        np.testing.assert_array_equal(ours, theirs)
    else:
        assert data.startswith(b"\xff\x4f\xff\x51")


@pytest.mark.parametrize("modality", ["CT", "MR", "CR"])
def test_uncompressed_frames_are_the_stored_values(
    client: httpx.Client, stored: dict[str, Instance], application: Application, modality: str
) -> None:
    instance = stored[modality]
    for accept in (FRAMES, "*/*", 'multipart/related; type="application/octet-stream"'):
        answer = client.get(f"{path_of(instance)}/frames/1", headers={"Accept": accept})
        ((kind, data),) = parts_of(answer)
        assert kind == f"application/octet-stream; transfer-syntax={PLAIN}"
        with application.services.blobs.open(instance.original) as file:
            theirs = pydicom.dcmread(file).pixel_array
        np.testing.assert_array_equal(
            np.frombuffer(data, theirs.dtype).reshape(theirs.shape), theirs
        )


@pytest.mark.parametrize(
    ("frames", "accept", "status"),
    [
        ("31", FRAMES, 404),
        ("0", FRAMES, 404),
        ("1,31", FRAMES, 404),
        ("a", FRAMES, 400),
        ("1,", FRAMES, 400),
        ("-1", FRAMES, 400),
        (",".join(["1"] * 1_001), FRAMES, 400),
        ("1", 'multipart/related; type="image/jpeg"', 406),
        ("1", 'multipart/related; type="image/jls"; transfer-syntax=1.2.3', 406),
        ("1", "text/html", 406),
    ],
)
def test_frames_that_cannot_be_had(
    client: httpx.Client, stored: dict[str, Instance], frames: str, accept: str, status: int
) -> None:
    answer = client.get(f"{path_of(stored['US'])}/frames/{frames}", headers={"Accept": accept})
    assert answer.status_code == status
    assert answer.json()["error"]["requestId"]


# --- files and pictures ---------------------------------------------------------------------------


def test_files_are_sent_as_they_are_stored(
    client: httpx.Client, stored: dict[str, Instance], application: Application
) -> None:
    instance = stored["CT"]
    with application.services.blobs.open(instance.original) as file:
        original = file.read()
    ((kind, data),) = parts_of(client.get(path_of(instance)))
    assert (kind, data) == ("application/dicom", original)
    alone = client.get(path_of(instance), headers={"Accept": "application/dicom"})
    assert alone.content == original
    assert alone.headers["content-type"] == "application/dicom"
    series = path_of(stored["CR"]).rpartition("/instances")[0]
    files = parts_of(client.get(series))
    assert len(files) == len(client.get(f"{series}/metadata").json())
    assert len(parts_of(client.get(series.rpartition("/series")[0]))) == len(files)


def test_pictures(client: httpx.Client, stored: dict[str, Instance]) -> None:
    for instance in stored.values():
        shown = client.get(f"{path_of(instance)}/rendered?viewport=64,64")
        assert shown.headers["content-type"] == "image/jpeg"
        thumbnail = client.get(f"{path_of(instance)}/thumbnail")
        assert thumbnail.headers["content-type"] == "image/webp"
        assert thumbnail.content.startswith(b"RIFF")
    frame = client.get(
        f"{path_of(stored['US'])}/frames/30/rendered", headers={"Accept": "image/png"}
    )
    assert frame.content.startswith(b"\x89PNG")
    wrong = client.get(f"{path_of(stored['CT'])}/rendered?window=1")
    assert wrong.status_code == 400


# --- who ------------------------------------------------------------------------------------------


def every_path(instance: Instance) -> list[str]:
    study = f"/dicomweb/studies/{instance.study_uid}"
    series = f"{study}/series/{instance.series_uid}"
    return [
        study, f"{study}/metadata", f"{study}/series", f"{study}/instances",
        series, f"{series}/metadata", f"{series}/instances",
        path_of(instance), f"{path_of(instance)}/metadata", f"{path_of(instance)}/frames/1",
        f"{path_of(instance)}/rendered", f"{path_of(instance)}/frames/1/rendered",
        f"{path_of(instance)}/thumbnail",
    ]  # fmt: skip


def test_nothing_is_there_outside_of_the_scope(
    films_only: httpx.Client,
    stranger: httpx.Client,
    client: httpx.Client,
    stored: dict[str, Instance],
) -> None:
    for path in every_path(stored["CT"]):
        nowhere = path.replace(stored["CT"].study_uid, "1.2.3")
        hidden, missing = films_only.get(path), films_only.get(nowhere)
        assert hidden.status_code == missing.status_code == 404, path
        told = [answer.json()["error"] | {"requestId": ""} for answer in (hidden, missing)]
        assert told[0] == told[1], path
        assert stranger.get(path).status_code == 401, path
        assert client.get(path).status_code == 200, path
    for path in every_path(stored["CR"]):
        assert films_only.get(path).status_code == 200, path
    rows = films_only.get("/dicomweb/studies").json()
    assert {value(row, "00080061") for row in rows} == {"CR"}
    own = stored["CT"].study_uid
    assert films_only.get(f"/dicomweb/studies?StudyInstanceUID={own}").json() == []


def test_an_instance_is_only_found_in_its_own_study(
    client: httpx.Client, stored: dict[str, Instance]
) -> None:
    ct, mr = stored["CT"], stored["MR"]
    for study, series in ((mr.study_uid, ct.series_uid), (ct.study_uid, mr.series_uid)):
        path = f"/dicomweb/studies/{study}/series/{series}/instances/{ct.instance_uid}"
        assert client.get(f"{path}/metadata").status_code == 404
        assert client.get(f"{path}/frames/1").status_code == 404


def test_a_query_file_is_shown_to_its_session_only(
    client: httpx.Client, signed_in: SignedIn, served: Any
) -> None:
    data = pydicom_file("SC_rgb_rle_2frame.dcm").read_bytes()
    query_id = client.post("/api/query-files", content=data).json()["id"]
    (kept,) = [
        k.query for k in served.app.state.held._kept.values() if k.query.query_id == query_id
    ]
    path = path_of(kept.instance)
    other = signed_in(Identity("other", AccessScope.everything(), may_add=True))
    for one in every_path(kept.instance):
        assert client.get(one).status_code == 200, one
        assert other.get(one).status_code == 404, one
    (metadata,) = client.get(f"{path}/metadata").json()
    assert value(metadata, "00280008") == 2
    ((_, frame),) = parts_of(client.get(f"{path}/frames/2", headers={"Accept": FRAMES}))
    source = pydicom.dcmread(pydicom_file("SC_rgb_rle_2frame.dcm"))
    assert frame == list(pydicom.encaps.generate_frames(source.PixelData, number_of_frames=2))[1]
    named = f"/dicomweb/studies?StudyInstanceUID={kept.instance.study_uid}"
    assert [value(row, STUDY) for row in client.get(named).json()] == [kept.instance.study_uid]
    assert kept.instance.study_uid not in json.dumps(client.get("/dicomweb/studies").json())
    assert other.get(named).json() == []
