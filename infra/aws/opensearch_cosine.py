"""Cosines in double precision, worked out by a script on the server, which puts groups in order."""

from collections.abc import Sequence
from dataclasses import dataclass

from infra.aws.opensearch_client import Json
from infra.aws.opensearch_groups import Found
from infra.cursor import Position
from infra.query import Near

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
# No stored fields: they lie beside the documents, whose vectors as JSON would be unpacked for them.
COLUMNS_ALONE: Json = {"stored_fields": "_none_"}
LEAST, MOST = 0.0, 1e9  # below and above all scores
NOTHING = 1e-8  # what does not count has less

_SHOWN = ("series_uid", "study_uid", "frame")  # beside what hits are put in order by


@dataclass(frozen=True, slots=True)
class Asked:
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


def scoring(
    asked: Asked, among: Json, size: int, *, above: float = LEAST, most: float = MOST
) -> Json:
    """Groups by their best vector among these, with scores above the one and up to the other."""
    params = {"query": asked.numbers, "above": above, "most": most}
    script: Json = {"source": COSINE, "params": params}
    return {
        "size": size,
        **COLUMNS_ALONE,
        "docvalue_fields": list(_SHOWN),
        "query": {"script_score": {"query": among, "script": script, "min_score": NOTHING}},
        "collapse": {"field": asked.field},
        "sort": [{"_score": "desc"}, *({name: "asc"} for name in _order(asked.field))],
    }


def _order(field: str) -> list[str]:
    """What puts equal scores in order."""
    return list(dict.fromkeys((field, "instance_uid", "vector_id")))


def found_in(answer: Json, field: str) -> list[Found]:
    return [_of_hit(hit, field) for hit in answer["hits"]["hits"]]


def _of_hit(hit: Json, field: str) -> Found:
    score, *names = hit["sort"]
    cosine, fields = _cosine_of(float(score)), hit["fields"]
    by_name = dict(zip(_order(field), names, strict=True))
    return Found(
        group_id=by_name[field],
        score=cosine,
        instance_uid=by_name["instance_uid"],
        series_uid=fields["series_uid"][0],
        study_uid=fields["study_uid"][0],
        vector_id=by_name["vector_id"],
        frame=fields["frame"][0] if "frame" in fields else None,
        cosine=cosine,
    )


def _cosine_of(score: float) -> float:
    """The cosine of a score (see COSINE)."""
    if score >= 1:
        return round(score - 1) / 1e7
    return (round(score / 4.9e-8) - 10_000_001) / 1e7


def score_of(cosine: float) -> float:
    """The score of a cosine."""
    digits = round(abs(cosine) * 1e7)
    return 1.0 + digits if cosine >= 0 or digits == 0 else (10_000_001 - digits) * 4.9e-8
