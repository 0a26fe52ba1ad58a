"""What the indexes are made of. Mappings are strict: nothing is indexed that is not named here.

`cases`: a document for each case, series and instance (`kind`), so that each can be a hit, counted
and put in order by the server. Each holds the rows that belong to it, nested: a filter looks at one
row at a time. Each has the words of the case's text. The document of a case also has its `state`.

`vectors`: a document for each vector, with the keys of its instance's row.
"""

from infra.aws.opensearch_client import Json
from infra.aws.opensearch_setup import OpenSearchSetup
from infra.fields import FIELDS, FacetRule, Field, FieldKind

KEYWORD: Json = {"type": "keyword"}
KEPT: Json = {"type": "keyword", "index": False, "doc_values": False}  # read back, never searched
MOST_ROWS = 1_000_000  # of one case


def cases_body(setup: OpenSearchSetup) -> Json:
    """Settings and mapping of the index of rows and texts."""
    settings = {
        **_shared(setup),
        "mapping": {"nested_objects": {"limit": MOST_ROWS}},
        # Relevance is worked out from how often a phrase occurs: see `opensearch_text`.
        "similarity": {
            "occurrences": {
                "type": "scripted",
                "script": {"source": "return query.boost * doc.freq;"},
            }
        },
    }
    mappings = {
        "dynamic": "strict",
        "_source": {"excludes": ["text", "words", "rows"]},
        "properties": cases_properties(),
    }
    return {"settings": {"index": settings}, "mappings": mappings}


def cases_properties() -> Json:
    """The fields of `cases`."""
    return {
        "kind": KEYWORD,
        "group_id": KEYWORD,
        "instance_uid": KEYWORD,
        "series_uid": KEYWORD,
        "study_uid": KEYWORD,
        "text": {
            "type": "text",
            "analyzer": "folded",
            "similarity": "occurrences",
            "norms": False,
        },
        "words": KEYWORD,  # of cases: each word once, to be counted
        "text_dataset": KEYWORD,
        "length": {"type": "integer"},  # of the text in words
        "rows": {
            "type": "nested",
            "properties": {
                "instance_uid": KEYWORD,
                "series_uid": KEYWORD,
                "study_uid": KEYWORD,
                **row_properties(),
                "facets": {"properties": {f.name: KEYWORD for f in FIELDS.values() if _shown(f)}},
            },
        },
        "state": KEPT,
    }


def vectors_body(setup: OpenSearchSetup, model_id: str, dimension: int) -> Json:
    """Settings and mapping of the index of one model's vectors."""
    return {
        "settings": {"index": {**_shared(setup), "knn": True}},
        "mappings": {
            "dynamic": "strict",
            "_meta": {"model_id": model_id},
            "properties": vectors_properties(setup, dimension),
        },
    }


def vectors_properties(setup: OpenSearchSetup, dimension: int) -> Json:
    """The fields of `vectors` of a model whose vectors have this many numbers."""
    method = {
        "name": "hnsw",
        "engine": setup.engine,
        "parameters": {"m": setup.m, "ef_construction": setup.ef_construction},
    }
    return {
        "vector": {
            "type": "knn_vector",
            "dimension": dimension,
            "space_type": "cosinesimil",
            "method": method,
        },
        "pending": {"type": "object", "enabled": False},  # the vector until its row is there
        "model_id": KEYWORD,
        "vector_id": KEYWORD,
        "frame": {"type": "integer"},
        "first": {"type": "boolean"},  # one for each instance
        "count": {"type": "integer"},  # in the first: how many vectors the instance has
        "live": {"type": "integer"},  # number of the `cases` that has the row, 0 for none
        "revision": {"type": "long"},
        "instance_uid": KEYWORD,
        "series_uid": KEYWORD,
        "study_uid": KEYWORD,
        **row_properties(),
    }


def row_properties() -> Json:
    """What a row is filtered by."""
    return {
        "dataset": KEYWORD,
        "keys": {"properties": {name: _key(field) for name, field in FIELDS.items()}},
    }


def _key(field: Field) -> Json:
    kinds = {FieldKind.NUMBER: "double", FieldKind.DATE: "integer"}  # days are numbered
    return {"type": kinds.get(field.kind, "keyword")}


def _shown(field: Field) -> bool:
    return field.facet is not FacetRule.NONE


def _shared(setup: OpenSearchSetup) -> Json:
    return {
        "number_of_shards": setup.shards,
        "number_of_replicas": setup.replicas,
        "refresh_interval": "30s",  # writers refresh what they have written
        "max_inner_result_window": 100,
        "analysis": {
            "analyzer": {"folded": {"type": "custom", "tokenizer": "words"}},
            # Text comes as words that `infra.text.fold` made.
            "tokenizer": {"words": {"type": "whitespace", "max_token_length": 1_000_000}},
        },
    }
