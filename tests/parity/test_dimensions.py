"""An ONNX model of another dimension in the distributed set: embedded, swapped to, and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from embedder.onnx_input import Wanted
from embedder.promoted import add_candidate
from embedder.runtime import NetworkEmbedder, open_as, open_embedder
from infra.errors import BadQuery
from infra.ports import Embedder
from infra.query import Near, Query
from infra.records import Vector
from infra.services import Services
from infra.settings import Settings
from infra.wiring import build
from ingest.embedding.embed_again import embed_archive
from tests.embedder import onnx_files
from tests.flow import archive as a
from tests.servers.distributed import distributed
from tests.servers.sharing import ServiceMissing, miss

SIZE = 37


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    try:
        with distributed(tmp_path / "home", device="cpu", precision="fp32") as found:
            yield found
    except ServiceMissing as missing:
        miss(missing)


def onnx(settings: Settings) -> NetworkEmbedder:
    file = onnx_files.write(settings.home / "m.onnx", onnx_files.extractor(SIZE))
    name = add_candidate(file, settings.home, Wanted(range=(0.0, 1.0)))
    path = settings.home / "models" / f"{name}.onnx"
    return open_embedder(Settings(home=settings.home, weights=path))


def ingest(services: Services, settings: Settings, embedder: Embedder, *numbers: int) -> None:
    files = {f"{number}.dcm": a.film(number) for number in numbers}
    folder = a.write(settings.home / "films", files)
    archive = a.Archive(settings.home, embedder=lambda: embedder)
    archive.pipeline(services).run(a.Request(paths=(folder,)), a.Progress())


def all_of(services: Services, model_id: str) -> list[Vector]:
    return list(services.vectors.iterate(model_id))


def test_a_model_of_another_dimension_takes_over_and_gives_back(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    a.without_workers(monkeypatch)
    with build(settings) as services, build(settings) as others:
        ingest(services, settings, a.LightEmbedder(), 1, 11, 21)
        other = onnx(settings)
        model_id = other.record.model_id
        done = embed_archive(services, settings, other, 1, lambda: None)
        assert done.embedded == 3
        active = others.models.active()
        assert active is not None
        assert (active.model_id, active.dimension) == (model_id, SIZE)
        assert open_as(settings, active).record.model_id == model_id
        for vector in all_of(others, model_id):
            assert vector.values.shape == (SIZE,)
            hits = others.index.search(Query(near=Near(vector.values, model_id)), a.ALL).hits
            assert len(hits) == 3
            assert hits[0].instance_uid == vector.instance_uid

        ingest(services, settings, other, 31)
        assert others.index.vector_count(model_id) == 4
        old = all_of(others, a.MODEL)
        with pytest.raises(BadQuery, match=f"{model_id} has {SIZE} values, not 1024"):
            others.index.search(Query(near=Near(old[0].values, model_id)), a.ALL)

        embed_archive(services, settings, a.LightEmbedder(), 1, lambda: None)
        again = others.models.active()
        assert again is not None
        assert again.model_id == a.MODEL
        query = Query(near=Near(old[0].values, a.MODEL))
        assert len(others.index.search(query, a.ALL).hits) == 4
