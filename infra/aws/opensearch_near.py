"""Groups by the likeness of their best vector.

Where few vectors pass the filter, all are compared with the query. Otherwise the graph names
candidates, with the filter inside, until there are as many groups as asked for. Either way a script
works out the cosines of candidates in double precision, rounded to seven digits as the embedded
index does, and the server puts them in order: equal ones by id.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from infra.aws.opensearch_client import Client, Json
from infra.aws.opensearch_filters import every, no, rows_passing, terms
from infra.aws.opensearch_groups import Found, GroupSearch
from infra.aws.opensearch_schema import Schema, number_of
from infra.cursor import Position
from infra.query import AccessScope, Group, Near, Query

WINDOW = 10_000  # most hits of one answer, and most neighbours, that the server gives
MOST_BUCKETS = 60_000  # of one answer; the server's limit is 65,535
SPARE = 50  # more than asked for: those with equal scores must be seen to be put in order
ROUNDS = 200  # of asking the graph for groups that are not known yet

# A score is a float32 > 0: seven digits of a cosine fit as whole numbers from 1 for those >= 0, and
# as steps of 4.9e-8 below 0.5 for the others. Higher cosines have higher scores.
COSINE = """
float[] v = doc['vector'].value;
List q = params.query;
double dot = 0;
for (int i = 0; i < v.length; i++) { dot += (double) q.get(i) * v[i]; }
double digits = Math.rint(Math.min(1.0, Math.abs(dot)) * 1e7);
double score = dot >= 0 || digits == 0 ? 1 + digits : (10000001 - digits) * 4.9e-8;
return score > params.above && score <= params.most ? score : 0;
"""
LEAST, MOST = 0.0, 1e9  # below and above all scores
NOTHING = 1e-8  # what does not count has less

_FIELDS = {
    Group.INSTANCE: "instance_uid",
    Group.SERIES: "series_uid",
    Group.CASE: "study_uid",
}
_NAMES = ("instance_uid", "series_uid", "study_uid", "vector_id", "frame")
_PLACE: Json = {"size": 1, "terminate_after": 1, "_source": False}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query for vectors: where, what passes, which field is the group's, how many from where."""

    alias: str
    near: Near
    passing: Json
    field: str
    size: int
    after: Position | None

    @property
    def numbers(self) -> list[float]:
        return [float(value) for value in self.near.values.tolist()]

    @property
    def reach(self) -> int:
        """How many groups there are up to the end of the page."""
        return self.size + (self.after.rank if self.after else 0)

    def rest(self, found: Sequence[Found]) -> list[Found]:
        """Those after the position."""
        if self.after is None:
            return list(found)
        last = (-self.after.score, self.after.group_id)
        return [one for one in found if (-one.score, one.group_id) > last]


