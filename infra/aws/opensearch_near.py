"""Groups by the likeness of their best vector.

Where few vectors pass the filter, all are compared with the query. Otherwise the graph names
candidates, with the filter inside, until there are as many groups as asked for. Either way a script
works out the cosines of candidates in double precision, rounded to seven digits as the embedded
index does, and the server puts them in order: equal ones by id.
"""

from collections import Counter

from infra.aws.opensearch_client import Client, Json
from infra.aws.opensearch_cosine import COLUMNS_ALONE, MOST, Asked, found_in, score_of, scoring
from infra.aws.opensearch_filters import ALL, every, no, rows_passing, terms
from infra.aws.opensearch_groups import Found, groups_with_images
from infra.aws.opensearch_schema import Schema, number_of
from infra.checks import check_dimension
from infra.cursor import Position
from infra.query import AccessScope, Group, Near, Query

WINDOW = 10_000  # most hits of one answer, and most neighbours, that the server gives
MOST_BUCKETS = 60_000  # of one answer; the server's limit is 65,535
SPARE = 50  # more than asked for: those with equal scores must be seen to be put in order
OF_GROUP = 10  # candidates of one group: its best, and what may be equal to it
ROUNDS = 50  # of asking the graph for groups that are not known yet

_FIELDS = {
    Group.INSTANCE: "instance_uid",
    Group.SERIES: "series_uid",
    Group.CASE: "study_uid",
}
_PLACE: Json = {"size": 1, "terminate_after": 1, "_source": False}


class NearSearch:
    """Searches `vectors`."""

    def __init__(self, client: Client, schema: Schema) -> None:
        self._client = client
        self._schema = schema
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
        self.check(query.near)
        asked = Asked(alias, query.near, passing, _FIELDS[query.group], size, after)
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
                return passing, _total(count)
            self._live = live

    # --- all of few -------------------------------------------------------------------------------

    def _all(self, asked: Asked) -> tuple[list[Found], int]:
        """By comparing all; the total is that of the same moment."""
        wanted = min(WINDOW, asked.reach + SPARE)
        while True:
            body = scoring(asked, asked.passing, wanted)
            groups = {"terms": {"field": asked.field, "size": MOST_BUCKETS}}
            number = {"stats_bucket": {"buckets_path": "groups._count"}}
            answer = self._search(asked.alias, body | {"aggs": {"groups": groups, "n": number}})
            found = found_in(answer, asked.field)
            rest = asked.rest(found)
            if len(rest) >= asked.size or len(found) < wanted:
                count = answer.get("aggregations", {}).get("n", {}).get("count", 0)
                return rest[: asked.size], int(count)
            wanted = min(WINDOW, 2 * wanted)

    # --- neighbours of many -----------------------------------------------------------------------

    def _nearest(self, asked: Asked) -> list[Found]:
        wanted = asked.reach
        while True:
            names, more = self._candidates(asked, wanted)
            among = every([asked.passing, terms("vector_id", names)])
            most = min(WINDOW, len(names), wanted + SPARE)
            found = found_in(self._search(asked.alias, scoring(asked, among, most)), asked.field)
            rest = asked.rest(found)
            if len(rest) >= asked.size or not (more or len(found) == most < len(names)):
                return rest[: asked.size]
            if wanted >= WINDOW // 2:
                return self._beyond(asked)
            wanted = min(WINDOW // 2, 2 * wanted)

    def _candidates(self, asked: Asked, wanted: int) -> tuple[list[str], bool]:
        """Ids of the nearest vectors, of as many groups as wanted if there are so many, and
        whether there may be more.
        """
        names: list[str] = []
        known: Counter[str] = Counter()
        k = min(WINDOW, 2 * (wanted + SPARE))
        for _ in range(ROUNDS):
            passing = asked.passing
            if known:
                passing = every([passing, no(terms(asked.field, list(known)))])
            hits = self._neighbours(asked, passing, k)
            for hit in hits:  # the best first
                group = hit["fields"][asked.field][0]
                known[group] += 1
                if known[group] <= OF_GROUP:
                    names.append(hit["fields"]["vector_id"][0])
            if len(hits) < k or len(known) >= wanted:
                return names, len(hits) == k
            k = min(WINDOW, 4 * k)
        return names, True

    def _neighbours(self, asked: Asked, passing: Json, k: int) -> list[Json]:
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
            **COLUMNS_ALONE,
            "docvalue_fields": [asked.field, "vector_id"],
            "query": {"knn": {"vector": knn}},
        }
        return list(self._search(asked.alias, body)["hits"]["hits"])

    # --- far down the list ------------------------------------------------------------------------

    def _beyond(self, asked: Asked) -> list[Found]:
        """By comparing all vectors that are not nearer than the position: the answer of the server
        has no room for the groups before it. Those of them that have other vectors are left out.
        """
        most = MOST if asked.after is None else score_of(asked.after.score)
        seen: list[str] = []
        found: list[Found] = []
        while True:
            others = every([asked.passing, no(terms(asked.field, seen))]) if seen else asked.passing
            body = scoring(asked, others, asked.size + SPARE, most=most)
            hits = found_in(self._search(asked.alias, body), asked.field)
            groups = [one.group_id for one in hits]
            these = every([asked.passing, terms(asked.field, groups)])
            nearer = self._search(asked.alias, scoring(asked, these, len(groups) + 1, above=most))
            before = {one.group_id for one in found_in(nearer, asked.field)}
            found += [one for one in asked.rest(hits) if one.group_id not in before]
            seen += groups
            if len(found) >= asked.size or len(hits) < asked.size + SPARE:
                return found[: asked.size]

    # --- counting ---------------------------------------------------------------------------------

    def _total(self, asked: Asked, query: Query, scope: AccessScope) -> int:
        """How many groups have a vector that passes.

        Where every image has a vector, as it usually is, groups of rows are as many: the server
        counts them at once.
        """
        first: Json = {"term": {"first": True}}
        if query.group is Group.INSTANCE:
            return _total(self._search(asked.alias, _counting(every([asked.passing, first]))))
        answers = self._client.searches(
            [
                (self._schema.cases, _counting({"term": {"kind": "instance"}})),
                (asked.alias, _counting(every([{"term": {"live": self._live}}, first]))),
                (self._schema.cases, _counting(groups_with_images(query, scope))),
            ]
        )
        images, with_vector, groups = map(_total, answers)
        return groups if images == with_vector else self._distinct(asked)

    def _distinct(self, asked: Asked) -> int:
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

    def check(self, near: Near) -> None:
        """Raises BadQuery for a vector of another size than those that are there of its model."""
        dimension = self._schema.dimension(near.model_id)
        if dimension is not None:
            check_dimension(near, dimension)

    def model_ids(self) -> list[str]:
        """The models that have vectors, sorted."""
        body = {"size": 0, "aggs": {"models": {"terms": {"field": "model_id", "size": 1_000}}}}
        answer = self._search(self._schema.all_vectors, body)
        buckets = answer.get("aggregations", {}).get("models", {}).get("buckets", [])
        return sorted(str(bucket["key"]) for bucket in buckets)

    def vector_count(self, model_id: str) -> int:
        """How many vectors of a model there are, also those that wait for their row."""
        return _total(self._search(self._schema.vectors(model_id), _counting(ALL)))

    def _search(self, alias: str, body: Json) -> Json:
        return self._client.searches([(alias, body)])[0]


def _total(answer: Json) -> int:
    return int(answer["hits"]["total"]["value"])


def _counting(passing: Json) -> Json:
    return {"size": 0, "track_total_hits": True, "query": passing}
