"""Measurements of a case after people corrected contours or beats in its images.

What corrections make of a study's numbers is worked out where contours can be read
(`ingest/correcting.py`) and kept in the body of the latest one, with what it rests on. Here it is
only laid over the machine's numbers, and only while it still rests on what there is.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

from infra.records import Annotation, Measurement

KIND = "contour"  # of an Annotation
_OF_CASE = "case"  # in its body


def in_force(annotations: Iterable[Annotation]) -> list[Annotation]:
    """The corrections of hearts that nobody took back, oldest first."""
    return [one for one in annotations if one.kind == KIND and not one.withdrawn]


def with_numbers(
    standing: Sequence[Annotation], machine: Sequence[Measurement], rows: Sequence[Measurement]
) -> Annotation:
    """The latest correction, with `rows` as what all of them make of the study's numbers: all rows
    of the images that are changed, each with the machine's contours as its `trace`.
    """
    latest = standing[-1]
    numbers = {**_rests_on(standing, machine), "measurements": [asdict(row) for row in rows]}
    body = {**json.loads(latest.body), _OF_CASE: numbers}
    return replace(latest, body=json.dumps(body, allow_nan=False))


def corrected_measurements(
    machine: Sequence[Measurement], annotations: Iterable[Annotation]
) -> tuple[Measurement, ...]:
    """A study's numbers after people's corrections; those of other images stay the machine's.

    The machine's alone, too, while what corrections make of them is being worked out: when one was
    just taken back, or the study was measured anew.
    """
    standing = in_force(annotations) if machine else []
    said = json.loads(standing[-1].body).get(_OF_CASE) if standing else None
    if said is None or any(said[name] != now for name, now in _rests_on(standing, machine).items()):
        return tuple(machine)
    rows = [_measurement(row) for row in said["measurements"]]
    changed = {row.instance_uid for row in rows}
    return (*(row for row in machine if row.instance_uid not in changed), *rows)


def _rests_on(
    standing: Sequence[Annotation], machine: Sequence[Measurement]
) -> dict[str, list[Any]]:
    """Which corrections, and which contours of the machine's."""
    return {
        "of": [one.annotation_id for one in standing],
        "traces": sorted({row.trace for row in machine if row.trace}),
    }


def _measurement(document: dict[str, Any]) -> Measurement:
    lists = {name: tuple(document[name]) for name in ("per_beat", "quality")}
    return Measurement(**{**document, **lists})
