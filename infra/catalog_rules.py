"""Rules of the catalog that hold whatever it is stored in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from infra.records import Instance, Report, StudyKeys


def with_current(history: Sequence[Report]) -> list[Report]:
    """All versions of one report in the order they came, exactly one of them marked current.

    Current is the version with the latest date; among equal dates, the one that came last. A
    version without a date counts as being of the latest day known when it came.
    """
    best, latest = 0, date.min
    for place, report in enumerate(history):
        day = report.date or latest
        if day >= latest:
            best, latest = place, day
    return [replace(report, current=place == best) for place, report in enumerate(history)]


def merged_keys(stored: StudyKeys, new: StudyKeys) -> StudyKeys:
    """Names of both; what can be only once stays as it was first known."""
    return StudyKeys(
        accession_key=stored.accession_key or new.accession_key,
        patient_key=stored.patient_key or new.patient_key,
        patient_tomb=stored.patient_tomb or new.patient_tomb,
        name_keys=stored.name_keys | new.name_keys,
        date_shift_days=stored.date_shift_days or new.date_shift_days,
        identity_kept=stored.identity_kept or new.identity_kept,
    )


def place_in_case(instance: Instance) -> tuple[float, float, str]:
    """Order in a case; images without a number come last."""
    series, number = instance.series_number, instance.instance_number
    last = float("inf")
    return (
        last if series is None else series,
        last if number is None else number,
        instance.instance_uid,
    )
