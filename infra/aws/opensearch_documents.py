"""Index rows and texts as documents of `cases` (see `opensearch_mappings`)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import floor, isfinite

from infra.aws.opensearch_client import Json
from infra.checks import day_number
from infra.fields import FIELDS, FacetRule, Field, FieldKind
from infra.records import IndexRow
from infra.text import fold, searchable

LONGEST = 8_000  # characters of a value or word: Lucene takes 32,766 bytes

Key = str | float | int


@dataclass(slots=True)
class CaseState:
    """All that `cases` holds of a case, as it is read back: rows by instance UID, and its words.

    `text_version` is -1 where no text was put. `place` is where the document was when it was read
    (sequence number and primary term), None for a new one.
    """

    study_uid: str
    rows: dict[str, Json] = field(default_factory=dict)
    text: str = ""
    text_version: int = -1
    text_dataset: str = ""
    revision: int = 0
    place: tuple[int, int] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return not self.rows and self.text_version < 0


def row_document(row: IndexRow) -> Json:
    """A row as it is kept. Raises ValueError for values that could not be searched."""
    named = {name: row.keys[name] for name in row.keys.keys() & FIELDS.keys()}
    keys = {name: [_key(FIELDS[name], value) for value in values] for name, values in named.items()}
    facets = {
        name: sorted({_facet(FIELDS[name], value) for value in values})
        for name, values in named.items()
        if FIELDS[name].facet is not FacetRule.NONE
    }
    return {
        "instance_uid": row.instance_uid,
        "series_uid": row.series_uid,
        "study_uid": row.study_uid,
        "dataset": row.dataset,
        "version": row.version,
        "keys": dict(sorted(keys.items())),
        "facets": dict(sorted(facets.items())),
    }


def folded(value: str) -> str:
    """A keyword as it is compared: without regard to case."""
    return searchable(value).casefold()[:LONGEST]


def _key(kind: Field, value: str | float) -> Key:
    if kind.kind is FieldKind.DATE:
        return day_number(str(value))
    if kind.kind is FieldKind.NUMBER:
        if not isfinite(float(value)):
            raise ValueError(f"{kind.name} is not a finite number")
        return float(value)
    return folded(str(value))


def _facet(kind: Field, value: str | float) -> str:
    if kind.facet is FacetRule.YEARS:
        return f"{int(str(value)[:4]):04d}"
    if kind.facet is FacetRule.DECADES:
        decade = floor(float(value) / 10)
        return f"{decade * 10}-{decade * 10 + 9}"
    return searchable(str(value))[:LONGEST]


def words_of(texts: Sequence[str]) -> list[str]:
    """Each text as its words with spaces between."""
    cleaned = [searchable(text) for text in texts]
    return [" ".join(word[:LONGEST] for word in words) for words in fold(cleaned)]


# --- reading back ---------------------------------------------------------------------------------


def read_state(study_uid: str, found: Json) -> CaseState:
    """The state in an answer to "get this case"."""
    if not found.get("found"):
        return CaseState(study_uid)
    kept = json.loads(found["_source"]["state"])
    return CaseState(
        study_uid,
        {row["instance_uid"]: row for row in kept["rows"]},
        kept["text"],
        kept["text_version"],
        kept["text_dataset"],
        kept["revision"],
        (found["_seq_no"], found["_primary_term"]),
    )


# --- documents ------------------------------------------------------------------------------------


def case_name(study_uid: str) -> str:
    """The id of a case's document."""
    return f"case:{study_uid}"


def series_name(study_uid: str, series_uid: str) -> str:
    """The id of a series' document."""
    return f"series:{study_uid}/{series_uid}"


def instance_name(instance_uid: str) -> str:
    """The id of an instance's document."""
    return f"instance:{instance_uid}"


def case_document(state: CaseState) -> Json:
    """The document of a case."""
    kept = {
        "rows": list(state.rows.values()),
        "text": state.text,
        "text_version": state.text_version,
        "text_dataset": state.text_dataset,
        "revision": state.revision,
    }
    document = _document("case", state.study_uid, state, state.rows.values())
    document |= {"study_uid": state.study_uid, "state": json.dumps(kept)}
    if state.text_version >= 0:
        words = state.text.split()
        document |= {
            "text_dataset": state.text_dataset,
            "length": len(words),
            "words": sorted(set(words)),
        }
    return document


def series_document(state: CaseState, series_uid: str) -> Json | None:
    """The document of a series, None where it has no rows."""
    rows = [r for uid, r in state.rows.items() if uid and r["series_uid"] == series_uid]
    return _document("series", series_uid, state, rows) if rows else None


def instance_document(state: CaseState, instance_uid: str) -> Json | None:
    """The document of an instance, None where it has no row."""
    row = state.rows.get(instance_uid)
    if row is None:
        return None
    document = _document("instance", instance_uid, state, [row])
    names = ("instance_uid", "series_uid", "study_uid")
    return document | {name: row[name] for name in names} | {"state": json.dumps(row)}


def _document(kind: str, group_id: str, state: CaseState, rows: Iterable[Json]) -> Json:
    return {
        "kind": kind,
        "group_id": group_id,
        "text": state.text,
        "length": len(state.text.split()),
        "rows": [{k: v for k, v in row.items() if k != "version"} for row in rows],
    }
