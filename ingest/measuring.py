"""Stored ultrasound -> stored measurements, after whatever brought the images in.

The catalog knows which images nothing has measured, so a run that was cut off is finished by the
next one. One that fails costs no other anything.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from shutil import copyfileobj
from typing import Self
from uuid import uuid4

from infra.errors import BackendError, NotFound, RejectedFile
from infra.query import AccessScope
from infra.records import Case, Instance, Measurement, UnfinishedStudy
from infra.reindexing import index_cases
from infra.services import Services
from infra.settings import Settings
from ingest.correcting import work_out
from ingest.fencing.fence import Fence
from ingest.showing.clips import Clip
from ingest.showing.query_file import item_of
from ingest.storage.sweep import sweep
from ingest.traces import stored_heart
from measure.measuring import Asked, Measured, measure
from measure.results import EF, refused
from measure.segmenter import Segmenter
from measure.strip_trace import strip_to_json
from measure.together import rows_together
from measure.trace import to_json

log = logging.getLogger(__name__)

EVERYTHING = AccessScope.everything()
TOGETHER = 64  # images looked up together
READERS = 2  # files that are decoded at once


@dataclass(slots=True)
class Done:
    """Counts of images: with a number, without one (for a reason), and not to be read."""

    measured: int = 0
    without: int = 0
    failed: int = 0


class Measuring:
    """Measures what is unmeasured. `opened` is called once there is an image to measure."""

    def __init__(
        self, services: Services, settings: Settings, opened: Callable[[], Segmenter]
    ) -> None:
        self._services, self._settings, self._opened = services, settings, opened

    def measure_new(self, step: Callable[[int], object] = int) -> Done:
        """Measure what nothing has measured. Raises BadSetup without a segmenter."""
        return self._measure(self._services.catalog.unmeasured(), step)

    def measure_again(self, step: Callable[[int], object] = int) -> Done:
        """Measure what this segmenter has not measured; killed, it goes on next time.

        Raises BadSetup without a segmenter.
        """
        return self._measure(self._services.catalog.unmeasured(self._opened().model_id), step)

    def _measure(self, uids: Iterator[str], step: Callable[[int], object]) -> Done:
        done = Done()
        first = next(uids, None)
        if first is None:
            return done
        segmenter = self._opened()
        settings, studies = self._settings, set[str]()
        with Fence(READERS, settings.decode_seconds, settings.decode_memory_mb) as fence:
            for job in self._read(chain([first], uids), fence):
                with job:
                    found = _measured(job, segmenter)
                self._store(job.instance, found, segmenter.model_id)
                _count(done, found)
                step(1)
                studies.add(job.instance.study_uid)
                if len(studies) >= TOGETHER:
                    self._finish(studies)
        self._finish(studies)
        sweep(self._services)  # contours that were replaced
        return done

    def _read(self, uids: Iterable[str], fence: Fence) -> "Iterator[_Job]":
        """Each image with its file; the next one is decoded meanwhile."""
        ahead: deque[_Job] = deque()
        for uid in uids:
            for instance in self._services.catalog.instances([uid], EVERYTHING).values():
                ahead.append(_Job(instance, *self._begin(instance, fence)))
            if len(ahead) >= READERS:
                yield ahead.popleft()
        while ahead:
            yield ahead.popleft()

    def _begin(self, instance: Instance, fence: Fence) -> tuple[Path, Clip | None]:
        """A copy of the file beside the store, for the worker, and its clip."""
        copy = self._services.scratch() / f"{uuid4().hex}.clip"
        try:
            with self._services.blobs.open(instance.original) as source, copy.open("wb") as target:
                copyfileobj(source, target)
        except (NotFound, OSError):
            return copy, None
        return copy, Clip.begin(item_of(copy), self._settings, fence)

    def _store(self, instance: Instance, found: Measured | None, model_id: str) -> None:
        """Contours first, then the numbers that name them; a kill in between leaves a note."""
        services, uid = self._services, instance.instance_uid
        unread = (refused(uid, EF, "unreadable", model_id=model_id, unit="%"),)
        rows = unread if found is None else found.records
        with suppress(NotFound):  # erased meanwhile
            document = _document(found)
            if document is None:
                services.catalog.put_measurements(uid, rows, model_id=model_id)
                return
            note = UnfinishedStudy(note_id=uuid4().hex, study_uid=instance.study_uid)
            with services.blobs.storing():
                services.ledger.begin([note])
                key = services.blobs.put(instance.study_uid, document, "json")
                named = [replace(row, trace=key) for row in rows]
                services.catalog.put_measurements(uid, named, model_id=model_id)

    def _finish(self, studies: set[str]) -> None:
        """What images of a study tell together, and what people say of them; then the index."""
        for case in self._services.catalog.cases(studies, EVERYTHING).values():
            self._measure_together(case)
        work_out(self._services, studies)
        index_cases(self._services, studies)
        studies.clear()

    def _measure_together(self, case: Case) -> None:
        """Numbers of two stills that are one beat, and of both planes."""
        traces = {m.trace for m in case.measurements} - {""}
        if len(traces) < 2:
            return
        found = (stored_heart(self._services, key) for key in sorted(traces))
        hearts = [one for one in found if one is not None]
        own = {h.facts.instance_uid: _rows(case, h.facts.instance_uid) for h in hearts}
        for uid, rows in rows_together(hearts, own).items():
            self._put(case, uid, rows)

    def _put(self, case: Case, uid: str, rows: Iterable[Measurement]) -> None:
        """Other rows for an image: its model and contours stay."""
        own = _rows(case, uid)
        if not own:
            return
        named = [replace(row, trace=own[0].trace) for row in rows]
        model_id = next((m.model_id for m in own if m.model_id), "")
        with suppress(NotFound):
            self._services.catalog.put_measurements(uid, named, model_id=model_id)


def _rows(case: Case, uid: str) -> tuple[Measurement, ...]:
    return tuple(m for m in case.measurements if m.instance_uid == uid)


def _document(found: Measured | None) -> bytes | None:
    """What is kept of what was seen; None where nothing was."""
    if found is None:
        return None
    if found.strip is not None:
        return strip_to_json(found.strip)
    return to_json(found.heart) if found.heart is not None else None


@dataclass(frozen=True, slots=True)
class _Job:
    """An image, a copy of its file that goes when this is left, and its clip (None: no file)."""

    instance: Instance
    copy: Path
    clip: Clip | None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.copy.unlink(missing_ok=True)


def _measured(job: _Job, segmenter: Segmenter) -> Measured | None:
    """None where the file cannot be read, or something in it is too strange."""
    instance = job.instance
    if job.clip is None:
        return None
    try:
        facts = replace(
            job.clip.facts, instance_uid=instance.instance_uid, study_uid=instance.study_uid
        )
        return measure(facts, job.clip.frames, lambda: segmenter, Asked())
    except (RejectedFile, BackendError) as error:
        log.warning("an image could not be measured: %s", error)
    except Exception as error:  # noqa: BLE001 - untrusted frames; one clip must not cost the others
        log.warning("an image could not be measured: %s", type(error).__name__)
    return None


def _count(done: Done, found: Measured | None) -> None:
    if found is None:
        done.failed += 1
    elif any(row.value is not None for row in found.records):
        done.measured += 1
    else:
        done.without += 1
