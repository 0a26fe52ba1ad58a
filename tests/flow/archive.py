"""A small archive for tests: real stores and the real pipeline, a model that costs nothing."""

import io
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from api.application import Application, ConfiguredModel
from infra.errors import BadSetup
from infra.ports import Embedder
from infra.query import AccessScope, Query
from infra.records import VECTOR_SIZE, Case, LedgerRow, ModelRecord, Values
from infra.services import Services
from infra.settings import Settings
from infra.wiring import build
from ingest import pipeline
from ingest.arrival.prepare import Options, Prepared, Refused, prepare
from ingest.arrival.prepare_all import prepare_all
from ingest.arrival.request import Progress, Request
from ingest.arrival.walk import Item
from ingest.pipeline import Pipeline
from ingest.privacy.identity import KEY_SIZE, Pseudonyms
from ingest.summary import Summary
from measure.segmenter import Segmenter
from tests.ingest.making import dataset, file_of

KEY = bytes(range(KEY_SIZE))
ALL = AccessScope.everything()
MODEL = "light-32"
SIDE = 32  # of the picture that is the vector


@dataclass(frozen=True)
class LightEmbedder:
    """The vector of a picture is the picture itself, at 32 by 32."""

    model_id: str = MODEL
    precision: str = "fp32"
    size: int = 224

    @property
    def record(self) -> ModelRecord:
        return ModelRecord(
            model_id=self.model_id,
            architecture="light",
            weights_sha256="0" * 64,
            pixel_path="test",
            precision=self.precision,
            source="test",
        )

    def embed(self, images: Sequence[npt.NDArray[np.uint8]]) -> Values:
        grey = [image if image.ndim == 2 else image.mean(axis=-1) for image in images]
        step = self.size // SIDE
        blocks = np.stack(grey).reshape(-1, SIDE, step, SIDE, step).mean(axis=(2, 4))
        vectors = blocks.reshape(-1, VECTOR_SIZE).astype(np.float32) / 255 + np.float32(1e-3)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def no_segmenter() -> Segmenter:
    """Ultrasound stays unmeasured: a network takes time that most tests have no use for."""
    raise BadSetup("There is no segmenter in this test.")


@dataclass
class Archive:
    """One home and what a test does with it."""

    home: Path
    embedder: Callable[[], Embedder] = LightEmbedder
    segmenter: Callable[[], Segmenter] = no_segmenter
    settings: dict[str, Any] = field(default_factory=dict)

    def open(self) -> Services:
        return build(self.all_settings)

    @contextmanager
    def application(self) -> Iterator[Application]:
        """What its owner works with, opened."""
        with self.open() as services:
            yield Application(
                settings=self.all_settings,
                services=services,
                key=KEY,
                scope=ALL,
                model=ConfiguredModel(self.embedder()),
            )

    @property
    def all_settings(self) -> Settings:
        return Settings(home=self.home, **self.settings)

    @property
    def pseudonyms(self) -> Pseudonyms:
        return Pseudonyms(KEY)

    def pipeline(self, services: Services) -> Pipeline:
        return Pipeline(
            services=services,
            settings=self.all_settings,
            key=KEY,
            embedder=self.embedder,
            segmenter=self.segmenter,
        )

    def ingest(self, *paths: Path, **request: Any) -> Summary:
        with self.open() as services:
            return self.pipeline(services).run(Request(paths=paths, **request), Progress())

    def rehearse(self, *paths: Path, **request: Any) -> Summary:
        with self.open() as services:
            return self.pipeline(services).rehearse(Request(paths=paths, **request), Progress())

    def ledger(self) -> list[LedgerRow]:
        with self.open() as services:
            return list(services.ledger.rows())

    def outcomes(self) -> dict[str, str]:
        """File name -> outcome, or outcome and reason."""
        return {
            Path(row.file).name: " ".join(filter(None, (row.outcome, row.reason)))
            for row in self.ledger()
        }

    def cases(self) -> dict[str, Case]:
        with self.open() as services:
            return services.catalog.cases(list(services.catalog.study_uids(ALL)), ALL)

    def search(self, **query: Any) -> list[str]:
        """Instance UIDs (study UIDs of image-less cases) of a query."""
        with self.open() as services:
            hits = services.index.search(Query(**query), ALL).hits
            return [hit.instance_uid or hit.study_uid for hit in hits]


