"""Thumbnails, rendered frames and originals over HTTP: what they are, who gets them, caching."""

from collections.abc import Callable
from io import BytesIO

import httpx
import numpy as np
import pydicom
import pytest
from PIL import Image

from api.application import Application
from api.auth import Identity
from infra.query import AccessScope
from infra.records import Instance
from tests.flow import archive as a
from tests.samples import pydicom_file


@pytest.fixture(scope="module")
def ct(application: Application) -> Instance:
    catalog = application.services.catalog
    cases = catalog.cases(list(catalog.study_uids(a.ALL)), a.ALL).values()
    return next(i for case in cases for i in case.instances if i.modality == "CT")


@pytest.fixture
def films_only(signed_in: Callable[[Identity], httpx.Client]) -> httpx.Client:
    return signed_in(Identity("films", AccessScope.only("films"), may_add=False))


def paths(ct: Instance) -> list[str]:
    return [
        f"/api/thumbnails/{ct.thumbnail}",
        f"/api/originals/{ct.instance_uid}",
        f"/api/instances/{ct.instance_uid}/frames/1/rendered",
    ]


def test_only_those_who_may_see_the_case_get_pictures_of_it(
    client: httpx.Client, films_only: httpx.Client, stranger: httpx.Client, ct: Instance
) -> None:
    for path in paths(ct):
        assert client.get(path).status_code == 200
        assert films_only.get(path).status_code == 404
        assert stranger.get(path).status_code == 401
        tag = {"If-None-Match": "*"}
        assert films_only.get(path, headers=tag).status_code == 404


def test_a_browser_that_has_it_is_told_so(client: httpx.Client, ct: Instance) -> None:
    for path in paths(ct):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert "private" in again.headers["cache-control"]
    thumbnail = client.get(paths(ct)[0])
    assert thumbnail.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert thumbnail.headers["content-type"] == "image/webp"


def test_thumbnails_are_the_stored_ones(
    client: httpx.Client, application: Application, ct: Instance
) -> None:
    with application.services.blobs.open(ct.thumbnail) as file:
        assert client.get(f"/api/thumbnails/{ct.thumbnail}").content == file.read()
    for wrong in (ct.original, f"{ct.study_uid}/{'0' * 64}.webp", f"{ct.study_uid}/..webp"):
        assert client.get(f"/api/thumbnails/{wrong}").status_code == 404


def test_an_original_is_a_file_to_save(
    client: httpx.Client, application: Application, ct: Instance
) -> None:
    answer = client.get(f"/api/originals/{ct.instance_uid}")
    assert answer.headers["content-type"] == "application/dicom"
    assert answer.headers["content-disposition"] == f'attachment; filename="{ct.instance_uid}.dcm"'
    assert int(answer.headers["content-length"]) == len(answer.content)
    read = pydicom.dcmread(BytesIO(answer.content))
    assert read.SOPInstanceUID == ct.instance_uid
    assert read.PatientIdentityRemoved == "YES"
    assert client.get("/api/originals/1.2.3").status_code == 404


def test_frames_are_rendered_as_asked(client: httpx.Client, ct: Instance) -> None:
    path = f"/api/instances/{ct.instance_uid}/frames/1/rendered"
    whole = client.get(path)
    assert whole.headers["content-type"] == "image/png"
    assert Image.open(BytesIO(whole.content)).size == (128, 128)
    small = client.get(f"{path}?size=50", headers={"Accept": "image/avif,image/webp,*/*"})
    assert small.headers["content-type"] == "image/webp"
    assert Image.open(BytesIO(small.content)).size == (50, 50)
    black = client.get(f"{path}?wc=100000&ww=1")
    assert np.asarray(Image.open(BytesIO(black.content))).max() == 0


@pytest.mark.parametrize(
    ("frame", "query", "status"),
    [
        ("0", "", 404),
        ("2", "", 404),
        ("one", "", 400),
        ("1", "?size=big", 400),
        ("1", "?wc=1&ww=0", 400),
        ("1", "?wc=1", 400),
    ],
)
def test_what_cannot_be_rendered(
    client: httpx.Client, ct: Instance, frame: str, query: str, status: int
) -> None:
    answer = client.get(f"/api/instances/{ct.instance_uid}/frames/{frame}/rendered{query}")
    assert answer.status_code == status


def test_the_thumbnail_of_a_query_file(
    client: httpx.Client, signed_in: Callable[[Identity], httpx.Client], stranger: httpx.Client
) -> None:
    data = pydicom_file("CT_small.dcm").read_bytes()
    query_id = client.post("/api/query-files", content=data).json()["id"]
    path = f"/api/query-files/{query_id}/thumbnail"
    assert Image.open(BytesIO(client.get(path).content)).format == "WEBP"
    other = signed_in(Identity("owner", AccessScope.everything(), may_add=True))
    assert other.get(path).status_code == 404
    assert stranger.get(path).status_code == 401
