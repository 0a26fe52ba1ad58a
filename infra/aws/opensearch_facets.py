"""Counts of distinct cases by value, and of the words of their texts: exact.

Facets are counted among the nested rows of cases, and led back to the cases. Keywords are counted
by their folded form; the spellings are asked for beside it.
"""

from collections.abc import Sequence

from infra.aws.opensearch_client import Client, Json
from infra.aws.opensearch_errors import TooManyBuckets
from infra.aws.opensearch_filters import every, rows_passing, terms
from infra.aws.opensearch_schema import Schema
from infra.aws.opensearch_text import beginning_with, matching
from infra.fields import FacetRule, Field
from infra.query import AccessScope, FacetCount, Facets, Query

MOST_VALUES = 10_000  # of a field that are looked at, those with most cases


class FacetSearch:
    """Counts in `cases`."""

    def __init__(self, client: Client, schema: Schema) -> None:
        self._client = client
        self._schema = schema

    def facets(
        self, query: Query, fields: Sequence[Field], scope: AccessScope, limit: int
    ) -> Facets:
        """See SearchIndex."""
        distinct = list({field.name: field for field in fields}.values())
        try:
            found = self._count(query, distinct, scope)
        except TooManyBuckets:  # in one answer: one field at a time
            found = {}
            for field in distinct:
                found |= self._count(query, [field], scope)
        return {field.name: _counts(field, found, limit) for field in distinct}

    def _count(self, query: Query, fields: Sequence[Field], scope: AccessScope) -> Json:
        rows = rows_passing(query.filter, scope, "rows.")
        filters: list[Json] = [{"term": {"kind": "case"}}]
        filters.append({"nested": {"path": "rows", "query": rows}})
        if query.text is not None:
            filters.append(matching(query.text))
        counts: Json = {}
        for field in fields:
            counts |= _of_field(field)
        passing = {"passing": {"filter": rows, "aggs": counts}}
        aggregations = {"rows": {"nested": {"path": "rows"}, "aggs": passing}}
        body = {"size": 0, "query": every(filters), "aggs": aggregations}
        answer = self._client.searches([(self._schema.cases, body)])[0]
        found: Json = answer.get("aggregations", {}).get("rows", {}).get("passing", {})
        return found

    def words(self, prefix: str, scope: AccessScope, limit: int) -> tuple[FacetCount, ...]:
        """See SearchIndex."""
        filters: list[Json] = [{"term": {"kind": "case"}}, {"prefix": {"words": prefix}}]
        if scope.datasets is not None:
            filters.append(terms("text_dataset", sorted(scope.datasets)))
        words: Json = {
            "field": "words",
            "include": beginning_with(prefix),
            "size": min(limit, MOST_VALUES),
            "shard_size": 2 * MOST_VALUES,  # so that counts of several shards add up
            "order": [{"_count": "desc"}, {"_key": "asc"}],
        }
        body = {"size": 0, "query": every(filters), "aggs": {"words": {"terms": words}}}
        answer = self._client.searches([(self._schema.cases, body)])[0]
        buckets = answer.get("aggregations", {}).get("words", {}).get("buckets", [])
        return tuple(FacetCount(bucket["key"], bucket["doc_count"]) for bucket in buckets)


def _of_field(field: Field) -> Json:
    shown = {"field": f"rows.facets.{field.name}", "size": MOST_VALUES}
    counted = shown
    if field.facet is FacetRule.VALUES:
        counted = {"field": f"rows.keys.{field.name}", "size": MOST_VALUES}
    order = {"order": [{"cases": "desc"}, {"_key": "asc"}]}
    cases: Json = {"cases": {"reverse_nested": {}}}
    of_field: Json = {f"counts {field.name}": {"terms": counted | order, "aggs": cases}}
    if field.facet is FacetRule.VALUES:
        of_field[f"spellings {field.name}"] = {"terms": shown | {"order": {"_key": "asc"}}}
    return of_field


def _counts(field: Field, found: Json, limit: int) -> tuple[FacetCount, ...]:
    counts = found.get(f"counts {field.name}", {}).get("buckets", [])
    spellings: dict[str, str] = {}
    for bucket in found.get(f"spellings {field.name}", {}).get("buckets", []):
        spellings.setdefault(bucket["key"].casefold(), bucket["key"])
    named = [
        FacetCount(spellings.get(bucket["key"], bucket["key"]), bucket["cases"]["doc_count"])
        for bucket in counts
    ]
    return tuple(sorted(named, key=lambda one: (-one.count, one.value))[:limit])
