"""`SearchIndex` on OpenSearch with its k-NN plugin.

Writers refresh once at the end of each call, when all of its bulk requests are in (`refresh=true`
in effect), so that what is put is found by the next search of any process. Waiting for the periodic
refresh instead costs up to a second for each call, and ingest makes a call for each batch.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from infra.aws.opensearch_client import Client, Json, Missing
from infra.aws.opensearch_errors import disk_is_full, index_is_closed, tells_of_a_full_disk
from infra.aws.opensearch_facets import FacetSearch
from infra.aws.opensearch_groups import GroupSearch
from infra.aws.opensearch_hits import Search
from infra.aws.opensearch_near import NearSearch
from infra.aws.opensearch_schema import Schema
from infra.aws.opensearch_setup import OpenSearchSetup
from infra.aws.opensearch_vectors import VectorWriter
from infra.aws.opensearch_writing import RowWriter
from infra.checks import check_facet, check_filter, check_query, check_text
from infra.cursor import read_cursor
from infra.errors import BadQuery, BadSetup, Unavailable
from infra.query import AccessScope, FacetCount, Facets, Hits, Near, Query
from infra.records import CaseText, IndexRow, Vector

OLDEST = (2, 17)  # version of the server
CHECK_SECONDS = 3.0


class OpenSearchIndex:
    """Connects at the first use; indexes are made at the first write."""

    def __init__(self, setup: OpenSearchSetup) -> None:
        self._client = Client(setup)
        self._schema = Schema(self._client)
        self._rows = RowWriter(self._client, self._schema)
        self._vectors = VectorWriter(self._client, self._schema)
        self._groups = GroupSearch(self._client, self._schema)
        self._near = NearSearch(self._client, self._schema)
        self._facets = FacetSearch(self._client, self._schema)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def check(self) -> str:
        """One sentence on the server, within a few seconds. Raises Unavailable or BadSetup, and
        StorageFull when it answers but takes no writes.
        """
        about, plugins = self._told("/"), self._told("/_nodes/plugins")
        version = str(about.get("version", {}).get("number", "0"))
        if _numbers(version) < OLDEST:
            raise BadSetup(f"OpenSearch {version} is too old: 2.17 or newer is needed.")
        nodes = plugins.get("nodes", {}).values()
        if not any("knn" in one["name"] for node in nodes for one in node["plugins"]):
            raise BadSetup("OpenSearch lacks the k-NN plugin.")
        self._check_indexes()
        return f"OpenSearch {version} with k-NN answers; {len(nodes)} node(s)."

    def _check_indexes(self) -> None:
        """Whether those of this archive, as far as they are there, can be searched and written."""
        prefix = self._client.setup.prefix
        ours = f"{prefix}-cases*,{prefix}-vectors*"
        blocks = str(self._told(f"/_cluster/state/blocks/{ours}")).lower()
        if "index closed" in blocks:
            raise index_is_closed()
        if self._told(f"/_cluster/health/{ours}").get("status") == "red":
            raise Unavailable("Parts of an index on OpenSearch are not ready; try again later.")
        if tells_of_a_full_disk(blocks):
            raise disk_is_full()

    def _told(self, path: str) -> Json:
        with _found():
            return self._client.request("GET", path, seconds=CHECK_SECONDS, tries=1)

    # --- writing ----------------------------------------------------------------------------------

    def put(self, rows: Sequence[IndexRow], texts: Sequence[CaseText]) -> None:
        """See SearchIndex."""
        if not rows and not texts:
            return
        with _found():
            written = self._vectors.align(sorted(self._rows.put(rows, texts)))
            self._schema.refresh(self._schema.cases, *written)

    def put_vectors(self, vectors: Sequence[Vector]) -> None:
        """See SearchIndex."""
        if not vectors:
            return
        with _found():
            self._schema.refresh(*self._vectors.put(vectors))

    def delete(self, study_uids: Iterable[str]) -> int:
        """See SearchIndex."""
        with _found():
            instance_uids, count = self._rows.delete(study_uids)
            written = self._vectors.delete(sorted(instance_uids))
            self._schema.refresh(self._schema.cases, *written)
        return count

    def clear(self) -> None:
        """See SearchIndex."""
        with _found():
            self._schema.renew_cases()

    # --- reading ----------------------------------------------------------------------------------

    def search(self, query: Query, scope: AccessScope) -> Hits:
        """See SearchIndex."""
        check_query(query)
        after = read_cursor(query)
        with _found():
            hits = Search(query, scope, self._groups, self._near).run(after)
            if query.near is not None and not hits.hits:
                self._check_model(query.near)
        return hits

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
        with _found():
            return self._facets.facets(query, counted, scope, limit)

    def words(self, prefix: str, scope: AccessScope, *, limit: int = 10) -> tuple[FacetCount, ...]:
        """See SearchIndex."""
        if limit < 1:
            raise BadQuery("Ask for at least one word.")
        if not prefix:
            return ()
        with _found():
            return self._facets.words(prefix, scope, limit)

    def model_ids(self) -> list[str]:
        """See SearchIndex."""
        with _found():
            return self._near.model_ids()

    def vector_count(self, model_id: str) -> int:
        """See SearchIndex."""
        with _found():
            return self._near.vector_count(model_id)

    def _check_model(self, near: Near) -> None:
        present = self._near.model_ids()
        if present and near.model_id not in present:
            raise BadQuery(
                f"The query vector was made by model {near.model_id}, but the index has vectors of "
                f"{', '.join(present)}. Use those weights for the query, or embed the archive "
                "again with these and run `similis reindex`."
            )
        if present:
            self._near.check(near)


@contextmanager
def _found() -> Iterator[None]:
    """What is missing has been removed just now, by hand or before a rebuild."""
    try:
        yield
    except Missing as error:
        raise Unavailable("An index on OpenSearch has just been removed; try again.") from error


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("-")[0].split(".")[:2])
