"""Values that others measured, from a table, beside ours: how well both agree."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from api.measure_results import Result
from infra.errors import BadQuery
from infra.fields import EF
from infra.measured import value_of
from measure.evaluation.agreement import agreement
from measure.names import LABELS

ALIASES = {
    "ef": "ejection_fraction",
    "reference_ef": "ejection_fraction",
    "edv": "end_diastolic_volume",
    "esv": "end_systolic_volume",
    "hr": "heart_rate",
}

References = dict[str, dict[str, float]]  # file, or patient -> name of a measurement -> value


@dataclass(frozen=True, slots=True)
class Compared:
    """A measurement against its references: the pairs, and the files without a number of ours."""

    name: str
    pairs: tuple[tuple[str, float, float], ...]  # (file, measured, reference)
    missing: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Agreement and pairs, for JSON."""
        ours, theirs = (np.array([pair[n] for pair in self.pairs]) for n in (1, 2))
        found = agreement(ours, theirs) if self.pairs else None
        return {
            "name": self.name,
            "count": len(self.pairs),
            "missing": list(self.missing),
            "agreement": asdict(found) if found else None,
            "pairs": [{"file": f, "measured": m, "reference": r} for f, m, r in self.pairs],
        }


def read_references(table: Path, key: str = "file") -> References:
    """A CSV with the column `key` (`file`: a name or the end of a path) and columns named like
    measurements, or ef, edv, esv, hr. Empty cells are left out. Raises BadQuery.
    """
    with table.open(newline="", encoding="utf-8-sig") as handle:
        rows = csv.DictReader(handle)
        columns = {c: ALIASES.get(c.lower(), c.lower()) for c in rows.fieldnames or ()}
        known = {c: name for c, name in columns.items() if name in LABELS}
        if key not in columns.values() or not known:
            raise BadQuery(
                f"{table.name} needs the column {key}, and one such as ef, edv, esv or "
                f"{next(iter(LABELS))}."
            )
        named = next(c for c, name in columns.items() if name == key)
        return {row[named].strip(): _values(row, known, table) for row in rows if row[named]}


def _values(row: dict[str, str], known: dict[str, str], table: Path) -> dict[str, float]:
    found = {}
    for column, name in known.items():
        text = (row[column] or "").strip()
        try:
            value = float(text) if text else None
        except ValueError:
            raise BadQuery(f"{table.name}: {column} holds {text[:20]!r}, not a number.") from None
        if value is not None and np.isfinite(value):
            found[name] = value
    return found


def compare(results: Sequence[Result], references: References) -> list[Compared]:
    """Ours against theirs, by measurement; of several methods that which stands for a case."""
    matched = list(_matched(results, references))
    names = dict.fromkeys(name for _, values in matched for name in values)
    compared = []
    for name in names:
        pairs, missing = [], []
        for result, values in matched:
            if name not in values:
                continue
            ours = value_of(result.records, name)
            if ours is None:
                missing.append(result.file)
            else:
                pairs.append((result.file, ours, values[name]))
        compared.append(Compared(name, tuple(pairs), tuple(missing)))
    return compared


def compare_patients(pairs: Sequence[dict[str, Any]], references: References) -> dict[str, Any]:
    """The measured ejection fractions of a scorecard's `pairs` against those of a table by patient:
    agreement (None for fewer than three), and patients whose fraction is not in the table.
    """
    known = {who: values[EF] for who, values in references.items() if EF in values}
    measured = [pair for pair in pairs if pair["measured"] is not None]
    both = [
        (pair["measured"], known[pair["patient"]]) for pair in measured if pair["patient"] in known
    ]
    ours, theirs = np.array(both, np.float64).reshape(-1, 2).T
    found = agreement(ours, theirs)
    return {
        "ejection_fraction": asdict(found) if found else None,
        "missing": sorted(pair["patient"] for pair in measured if pair["patient"] not in known),
        "pairs": [{"measured": ours, "reference": theirs} for ours, theirs in both],
    }


def _matched(
    results: Sequence[Result], references: References
) -> Iterator[tuple[Result, dict[str, float]]]:
    by_name = {_bare(file): values for file, values in references.items()}
    for result in results:
        path = PurePath(result.file)
        for length in range(len(path.parts), 0, -1):  # the longest end of the path that is named
            end = _bare("/".join(path.parts[-length:]))
            if end in by_name:
                yield result, by_name[end]
                break


def _bare(file: str) -> str:
    """A path as it is compared: without the suffix of DICOM files."""
    return file.replace("\\", "/").strip("/").removesuffix(".dcm").removesuffix(".DCM")
