"""What files told, as people and programs read it: documents, a table, lines below a picture."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from infra.records import Measurement
from measure import names, reasons

TABLE = "measurements.csv"
COLUMNS = (
    "subject", "group", "time_point", "file", "view", "name", "method", "value", "unit",
    "threshold_set", "class", "per_beat", "reason", "quality", "model_id",
)  # fmt: skip
NUMBERS_SHOWN = ("ejection_fraction", "end_diastolic_volume", "end_systolic_volume", "heart_rate",
                 "fractional_shortening", "lv_mass")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one file told. `refused` is a reason code where it could not be read."""

    file: str
    view: str = "unknown"
    mode: str = "unknown"
    records: tuple[Measurement, ...] = ()
    subject: str = ""
    group: str = ""
    time_point: str = ""
    refused: str = ""
    message: str = ""

    def document(self) -> dict[str, Any]:
        """As `similis measure --json` prints it."""
        document: dict[str, Any] = {
            "file": self.file,
            "view": self.view,
            "mode": self.mode,
            "measurements": [row_document(record) for record in self.records],
        }
        if self.refused:
            document |= {"refused": self.refused, "message": self.message}
        return document


def row_document(record: Measurement) -> dict[str, Any]:
    """One measurement: the reason and notes in words, and their codes."""
    return {
        "name": record.name,
        "value": record.value,
        "unit": record.unit,
        "method": record.method,
        "threshold_set": record.threshold_set,
        "class": record.grade,
        "per_beat": list(record.per_beat),
        "reason": reasons.sentence(record.reason) if record.reason else "",
        "reason_code": reasons.code_of(record.reason),
        "quality": [reasons.sentence(note) for note in record.quality],
        "quality_codes": [reasons.code_of(note) for note in record.quality],
        "model_id": record.model_id,
    }


def write_table(path: Path, results: Sequence[Result]) -> None:
    """A row a measurement; a file that could not be read is a row with its reason."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        table = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        table.writeheader()
        for result in results:
            about = {
                "subject": result.subject,
                "group": result.group,
                "time_point": result.time_point,
                "file": result.file,
                "view": result.view,
            }
            if result.refused:
                table.writerow({**about, "reason": result.message})
            for record in result.records:
                row = row_document(record)
                row = {name: value for name, value in row.items() if name in COLUMNS}
                row |= {"per_beat": "|".join(map(str, record.per_beat)),
                        "quality": "; ".join(row["quality"])}  # fmt: skip
                table.writerow({name: _harmless(value) for name, value in {**about, **row}.items()})


def _harmless(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    formula = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if formula else value


def lines_of(result: Result) -> list[str]:
    """What the pictures say below: name, numbers, notes."""
    shown = [r for r in result.records if r.name in NUMBERS_SHOWN]
    lines = [f"{PurePath(result.file).name}   view: {result.view}"]
    for record in shown:
        label = f"{names.label_of(record.name)} ({names.method_label(record.method)})"
        if record.value is None:
            lines.append(f"{label}: {reasons.sentence(record.reason)}")
            continue
        beats = ", ".join(f"{value:g}" for value in record.per_beat)
        grade = (
            f", {record.grade.replace('_', ' ')} ({record.threshold_set})" if record.grade else ""
        )
        lines.append(f"{label}: {record.value:g} {record.unit}{grade}   beats: {beats}")
    notes = dict.fromkeys(note for record in shown for note in record.quality)
    if notes:
        lines.append("Notes: " + "; ".join(map(reasons.sentence, notes)))
    models = dict.fromkeys(record.model_id for record in shown if record.model_id)
    return [*lines, f"Model: {', '.join(models)}"] if models else lines