class NearSearch:
    """Searches `vectors`."""

    def __init__(self, client: Client, schema: Schema, groups: GroupSearch) -> None:
        self._client = client
        self._schema = schema
        self._groups = groups
        self._live = 0  # number of `cases` when it was last seen

    def page(
        self, query: Query, scope: AccessScope, size: int, after: Position | None
    ) -> tuple[list[Found], int]:
        """The first `size` groups after a position, and how many there are in all."""
        assert query.near is not None
        alias = self._schema.vectors(query.near.model_id)
        passing, count = self._passing(alias, rows_passing(query.filter, scope))
        if not count:
            return [], 0
        asked = _Asked(alias, query.near, passing, _FIELDS[query.group], size, after)
        if count <= self._client.setup.exact_below:
            return self._all(asked)
        deep = asked.reach > WINDOW // 2
        found = self._beyond(asked) if deep else self._nearest(asked)
        return found, self._total(asked, query, scope)

    def _passing(self, alias: str, rows: Json) -> tuple[Json, int]:
        """What vectors pass: those whose row is there and passes. How many they are.

        Rows are there when they are in the `cases` of now, which only its documents tell.
        """
        while True:
            passing = every([rows, {"term": {"live": self._live}}])
            place, count = self._client.searches(
                [(self._schema.cases, _PLACE), (alias, _counting(passing))]
            )
            hits = place["hits"]["hits"]
            if not hits:
                return passing, 0
            live = number_of(hits[0]["_index"])
            if live == self._live:
                return passing, int(count["hits"]["total"]["value"])
            self._live = live

    # --- all of few -------------------------------------------------------------------------------

    def _all(self, asked: _Asked) -> tuple[list[Found], int]:
        """By comparing all; the total is that of the same moment."""
        wanted = min(WINDOW, asked.reach + SPARE)
        while True:
            body = _scoring(asked, asked.passing, wanted)
            groups = {"terms": {"field": asked.field, "size": MOST_BUCKETS}}
            number = {"stats_bucket": {"buckets_path": "groups._count"}}
            answer = self._search(asked.alias, body | {"aggs": {"groups": groups, "n": number}})
            found = _found(answer, asked.field)
            rest = asked.rest(found)
            if len(rest) >= asked.size or len(found) < wanted:
                count = answer.get("aggregations", {}).get("n", {}).get("count", 0)
                return rest[: asked.size], int(count)
            wanted = min(WINDOW, 2 * wanted)

    # --- neighbours of many -----------------------------------------------------------------------

    def _nearest(self, asked: _Asked) -> list[Found]:
        wanted = asked.reach
        while True:
            names, more = self._candidates(asked, wanted)
            among = every([asked.passing, {"ids": {"values": names}}])
            body = _scoring(asked, among, min(WINDOW, len(names)))
            rest = asked.rest(_found(self._search(asked.alias, body), asked.field))
            if len(rest) >= asked.size or not more or wanted >= WINDOW // 2:
                return rest[: asked.size]
            wanted = min(WINDOW // 2, 2 * wanted)

    def _candidates(self, asked: _Asked, wanted: int) -> tuple[list[str], bool]:
        """Names of the nearest vectors, of as many groups as wanted if there are so many, and
        whether there may be more.
        """
        names: list[str] = []
        known: dict[str, None] = {}
        k = min(WINDOW, 2 * (wanted + SPARE))
        for _ in range(ROUNDS):
            passing = asked.passing
            if known:
                passing = every([passing, no(terms(asked.field, list(known)))])
            hits = self._neighbours(asked, passing, k)
            names += [hit["_id"] for hit in hits]
            known |= dict.fromkeys(hit["fields"][asked.field][0] for hit in hits)
            if len(hits) < k:
                return names, False
            if len(known) >= wanted or len(names) >= WINDOW:
                break
        return names, True

    def _neighbours(self, asked: _Asked, passing: Json, k: int) -> list[Json]:
        setup = self._client.setup
        ef_search = {"ef_search": max(k, setup.ef_search)}
        knn = {
            "vector": asked.numbers,
            "k": k,
            "filter": passing,
            "method_parameters": ef_search,
        }
        body = {
            "size": k,
            "_source": False,
            "docvalue_fields": [asked.field],
            "query": {"knn": {"vector": knn}},
        }
        return list(self._search(asked.alias, body)["hits"]["hits"])

    # --- far down the list ------------------------------------------------------------------------

    def _beyond(self, asked: _Asked) -> list[Found]:
        """By comparing all vectors that are not nearer than the position: the answer of the server
        has no room for the groups before it. Those of them that have other vectors are left out.
        """
        assert asked.after is not None
        most = _score_of(asked.after.score)
        seen: list[str] = []
        found: list[Found] = []
        while True:
            others = every([asked.passing, no(terms(asked.field, seen))]) if seen else asked.passing
            body = _scoring(asked, others, asked.size + SPARE, most=most)
            hits = _found(self._search(asked.alias, body), asked.field)
            groups = [one.group_id for one in hits]
            these = every([asked.passing, terms(asked.field, groups)])
            nearer = self._search(asked.alias, _scoring(asked, these, WINDOW, above=most))
            before = {one.group_id for one in _found(nearer, asked.field)}
            found += [one for one in asked.rest(hits) if one.group_id not in before]
            seen += groups
            if len(found) >= asked.size or len(hits) < asked.size + SPARE:
                return found[: asked.size]

    # --- counting ---------------------------------------------------------------------------------

    def _total(self, asked: _Asked, query: Query, scope: AccessScope) -> int:
        """How many groups have a vector that passes.

        Where every image has a vector, as it usually is, groups of rows are as many: the server
        counts them at once.
        """
        first: Json = {"term": {"first": True}}
        if query.group is Group.INSTANCE:
            return self._count(asked.alias, every([asked.passing, first]))
        images = self._groups.count(Query(), AccessScope.everything())
        with_vector = every([{"term": {"live": self._live}}, first])
        if images == self._count(asked.alias, with_vector):
            return self._groups.count_with_images(query, scope)
        return self._distinct(asked)

    def _count(self, alias: str, passing: Json) -> int:
        return int(self._search(alias, _counting(passing))["hits"]["total"]["value"])

    def _distinct(self, asked: _Asked) -> int:
        """How many different groups there are, by going through them."""
        count = 0
        composite: Json = {
            "size": MOST_BUCKETS,
            "sources": [{"group": {"terms": {"field": asked.field}}}],
        }
        while True:
            body = {
                "size": 0,
                "query": asked.passing,
                "aggs": {"groups": {"composite": composite}},
            }
            found = self._search(asked.alias, body)["aggregations"]["groups"]
            count += len(found["buckets"])
            if "after_key" not in found:
                return count
            composite |= {"after": found["after_key"]}

    def model_ids(self) -> list[str]:
        """The models that have vectors, sorted."""
        body = {"size": 0, "aggs": {"models": {"terms": {"field": "model_id", "size": 1_000}}}}
        answer = self._search(self._schema.all_vectors, body)
        buckets = answer.get("aggregations", {}).get("models", {}).get("buckets", [])
        return sorted(str(bucket["key"]) for bucket in buckets)

    def _search(self, alias: str, body: Json) -> Json:
        return self._client.searches([(alias, body)])[0]


def _counting(passing: Json) -> Json:
    return {"size": 0, "track_total_hits": True, "query": passing}


def _scoring(
    asked: _Asked, among: Json, size: int, *, above: float = LEAST, most: float = MOST
) -> Json:
    """Groups by their best vector among these, with scores above the one and up to the other."""
    params = {"query": asked.numbers, "above": above, "most": most}
    script: Json = {"source": COSINE, "params": params}
    names = (asked.field, "instance_uid", "vector_id")
    return {
        "size": size,
        "_source": False,
        "docvalue_fields": list(_NAMES),
        "query": {"script_score": {"query": among, "script": script, "min_score": NOTHING}},
        "collapse": {"field": asked.field},
        "sort": [{"_score": "desc"}, *({name: "asc"} for name in dict.fromkeys(names))],
    }


def _found(answer: Json, field: str) -> list[Found]:
    return [_of_hit(hit["fields"], float(hit["sort"][0]), field) for hit in answer["hits"]["hits"]]


def _of_hit(fields: Json, score: float, field: str) -> Found:
    cosine = _cosine_of(score)
    return Found(
        group_id=fields[field][0],
        score=cosine,
        instance_uid=fields["instance_uid"][0],
        series_uid=fields["series_uid"][0],
        study_uid=fields["study_uid"][0],
        vector_id=fields["vector_id"][0],
        frame=fields["frame"][0] if "frame" in fields else None,
        cosine=cosine,
    )


def _cosine_of(score: float) -> float:
    """The cosine of a score (see COSINE)."""
    if score >= 1:
        return round(score - 1) / 1e7
    return (round(score / 4.9e-8) - 10_000_001) / 1e7


def _score_of(cosine: float) -> float:
    """The score of a cosine."""
    digits = round(abs(cosine) * 1e7)
    return 1.0 + digits if cosine >= 0 or digits == 0 else (10_000_001 - digits) * 4.9e-8
