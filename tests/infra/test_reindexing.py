"""An index that is rebuilt has what it had."""

from pathlib import Path

import pytest

from infra import reindexing
from infra.records import VectorKind
from infra.settings import Settings
from infra.wiring import build
from tests.contracts.examples import KEYS, instance, model, vector


def test_all_vectors_of_an_instance_go_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "VECTORS_AT_ONCE", 2)
    with build(Settings(home=tmp_path / "home")) as services:
        services.models.register(model())
        for number, uid in enumerate(("1.2.3", "1.2.3.1", "1.2.3.10")):
            services.catalog.put_instance(instance(uid), "default", KEYS)
            slices = [vector(uid, f, kind=VectorKind.SLICE, frame=f) for f in range(3 + number)]
            services.vectors.put(slices)
        assert reindexing.rebuild(services, lambda _: None) == {"cases": 1, "vectors": 12}
        assert services.vectors.count("m1") == services.index.vector_count("m1") == 12
