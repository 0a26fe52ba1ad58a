"""An archive of made-up cases: realistic keys and report texts, one image a case."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from infra.embedded.database import FILE_NAME, Database
from infra.embedded.index import EmbeddedIndex
from infra.embedded.vectors import EmbeddedVectors
from infra.fields import FACETS
from infra.query import AnyOf, Filter
from infra.records import CaseText, IndexRow, Values, Vector

CHUNK = 2_000
SHARES = {"1 %": 0.01, "10 %": 0.10, "50 %": 0.50}  # labels, and how many rows have them

_MODALITIES = ("DX", "CR", "CT", "MR", "US", "MG")
_PARTS = ("CHEST", "ABDOMEN", "HEAD", "KNEE", "HEART", "BREAST", "PELVIS", "SPINE")
_MAKERS = tuple(f"Maker {n}" for n in range(12))
_SENTENCES = (
    "The heart size is normal.", "The lungs are clear.", "No pneumothorax.",
    "No focal consolidation.", "Small left pleural effusion.", "Cardiomegaly is unchanged.",
    "Degenerative change of the spine.",
    "A mass in the right upper lobe measures {} mm.", "Mediastinal contours are unremarkable.",
    "Cardiomediastinal silhouette within normal limits.", "Follow-up in {} months is advised.",
    "No acute osseous abnormality.", "Atelectasis at the left base.", "Old rib fracture, side {}.",
)  # fmt: skip


def uid(number: int) -> str:
    """Instance UID of a row; sorts like the number."""
    return f"1.2.826.0.1.{number:07d}.1.1"


def labels(count: int) -> npt.NDArray[np.float64]:
    """One random number a row: it has the label of each share that is larger."""
    return np.random.default_rng(21).random(count)


def kept(tree: Filter, count: int) -> npt.NDArray[np.int64]:
    """The rows that pass one of the filters on a share, or all."""
    share = SHARES[tree.values[0]] if isinstance(tree, AnyOf) else 1.0
    return np.flatnonzero(labels(count) < share)


def fill_rows(home: Path, count: int) -> None:
    """Put `count` rows and texts."""
    database = Database(home)
    index = EmbeddedIndex(database, EmbeddedVectors(database))
    for rows, texts in rows_and_texts(count):
        index.put(rows, texts)
    database.close()


def rows_and_texts(count: int) -> Iterator[tuple[list[IndexRow], list[CaseText]]]:
    """`count` rows with their texts, in chunks."""
    rng = np.random.default_rng(20)
    draws = labels(count)
    for start in range(0, count, CHUNK):
        numbers = range(start, min(start + CHUNK, count))
        yield (
            [_row(number, draws[number], rng) for number in numbers],
            [_text(number, rng) for number in numbers],
        )


def vectors_of(model_id: str, values: Values) -> Iterator[list[Vector]]:
    """A vector a row, in chunks."""
    for start in range(0, len(values), CHUNK):
        yield [
            Vector(instance_uid=uid(start + n), model_id=model_id, values=one)
            for n, one in enumerate(values[start : start + CHUNK])
        ]


def fill_vectors(home: Path, model_id: str, values: Values) -> None:
    """Store a vector a row."""
    database = Database(home)
    store = EmbeddedVectors(database)
    for vectors in vectors_of(model_id, values):
        store.put(vectors)
    database.close()


def plain_keys(home: Path) -> sqlite3.Connection:
    """The store with a plain SQL table of the counted keys beside it, in memory."""
    connection = sqlite3.connect(home / FILE_NAME)
    connection.execute(
        "CREATE TEMP TABLE plain AS"
        " SELECT row, study_uid AS study, pair.key AS field, each.value AS value"
        " FROM index_rows, json_each(keys) AS pair, json_each(pair.value) AS each"
        " WHERE pair.key IN (SELECT value FROM json_each(?))",
        (json.dumps(FACETS),),
    )
    connection.execute("CREATE INDEX temp.by_field ON plain (field, value, study)")
    return connection


def _row(number: int, draw: float, rng: np.random.Generator) -> IndexRow:
    study = uid(number).removesuffix(".1.1")
    keys: dict[str, tuple[str, ...] | tuple[float, ...]] = {
        "dataset": (f"set {number % 5}",),
        "modality": (str(rng.choice(_MODALITIES)),),
        "body_part": (str(rng.choice(_PARTS)),),
        "view": (("PA", "AP", "LL")[number % 3],),
        "sex": (("F", "M")[int(rng.integers(2))],),
        "age": (float(rng.integers(0, 95)),),
        "date": (f"{rng.integers(2005, 2025)}-{rng.integers(1, 13):02}-{rng.integers(1, 28):02}",),
        "manufacturer": (str(rng.choice(_MAKERS)),),
        "label": tuple(name for name, share in SHARES.items() if draw < share),
        "has_report": ("true",),
        "patient": (f"P{number // 2}",),
        "study_uid": (study,),
        "series_uid": (f"{study}.1",),
        "instance_uid": (uid(number),),
    }
    return IndexRow(
        instance_uid=uid(number),
        series_uid=f"{study}.1",
        study_uid=study,
        dataset=f"set {number % 5}",
        version=1,
        keys={name: values for name, values in keys.items() if values},
    )


def _text(number: int, rng: np.random.Generator) -> CaseText:
    chosen = rng.choice(len(_SENTENCES), int(rng.integers(4, 10)))
    text = " ".join(_SENTENCES[i].format(rng.integers(1, 2_000)) for i in chosen)
    study = uid(number).removesuffix(".1.1")
    return CaseText(study_uid=study, dataset=f"set {number % 5}", version=1, text=text)
