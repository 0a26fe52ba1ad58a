"""Whether anything here looks like the query at all: a calibrated distance to the nearest.

How near the pictures of this archive are to their own nearest neighbours, pictures of the same
patient apart, says what "near" means to this model and these pictures. A query whose nearest is
further away than that of 97 in 100 indexed pictures of the nearest's modality and body part is
unlike them: a photo, another modality. So is a blank picture, whatever is near it.
docs/evaluation.md says how well that works.
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from api.application import Application
from api.search import Answer, Described
from embedder.keeping import FOLDER, keep
from infra.errors import BadSetup, StorageFull
from infra.query import AccessScope, AnyOf, Near, Not, Page, Query
from infra.records import Instance, Values, Vector

log = logging.getLogger(__name__)

SAMPLE = 400  # indexed pictures that are asked for their nearest
MOST_READ = 10_000  # vectors: they come in the order of pseudonyms, which is by chance
LEAST = 30  # fewer say nothing about the far end
ALARM = 0.03  # share of indexed pictures that would be called unlike the others
GROWTH = 1.25  # calibrated anew when there are this many times more vectors
BLANK_LEVELS = (0, 51, 102, 153, 204, 255)
BLANK = 0.99  # least cosine to a blank picture's vector that makes a query blank


@dataclass(frozen=True, slots=True, kw_only=True)
class Familiarity:
    """`nearest` is the greatest cosine found, `expected` what 97 % of the archive's pictures have.

    `unlike` is the answer: nothing here looks like this. `blank` says that the query shows nothing.
    """

    nearest: float
    expected: float
    blank: bool = False

    @property
    def unlike(self) -> bool:
        """Whether the query is further from everything than pictures here are from each other."""
        return self.blank or self.nearest < self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """`general` is the expected cosine, None for too few pictures; `kinds` that of each modality
    and body part with enough. `blanks` are vectors of pictures of one level. `size` of the archive.
    """

    size: int
    general: float | None
    kinds: Mapping[str, float]
    blanks: Sequence[Sequence[float]] = ()

    def expected(self, kind: str) -> float | None:
        """What is expected where the nearest picture is of this kind."""
        return self.kinds.get(kind, self.general)

    def is_blank(self, vector: Values) -> bool:
        """Whether a vector of norm 1 is that of a blank picture."""
        return bool(self.blanks) and float((np.array(self.blanks) @ vector).max()) >= BLANK


def familiarity(app: Application, query: Query, answer: Answer) -> Familiarity | None:
    """How familiar the query is; None without a picture, with nothing to go by, or past page one.

    Seeded weights say nothing. The first call after an archive has grown takes a moment.
    """
    if query.near is None or query.page.after is not None or not answer.hits or answer.left_out:
        return None
    active = app.services.models.active()
    if active is None or not active.meaningful or query.near.model_id != active.model_id:
        return None
    known = _calibration(app, active.model_id)
    best = max(answer.hits, key=_cosine)
    expected = known.expected(_kind(best.instance)) if known else None
    if known is None or expected is None:
        return None
    return Familiarity(
        nearest=_cosine(best), expected=expected, blank=known.is_blank(query.near.values)
    )


def _cosine(found: Described) -> float:
    return -1.0 if found.hit.cosine is None else found.hit.cosine


def _kind(instance: Instance | None) -> str:
    return f"{instance.modality} {instance.body_part}" if instance else ""


def _calibration(app: Application, model_id: str) -> Calibration | None:
    """Kept in the home until the archive has grown; a home that is only read may have none."""
    count = app.services.vectors.count(model_id)
    size = int(np.log(max(count, 1)) / np.log(GROWTH))
    path = app.settings.home / FOLDER / f"familiar-{model_id}.json"
    known = _kept(path)
    if app.services.read_only or (known and known.size == size):
        return known
    made = calibrated(list(_nearest(app, model_id, count)), size, _blanks(app, model_id))
    _keep(path, made)
    return made


def _kept(path: Path) -> Calibration | None:
    try:
        return Calibration(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None  # nothing kept, or nothing that can be read: it is made anew


def _keep(path: Path, made: Calibration) -> None:
    try:
        keep(path, json.dumps(asdict(made)).encode())
    except StorageFull:
        log.warning("the calibration could not be kept: the next process makes it anew")


def calibrated(
    nearest: Sequence[tuple[str, float]], size: int, blanks: Sequence[Sequence[float]] = ()
) -> Calibration:
    """From (kind, cosine to the nearest) of indexed pictures: what all but ALARM of them reach."""
    kinds: dict[str, list[float]] = {}
    for kind, cosine in nearest:
        kinds.setdefault(kind, []).append(cosine)
    thresholds = {kind: _threshold(cosines) for kind, cosines in kinds.items()}
    return Calibration(
        size=size,
        general=_threshold([cosine for _, cosine in nearest]),
        kinds={kind: value for kind, value in thresholds.items() if value is not None},
        blanks=blanks,
    )


def _threshold(cosines: Sequence[float]) -> float | None:
    return float(np.quantile(cosines, ALARM)) if len(cosines) >= LEAST else None


def _blanks(app: Application, model_id: str) -> list[list[float]]:
    """Vectors of pictures that show nothing; [] where the model cannot be opened."""
    try:
        embedder = app.embedder
    except BadSetup:
        return []
    if embedder.record.model_id != model_id:
        return []
    side = (embedder.size, embedder.size)
    vectors = embedder.embed([np.full(side, level, np.uint8) for level in BLANK_LEVELS])
    return [[round(float(value), 5) for value in vector] for vector in vectors]


def _nearest(app: Application, model_id: str, count: int) -> Iterator[tuple[str, float]]:
    """Kinds of sampled pictures, with the cosine to the nearest picture of another patient."""
    everything = AccessScope.everything()
    stride = max(1, min(count, MOST_READ) // SAMPLE)
    vectors = app.services.vectors.iterate(model_id)
    sample: list[Vector] = list(islice(vectors, 0, MOST_READ, stride))
    uids = {vector.instance_uid for vector in sample}
    instances = app.services.catalog.instances(uids, everything)
    for vector in sample:
        instance = instances.get(vector.instance_uid)
        if instance is None:
            continue
        query = Query(
            filter=Not(AnyOf("patient", (instance.patient,))),
            near=Near(vector.values, model_id),
            page=Page(1),
        )
        for hit in app.services.index.search(query, everything).hits:
            yield _kind(instance), hit.score if hit.cosine is None else hit.cosine