def in_process(
    files: Iterable[Item], options: Options, jobs: int
) -> Generator[tuple[Item, Prepared | Refused]]:
    """What `prepare_all` does, without worker processes: for tests that run hundreds of ingests."""
    return ((item, _prepared(item, options)) for item in files)


def _prepared(item: Item, options: Options) -> Prepared | Refused:
    from infra.errors import RejectedFile

    try:
        return prepare(item, options)
    except RejectedFile as error:
        return Refused(sha256="", reason=error.reason, message=error.message)


def without_workers(patch: pytest.MonkeyPatch) -> None:
    assert pipeline.prepare_all is prepare_all
    patch.setattr(pipeline, "prepare_all", in_process)


# --- files ----------------------------------------------------------------------------------------


def picture(seed: int, rows: int = 48, columns: int = 40, frames: int = 1) -> Any:
    """Smooth 12 bit pictures, (frames, rows, columns): different seeds look different."""
    coarse = np.random.default_rng(seed).integers(0, 4096, (frames, 6, 5))
    fine = np.kron(coarse, np.ones((1, rows // 6, columns // 5), np.int64))
    return fine.astype(np.uint16)


def film(number: int, *, seed: int | None = None, **attributes: Any) -> bytes:
    """One chest film. `number` makes its instance UID; study and patient are its tens digit."""
    study = number // 10
    made = dataset(
        picture(number if seed is None else seed),
        bits=12,
        **{
            "Modality": "CR",
            "BodyPartExamined": "CHEST",
            "StudyInstanceUID": f"1.2.826.77.{study}",
            "SeriesInstanceUID": f"1.2.826.77.{study}.1",
            "SOPInstanceUID": instance_uid(number),
            "InstanceNumber": number,
            "PatientID": f"MRN{study:05d}",
            "PatientName": f"Quastenberg{'abcdefghij'[study % 10]}^Ottilie",
            "PatientSex": "FM"[study % 2],
            "PatientAge": f"{20 + study:03d}Y",
            "AccessionNumber": f"ACC{study:05d}",
            "StudyDate": f"2019{1 + study % 12:02d}15",
            **attributes,
        },
    )
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    return file_of(made)


def instance_uid(number: int) -> str:
    return f"1.2.826.77.{number // 10}.1.{number}"


def study_uid(number: int) -> str:
    return f"1.2.826.77.{number // 10}"


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


# --- what is there --------------------------------------------------------------------------------


def everything(home: Path) -> dict[str, Any]:
    """All that a home holds, in a form that can be compared with another home of the same key."""
    with build(Settings(home=home)) as services:
        cases = services.catalog.cases(list(services.catalog.study_uids(ALL)), ALL)
        return {
            "cases": {uid: _timeless(case) for uid, case in cases.items()},
            "vectors": {
                vector.vector_id: vector.values.tobytes()
                for vector in services.vectors.iterate(MODEL)
            },
            "blobs": list(services.blobs.keys()),
            "ledger": sorted(
                (row.file, row.sha256, row.outcome, row.instance_uid, row.reason)
                for row in services.ledger.rows()
            ),
            "waiting": services.ledger.count_waiting(),
            **_indexed(home),
        }


def check_blobs(home: Path) -> None:
    """Every original and thumbnail that the catalog names is there."""
    with build(Settings(home=home)) as services:
        cases = services.catalog.cases(list(services.catalog.study_uids(ALL)), ALL)
        named = [i for case in cases.values() for i in case.instances]
        for key in [key for instance in named for key in (instance.original, instance.thumbnail)]:
            services.blobs.size(key)


def _indexed(home: Path) -> dict[str, Any]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(home / "similis.sqlite")) as connection:
        rows = connection.execute("SELECT instance_uid, study_uid, keys FROM index_rows")
        texts = connection.execute("SELECT study_uid, text FROM index_texts")
        return {"rows": sorted(rows), "texts": sorted(texts)}


def _timeless(case: Case) -> Case:
    """Without the moments and counters that differ from run to run."""
    from dataclasses import replace

    reports = tuple(replace(report, received_at=None) for report in case.reports)
    return replace(case, version=0, reports=reports)
