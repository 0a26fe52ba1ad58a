"""What people's corrections of hearts make of the numbers of a study, worked out for the index.

A contour in one clip changes what both planes tell, and one in a still what its beat tells. So the
numbers are those of the study after all corrections that stand, by the functions that the machine's
were made with; they are kept with the latest correction (`infra/corrected_measurements.py`).
"""

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

from infra.corrected_measurements import KIND, in_force, with_numbers
from infra.errors import NotFound
from infra.measured import EDITED
from infra.query import AccessScope
from infra.records import Annotation, Measurement
from infra.services import Services
from ingest.traces import stored_heart
from measure.correction import WrongCorrection, corrected, read_correction
from measure.heart import Heart
from measure.results import records_of
from measure.together import Rows, rows_together, without_planes

log = logging.getLogger(__name__)

EVERYTHING = AccessScope.everything()
TRIES = 20  # while others say something meanwhile
STUDIES_AT_ONCE = 256


def work_out_all(services: Services) -> None:
    """The same for every study; it costs a look where nobody corrected anything."""
    studies = services.catalog.study_uids(EVERYTHING)
    while chunk := list(islice(studies, STUDIES_AT_ONCE)):
        work_out(services, chunk)


def work_out(services: Services, study_uids: Iterable[str]) -> None:
    """Work out the numbers of those of these studies in which somebody corrected a heart.

    A second time nothing changes. The caller indexes the studies afterwards.
    """
    for uid, said in services.annotations.of_studies(study_uids, KIND).items():
        if in_force(said):
            _work_out(services, uid)


def _work_out(services: Services, study_uid: str) -> None:
    for _ in range(TRIES):
        said = services.annotations.of_studies([study_uid], KIND).get(study_uid, [])
        head = services.catalog.heads([study_uid], EVERYTHING).get(study_uid)
        standing = in_force(said)
        if head is None or not standing:
            return
        try:
            rows = _numbers(services, head.measurements, standing)
        except NotFound:
            return  # measured anew meanwhile: who does that works them out again
        now = with_numbers(standing, head.measurements, rows)
        if now == standing[-1] or services.annotations.put(now, seen=said):
            return
    log.warning("corrections of a study keep changing: its numbers stay the machine's for now")


def _numbers(
    services: Services, machine: Sequence[Measurement], standing: Sequence[Annotation]
) -> list[Measurement]:
    """All rows of the images whose numbers are others than the machine's. Raises NotFound."""
    traces = {row.instance_uid: row.trace for row in machine if row.trace}
    found = {uid: stored_heart(services, key) for uid, key in traces.items()}
    hearts = {uid: heart for uid, heart in found.items() if heart is not None}
    drawn = _drawn(hearts, standing)
    told = {uid: tuple(row for row in machine if row.instance_uid == uid) for uid in hearts}
    own = {uid: without_planes(rows) for uid, rows in told.items()}
    own |= {uid: records_of(heart) for uid, heart in drawn.items()}
    now = own | (rows_together([*(hearts | drawn).values()], own) if len(hearts) > 1 else {})
    changed = [uid for uid in told if uid in drawn or _is_other(told[uid], now[uid])]
    return [replace(row, trace=traces[uid]) for uid in sorted(changed) for row in now[uid]]


def _drawn(hearts: dict[str, Heart], standing: Sequence[Annotation]) -> dict[str, Heart]:
    """Each image as its latest correction has it that still fits it."""
    drawn: dict[str, Heart] = {}
    for annotation in standing:
        heart = hearts.get(annotation.instance_uid)
        if heart is None:
            continue
        try:
            correction = read_correction(json.loads(annotation.body))
            drawn[annotation.instance_uid] = corrected(heart, correction)
        except WrongCorrection:
            continue  # the clip was replaced by a shorter one
    return drawn


def _is_other(machine: Rows, now: Rows) -> bool:
    """Whether numbers rest on a correction in another image, or are no more because of it."""
    return any(EDITED in row.quality for row in now) or _told(machine) != _told(now)


def _told(rows: Rows) -> set[tuple[str, str]]:
    return {(row.name, row.method) for row in rows if row.value is not None}
