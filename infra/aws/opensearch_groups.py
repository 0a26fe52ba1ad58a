"""Lists of groups that come from rows and texts: by relevance, by a field or by id."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from infra.aws.opensearch_client import Client, Json
from infra.aws.opensearch_filters import every, no, rows_passing
from infra.aws.opensearch_schema import Schema
from infra.aws.opensearch_text import corpus_request, matching, ranked, read_corpus
from infra.cursor import Position
from infra.fields import FIELDS, FieldKind
from infra.query import AccessScope, Group, Query, Sort

KINDS = {Group.INSTANCE: "instance", Group.SERIES: "series", Group.CASE: "case"}
LAST = -1.7976931348623157e308  # the score of groups that have no value to be sorted by

NAMES = ("instance_uid", "series_uid", "study_uid")
_NO_DAY = (2**31 - 1, -(2**31))  # what the server puts in the place of a day, by direction
_FIRST_ROW: Json = {
    "size": 1,
    "sort": [{"rows.instance_uid": "asc"}],
    "_source": False,
    "docvalue_fields": [f"rows.{name}" for name in NAMES],
}


@dataclass(frozen=True, slots=True)
class Found:
    """A group on a list, and what stands for it. `cosine` is for those found by their vectors."""

    group_id: str
    score: float
    instance_uid: str
    series_uid: str
    study_uid: str
    vector_id: str = ""
    frame: int | None = None
    cosine: float | None = None
    text_score: float | None = None


class GroupSearch:
    """Searches `cases`."""

    def __init__(self, client: Client, schema: Schema) -> None:
        self._client = client
        self._schema = schema

    def page(
        self, query: Query, scope: AccessScope, size: int, after: Position | None
    ) -> tuple[list[Found], int]:
        """The first `size` groups after a position, and how many there are in all."""
        scored = query.text is not None and query.sort is None
        must = self._ranked(query) if scored else None
        body: Json = {
            "size": size,
            "track_total_hits": True,
            "_source": False,
            "docvalue_fields": ["group_id", *(NAMES if query.group is Group.INSTANCE else ())],
            "query": _passing(query, scope, must),
            "sort": _order(query, scope),
        }
        if after is not None:
            body["search_after"] = self._continued(query, scope, must, after)
        answer = self._search(body)
        return [_found(hit, query) for hit in answer["hits"]["hits"]], _total(answer)

    def _ranked(self, query: Query) -> Json:
        assert query.text is not None
        answer = self._search(corpus_request(query.text))
        return ranked(query.text, read_corpus(query.text, answer))

    def _continued(
        self, query: Query, scope: AccessScope, must: Json | None, after: Position
    ) -> list[Any]:
        """Where to go on. Relevance moves a little when texts come: it is that of now."""
        if must is None:
            if query.sort is None:
                return [after.group_id]
            return [_sort_value(query.sort, after.score), after.group_id]
        passing = _passing(query, scope, must)
        here = {"bool": {"must": [passing], "filter": [{"term": {"group_id": after.group_id}}]}}
        hits = self._search({"size": 1, "_source": False, "query": here})["hits"]["hits"]
        return [hits[0]["_score"] if hits else after.score, after.group_id]

    def _search(self, body: Json) -> Json:
        return self._client.searches([(self._schema.cases, body)])[0]


def groups_with_images(query: Query, scope: AccessScope) -> Json:
    """What groups have an image whose row passes the filter."""
    images = no({"term": {"rows.instance_uid": ""}})
    rows = every([rows_passing(query.filter, scope, "rows."), images])
    kind = {"term": {"kind": KINDS[query.group]}}
    return every([kind, {"nested": {"path": "rows", "query": rows}}])


def _total(answer: Json) -> int:
    return int(answer["hits"]["total"]["value"])


def _passing(query: Query, scope: AccessScope, must: Json | None) -> Json:
    rows: Json = {"path": "rows", "query": rows_passing(query.filter, scope, "rows.")}
    if query.group is not Group.INSTANCE:
        rows["inner_hits"] = _FIRST_ROW
    filters: list[Json] = [{"term": {"kind": KINDS[query.group]}}, {"nested": rows}]
    if must is not None:
        return {"bool": {"filter": filters, "must": [must]}}
    if query.text is not None:
        filters.append(matching(query.text))
    return {"bool": {"filter": filters}}


def _order(query: Query, scope: AccessScope) -> list[Json]:
    by_id: Json = {"group_id": "asc"}
    if query.sort is not None:
        return [_by_value(query.sort, query, scope), by_id]
    return [{"_score": "desc"}, by_id] if query.text is not None else [by_id]


def _by_value(sort: Sort, query: Query, scope: AccessScope) -> Json:
    order = "desc" if sort.descending else "asc"
    nested = {"path": "rows", "filter": rows_passing(query.filter, scope, "rows.")}
    mode = "max" if sort.descending else "min"
    return {
        f"rows.keys.{sort.field}": {
            "order": order,
            "mode": mode,
            "missing": "_last",
            "nested": nested,
        }
    }


def _sort_value(sort: Sort, score: float) -> Any:
    """The value of a score, as the server gave it; LAST stands for what it puts behind all."""
    if FIELDS[sort.field].kind is FieldKind.DATE:
        return _NO_DAY[sort.descending] if score == LAST else int(score)
    if score == LAST:
        return "-Infinity" if sort.descending else "Infinity"
    return score


def _found(hit: Json, query: Query) -> Found:
    inner = hit.get("inner_hits", {}).get("rows", {}).get("hits", {}).get("hits", [])
    path, fields = ("rows.", inner[0]["fields"]) if inner else ("", hit["fields"])
    score = _score(hit, query)
    return Found(
        group_id=hit["fields"]["group_id"][0],
        score=score,
        instance_uid=fields[f"{path}instance_uid"][0],
        series_uid=fields[f"{path}series_uid"][0],
        study_uid=fields[f"{path}study_uid"][0],
        text_score=score if query.text is not None and query.sort is None else None,
    )


def _score(hit: Json, query: Query) -> float:
    if query.sort is not None:
        value = hit["sort"][0]
        if FIELDS[query.sort.field].kind is FieldKind.DATE:
            return LAST if value in _NO_DAY else float(value)
        return float(value) if isfinite(float(value)) else LAST
    return float(hit["sort"][0]) if query.text is not None else 0.0
