"""Tables of labelled pictures: what training learns from and what scoring asks about."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.errors import BadSetup

FILE_COLUMNS = ("file", "path", "filename", "image")
LABEL_COLUMNS = ("labels", "label", "class", "finding labels")
PATIENT_COLUMNS = ("patient_id", "patient")
GROUP_COLUMNS = ("group_id",)
VIEW_COLUMNS = ("view", "view_position")
SITE_COLUMNS = ("site", "source")
AGE_COLUMNS = ("age", "patient_age")
SEX_COLUMNS = ("sex", "patient_sex")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPicture:
    """One row. `patient` is never "": without ids a picture is its own patient.

    Names of labels are lower case. `age` is the decade, such as "60s". `split` is "train", "val" or
    what the table says; "" unknown.
    """

    path: Path
    name: str
    patient: str
    labels: frozenset[str]
    table: str = ""
    modality: str = ""
    body_part: str = ""
    view: str = ""
    site: str = ""
    sex: str = ""
    age: str = ""
    split: str = ""


def read_labelled(
    table: Path, name: str = "", constants: Mapping[str, str] | None = None
) -> tuple[LabelledPicture, ...]:
    """The rows of a CSV with a column for the file and one for its labels, separated by |.

    Files are relative to the table. Optional columns: patient_id (or group_id: pictures that must
    not be parted), modality, body_part, view, site, sex, age (in years), split. `constants` give
    columns that the table lacks. Raises BadSetup for a table that cannot be read.
    """
    try:
        with table.open(newline="", encoding="utf-8-sig") as handle:
            rows = [
                {(key or "").strip().lower(): (value or "").strip() for key, value in row.items()}
                for row in csv.DictReader(handle)
                if None not in row
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise BadSetup(f"{table.name} cannot be read as a table of pictures.") from exc
    if not rows:
        raise BadSetup(f"{table.name} has no rows.")
    if not any(column in rows[0] for column in FILE_COLUMNS):
        raise BadSetup(f"{table.name} has no column named {' or '.join(FILE_COLUMNS)}.")
    name = name or table.parent.name
    return tuple(
        _picture({**(constants or {}), **row}, table.parent, name)
        for row in rows
        if _first(row, FILE_COLUMNS)
    )


def _picture(row: Mapping[str, str], folder: Path, table: str) -> LabelledPicture:
    file = _first(row, FILE_COLUMNS)
    labels = (label.strip().lower() for label in _first(row, LABEL_COLUMNS).split("|"))
    # Pictures of one patient are never parted: near-duplicate groups stand in for lost ids.
    patient = _first(row, PATIENT_COLUMNS) or _first(row, GROUP_COLUMNS) or file
    return LabelledPicture(
        path=folder / file,
        name=file,
        patient=f"{table}/{patient}",
        labels=frozenset(label for label in labels if label),
        table=table,
        modality=row.get("modality", "").upper(),
        body_part=row.get("body_part", "").upper(),
        view=_first(row, VIEW_COLUMNS),
        site=_first(row, SITE_COLUMNS),
        sex=_first(row, SEX_COLUMNS).upper(),
        age=_decade(_first(row, AGE_COLUMNS)),
        split=row.get("split", ""),
    )


def _first(row: Mapping[str, str], columns: tuple[str, ...]) -> str:
    return next((row[column] for column in columns if row.get(column)), "")


def _decade(years: str) -> str:
    """The decade of 67, 67.5 or DICOM's 067Y is 60s; what is no number of years is not known."""
    number = years.upper().removesuffix("Y")
    try:
        return f"{int(float(number)) // 10 * 10}s"
    except (ValueError, OverflowError):
        return ""
