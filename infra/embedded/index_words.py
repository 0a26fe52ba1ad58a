"""The words of the full-text index, counted by case.

FTS5 shows its own vocabulary as a virtual table, which keeps nothing of its own: each connection
makes it when it first needs it (temporary, so that it is no part of the home's file).
"""

import json
import sqlite3

from infra.query import AccessScope, FacetCount

_TABLES = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.index_vocabulary"
    " USING fts5vocab (main, index_words, row)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.index_places"
    " USING fts5vocab (main, index_words, instance)",
)
_IN_ALL = (
    "SELECT term, doc AS cases FROM temp.index_vocabulary WHERE term >= ?1 AND term <= ?2"
    " ORDER BY cases DESC, term LIMIT ?3"
)
_IN_SOME = (
    "SELECT term, count(DISTINCT doc) AS cases FROM temp.index_places"
    " JOIN index_texts ON index_texts.row = doc"
    " WHERE term >= ?1 AND term <= ?2 AND dataset IN (SELECT value FROM json_each(?4))"
    " GROUP BY term ORDER BY cases DESC, term LIMIT ?3"
)
_LAST = "\U0010ffff"


def count_words(
    connection: sqlite3.Connection, prefix: str, scope: AccessScope, limit: int
) -> tuple[FacetCount, ...]:
    """See SearchIndex.words."""
    for table in _TABLES:
        connection.execute(table)
    bounds = (prefix, prefix + _LAST, limit)
    if scope.datasets is None:
        rows = connection.execute(_IN_ALL, bounds)
    else:
        rows = connection.execute(_IN_SOME, (*bounds, json.dumps(sorted(scope.datasets))))
    return tuple(FacetCount(word, count) for word, count in rows)
