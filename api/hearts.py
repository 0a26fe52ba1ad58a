"""A heart as a use case: what was seen in a stored clip or a query file, and people's corrections.

Corrections are annotations beside the machine's numbers; theirs are worked out by the same
functions, when they are made and whenever they are shown.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime

from api.application import Application
from api.held import HeldQueries, HeldQuery
from api.viewing.recent import Recent
from infra.corrected_measurements import KIND, corrected_measurements
from infra.errors import BadQuery, NotFound
from infra.measured import EDITED
from infra.records import Annotation, Instance, Measurement
from infra.reindexing import index_as_said
from infra.settings import MEGA
from ingest.correcting import work_out
from ingest.showing.clips import Clip
from ingest.showing.query_file import item_of
from ingest.traces import stored_trace
from measure.correction import (
    Correction,
    WrongCorrection,
    corrected,
    document_of,
    read_correction,
)
from measure.heart import Heart
from measure.linear import Strip
from measure.measuring import Asked, measure
from measure.results import BIPLANE, records_of
from measure.stills import FROM_STILLS, view_of

MAX_COMMENT = 2_000

# Hearts and strips by blob key or query id.
_stored: Recent[Heart | Strip] = Recent(64 * MEGA, lambda found: _size(found))
_of_files: Recent["Seen"] = Recent(64 * MEGA, lambda seen: _size(seen.heart or seen.strip))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is known of an image: its numbers, and its heart or M-mode where one was seen.

    `together` are numbers of several images of its study, whichever they stand with: of both
    planes, and of the pair of stills that it belongs to. `of_study` are all the machine's, and
    `stills` those images of the study that are stills of the same view as this one.
    `stored` is False for a query file, of which nothing is kept.
    """

    instance: Instance
    measurements: tuple[Measurement, ...]
    heart: Heart | None
    strip: Strip | None = None
    stored: bool = True
    together: tuple[Measurement, ...] = ()
    of_study: tuple[Measurement, ...] = ()
    stills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A correction as it was made, and the heart and numbers that it gives."""

    annotation: Annotation
    correction: Correction
    heart: Heart
    measurements: tuple[Measurement, ...]


def seen(app: Application, held: HeldQueries, session: str, instance_uid: str) -> Seen:
    """What was seen in an image. A query file of the session is measured when first asked for.

    Raises NotFound outside of what the caller may see, BadSetup without a segmenter.
    """
    query = held.of_instance(instance_uid, session)
    if query is not None:
        return _of_files.get(query.query_id, lambda: _measured(app, held, query))
    found = app.services.catalog.instances([instance_uid], app.scope)
    if instance_uid not in found:
        raise NotFound("There is no image of this UID.")
    instance = found[instance_uid]
    case = app.services.catalog.heads([instance.study_uid], app.scope)[instance.study_uid]
    own = tuple(m for m in case.measurements if m.instance_uid == instance_uid)
    key = next((m.trace for m in own if m.trace), "")
    trace = _trace(app, key) if key else None
    heart = trace if isinstance(trace, Heart) else None
    strip = trace if isinstance(trace, Strip) else None
    stills = _stills(app, case.measurements, heart) if heart else frozenset()
    is_other = any(row.reason == "other_still" for row in own)
    return Seen(
        instance=instance,
        measurements=own,
        heart=heart,
        strip=strip,
        together=_together(case.measurements, stills if is_other else frozenset()),
        of_study=case.measurements,
        stills=stills,
    )


def _trace(app: Application, key: str) -> Heart | Strip:
    return _stored.get(key, lambda: stored_trace(app.services, key))


def _stills(app: Application, rows: Sequence[Measurement], heart: Heart) -> frozenset[str]:
    """The stills of a study that a still may be compared with, by their images."""
    if len(heart.shapes) != 1:
        return frozenset()
    paired = {r.instance_uid: r.trace for r in rows if r.trace and _is_of_pair(r)}
    found = {uid: _trace(app, key) for uid, key in paired.items()}
    return frozenset(
        uid
        for uid, other in found.items()
        if isinstance(other, Heart) and view_of(other) == view_of(heart)
    )


def _is_of_pair(row: Measurement) -> bool:
    return row.reason == "other_still" or FROM_STILLS in row.quality


def together_corrected(one: Seen, said: Sequence[Annotation]) -> tuple[Measurement, ...]:
    """What images of a study tell together after corrections; () where these change none of it."""
    rows = corrected_measurements(one.of_study, said)
    return tuple(row for row in _together(rows, one.stills) if EDITED in row.quality)


def _together(rows: Sequence[Measurement], stills: frozenset[str]) -> tuple[Measurement, ...]:
    return tuple(
        row
        for row in rows
        if row.method == BIPLANE or (row.instance_uid in stills and FROM_STILLS in row.quality)
    )


def _size(found: Heart | Strip | None) -> int:
    """About how many bytes it takes: a frame of a heart 4 kB, a column of a strip 50."""
    if isinstance(found, Heart):
        return 4_000 * len(found.ventricles) + 1_000
    columns = 0 if found is None or found.walls is None else len(found.walls.septum)
    return 50 * columns + 1_000


def _measured(app: Application, held: HeldQueries, query: HeldQuery) -> Seen:
    clip = Clip.begin(item_of(query.copy), app.settings, held.fence)
    facts = replace(
        clip.facts,
        instance_uid=query.instance.instance_uid,
        study_uid=query.instance.study_uid,
        sex=query.instance.sex,
    )
    found = measure(facts, clip.frames, lambda: app.segmenter, Asked())
    return Seen(
        instance=query.instance,
        measurements=found.records,
        heart=found.heart,
        strip=found.strip,
        stored=False,
    )


# --- corrections ----------------------------------------------------------------------------------


def preview(one: Seen, correction: Correction) -> tuple[Heart, tuple[Measurement, ...]]:
    """The heart and numbers that a correction gives; nothing is kept. Raises BadQuery."""
    if one.heart is None:
        raise BadQuery("There are no contours of this image that could be corrected.")
    try:
        heart = corrected(one.heart, correction)
    except WrongCorrection as error:
        raise BadQuery(str(error)) from None
    return heart, records_of(heart)


def save(
    app: Application, one: Seen, correction: Correction, author: str, comment: str = ""
) -> Annotation:
    """Keep a correction beside the machine's numbers, and index its case by it. The author's later
    ones replace none: each is the whole of what they say. Raises BadQuery.
    """
    if not one.stored:
        raise BadQuery("A file that is not stored cannot be corrected: index it first.")
    if len(comment) > MAX_COMMENT:
        raise BadQuery(f"A comment has at most {MAX_COMMENT:,} characters.")
    if not correction.contours and not correction.beats:
        raise BadQuery("Draw a contour or choose a beat: nothing was corrected.")
    heart, rows = preview(one, correction)
    at = datetime.now(UTC)
    body = {
        **document_of(correction),
        "comment": comment,
        "model_id": heart.model_id,
        "measurements": [asdict(row) for row in rows],
    }
    text = json.dumps(body, allow_nan=False)
    annotation = Annotation(
        annotation_id=hashlib.sha256(f"{author} {at.isoformat()} {text}".encode()).hexdigest()[:32],
        study_uid=one.instance.study_uid,
        instance_uid=one.instance.instance_uid,
        kind=KIND,
        body=text,
        author=author,
        at=at,
    )
    app.services.annotations.put(annotation)
    # Not in one step with it: the contours of a large study take seconds, and others write, too.
    work_out(app.services, [annotation.study_uid])
    index_as_said(app.services, annotation.study_uid)
    return annotation


def said_of(one: Seen, annotations: Sequence[Annotation]) -> list[Said]:
    """The corrections of an image that stand, the latest first, worked out again.

    One that no longer fits (the clip was replaced by a shorter one) is left out.
    """
    found = []
    for annotation in reversed(annotations):
        own = annotation.instance_uid == one.instance.instance_uid
        if annotation.kind != KIND or annotation.withdrawn or not own:
            continue
        correction = read_correction(json.loads(annotation.body))
        try:
            heart, rows = preview(one, correction)
        except BadQuery:
            continue
        found.append(
            Said(annotation=annotation, correction=correction, heart=heart, measurements=rows)
        )
    return found
