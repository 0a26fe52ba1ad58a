"""`SearchIndex` on SQLite rows and full text, with a copy in memory to search in."""

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np

from infra.checks import check_dimension, check_facet, check_filter, check_query, check_text
from infra.cursor import read_cursor
from infra.embedded import index_rows
from infra.embedded.database import Database
from infra.embedded.facets import count_cases
from infra.embedded.filters import rows_passing
from infra.embedded.index_text import Matches, TextSearch
from infra.embedded.index_words import count_words
from infra.embedded.mirror import Mirror, View
from infra.embedded.search import Search
from infra.embedded.vectors import EmbeddedVectors
from infra.errors import BadQuery
from infra.query import AccessScope, FacetCount, Facets, Hits, Near, Query, Text
from infra.records import CaseText, IndexRow, Vector


class EmbeddedIndex:
    """Rows, texts and vectors are SQLite's; what is in memory follows them before each search.

    Do not search inside a `database.write()` that may still be undone.
    """

    def __init__(self, database: Database, vectors: EmbeddedVectors) -> None:
        self._database = database
        self._vectors = vectors
        self._mirror = Mirror(vectors)

    # --- writing ----------------------------------------------------------------------------------

    def put(self, rows: Sequence[IndexRow], texts: Sequence[CaseText]) -> None:
        """See SearchIndex."""
        with self._database.write() as connection:
            for row in rows:
                index_rows.put_row(connection, row)
            for text in texts:
                index_rows.put_text(connection, text)

    def put_vectors(self, vectors: Sequence[Vector]) -> None:
        """See SearchIndex. The store's own table of vectors is the index's, too."""
        with self._database.write():
            for (instance_uid, model_id), group in groupby(sorted(vectors, key=_owner), key=_owner):
                given = list(group)
                if not _same(given, self._vectors.of_instance(instance_uid, model_id)):
                    self._vectors.replace(instance_uid, model_id, given)

    def delete(self, study_uids: Iterable[str]) -> int:
        """See SearchIndex."""
        with self._database.write() as connection:
            count, instance_uids = index_rows.delete_studies(connection, study_uids)
            self._vectors.delete(instance_uids)
            return count

    def clear(self) -> None:
        """See SearchIndex."""
        with self._database.write() as connection:
            index_rows.delete_everything(connection)

    # --- reading ----------------------------------------------------------------------------------

    def search(self, query: Query, scope: AccessScope) -> Hits:
        """See SearchIndex."""
        check_query(query)
        after = read_cursor(query)
        with self._database.read() as connection:
            if query.near is not None:
                self._check_model(query.near)
            model_id = query.near.model_id if query.near else None
            view = self._mirror.view(connection, model_id)
            if query.near is not None and view.vectors and view.vectors.dimension:
                check_dimension(query.near, view.vectors.dimension)
            rows = rows_passing(query.filter, scope, view.rows)
            matches = _matches(connection, view, query.text, ranked=True)
            unlimited = scope.datasets is None
            describe = self._vectors.describe
            return Search(query, view, rows, matches, describe, unlimited=unlimited).run(after)

    def facets(
        self, query: Query, fields: Sequence[str], scope: AccessScope, *, limit: int = 1_000
    ) -> Facets:
        """See SearchIndex."""
        counted = [check_facet(name) for name in fields]
        check_filter(query.filter)
        if query.text is not None:
            check_text(query.text)
        if limit < 1:
            raise BadQuery("A facet has at least one value: raise the limit.")
        with self._database.read() as connection:
            view = self._mirror.view(connection)
            rows = rows_passing(query.filter, scope, view.rows)
            matches = _matches(connection, view, query.text, ranked=False)
        if matches is not None:
            rows = rows & matches.found[view.rows.studies]
        return {field.name: count_cases(field, rows, view.rows, limit) for field in counted}

    def words(self, prefix: str, scope: AccessScope, *, limit: int = 10) -> tuple[FacetCount, ...]:
        """See SearchIndex."""
        if limit < 1:
            raise BadQuery("Ask for at least one word.")
        if not prefix:
            return ()
        with self._database.read() as connection:
            return count_words(connection, prefix, scope, limit)

    def model_ids(self) -> list[str]:
        """See SearchIndex."""
        return self._vectors.model_ids()

    def vector_count(self, model_id: str) -> int:
        """See SearchIndex."""
        return self._vectors.count(model_id)

    def warm(self) -> None:
        """Read everything into memory now, as a server does before its first question."""
        with self._database.read() as connection:
            self._mirror.view(connection)
            for model_id in self._vectors.model_ids():
                self._mirror.view(connection, model_id, sketch=True)

    def _check_model(self, near: Near) -> None:
        present = self._vectors.model_ids()
        if present and near.model_id not in present:
            raise BadQuery(
                f"The query vector was made by model {near.model_id}, but the index has vectors of "
                f"{', '.join(present)}. Use those weights for the query, or embed the archive "
                "again with these and run `similis reindex`."
            )


def _matches(
    connection: sqlite3.Connection, view: View, text: Text | None, *, ranked: bool
) -> Matches | None:
    if text is None:
        return None
    studies = len(view.rows.names.studies)
    return TextSearch(connection, view.study_of_text, studies).run(text, ranked=ranked)


def _owner(vector: Vector) -> tuple[str, str]:
    return vector.instance_uid, vector.model_id


def _same(given: Sequence[Vector], stored: Sequence[Vector]) -> bool:
    if len(given) != len(stored):
        return False
    values = {vector.vector_id: vector.values for vector in stored}
    return all(
        v.vector_id in values and np.array_equal(v.values, values[v.vector_id]) for v in given
    )
