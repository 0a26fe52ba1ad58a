"""The embedded index beside OpenSearch on one machine, on vectors of real pictures.

    python -m benchmarks.distributed [--rows 10000] [--queries 100] [--data FOLDER] [--graph]

OpenSearch is the one that tests start (SIMILIS_TEST_OPENSEARCH_URL: one that is there). `--graph`
measures recall against `m` and `ef_search` instead. Exact answers come from brute force in float64.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks import archive, vectors
from embedder.weights import SHIPPED
from infra.aws.opensearch_bulk import Write, write_all
from infra.aws.opensearch_client import Client
from infra.aws.opensearch_index import OpenSearchIndex
from infra.aws.opensearch_mappings import vectors_body
from infra.aws.opensearch_setup import OpenSearchSetup
from infra.embedded.database import Database
from infra.embedded.index import EmbeddedIndex
from infra.embedded.vectors import EmbeddedVectors
from infra.fields import FACETS
from infra.ports import SearchIndex
from infra.query import AccessScope, AnyOf, Everything, Filter, Group, Hits, Near, Query
from infra.records import Values
from infra.text import parse_text
from tests.servers import opensearch

ALL = AccessScope.everything()
MODEL = "pictures"
MS, EF_SEARCHES = (8, 16, 32), (10, 32, 64, 128, 256)
MEGA = 1024 * 1024


def main() -> None:
    options = _options()
    count = options.rows + options.queries
    made = vectors.real(count, options.data, options.pictures, next(SHIPPED.glob("*.safetensors")))
    archived, queries = made[: options.rows], made[options.rows :]
    with tempfile.TemporaryDirectory(prefix="similis-bench-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        with _server(place) as server:
            setup = OpenSearchSetup(url=server.url, prefix=f"bench{time.time_ns()}")
            client = Client(setup)
            try:
                if options.graph:
                    _graph(client, archived, queries)
                else:
                    _embedded(place / "home", archived, queries)
                    _opensearch(client, server, archived, queries)
            finally:
                client.request("DELETE", f"/{setup.prefix}-*")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--pictures", type=int, default=1_500, help="really embedded ones")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="pictures")
    parser.add_argument("--graph", action="store_true")
    return parser.parse_args()


@contextmanager
def _server(folder: Path) -> Iterator[Any]:
    place = folder / "opensearch"
    place.mkdir()
    place.chmod(0o755)
    server = opensearch.start(place, heap="1g", options="")
    try:
        yield server
    finally:
        server.stop()


def _say(**measured: object) -> None:
    print(json.dumps(measured), flush=True)


# --- both sets ------------------------------------------------------------------------------------


def _embedded(home: Path, archived: Values, queries: Values) -> None:
    home.mkdir()
    database = Database(home)
    index = EmbeddedIndex(database, EmbeddedVectors(database))
    _fill("embedded", index, archived)
    index.warm()
    _ask("embedded", index, archived, queries)
    disk = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    memory = psutil.Process().memory_info().rss
    _say(set="embedded", what="size", disk_mb=disk // MEGA, memory_mb=memory // MEGA)
    database.close()


def _opensearch(client: Client, server: Any, archived: Values, queries: Values) -> None:
    index = OpenSearchIndex(client.setup)
    _fill("opensearch", index, archived)
    _ask("opensearch", index, archived, queries)
    names = f"/{client.setup.prefix}-*"
    client.request("POST", f"{names}/_forcemerge", params={"max_num_segments": "1"}, seconds=900)
    _ask("opensearch, merged", index, archived, queries)
    said = client.request("GET", f"{names}/_stats/store")["indices"]
    disk = {n.split("-")[1]: s["total"]["store"]["size_in_bytes"] / MEGA for n, s in said.items()}
    memory = sum(process.memory_info().rss for process in server.processes())
    _say(set="opensearch", what="size", disk_mb=disk, memory_mb=memory // MEGA)
    index.close()


def _fill(name: str, index: SearchIndex, archived: Values) -> None:
    """As ingest does it: vectors first, then their rows."""
    start = time.perf_counter()
    pairs = zip(
        archive.vectors_of(MODEL, archived), archive.rows_and_texts(len(archived)), strict=True
    )
    for some, (rows, texts) in pairs:
        index.put_vectors(some)
        index.put(rows, texts)
    taken = time.perf_counter() - start
    _say(set=name, what="ingest", rows_per_second=round(len(archived) / taken, 1))


def _ask(name: str, index: SearchIndex, archived: Values, queries: Values) -> None:
    trees: dict[str, Filter] = {"vectors": Everything()}
    trees |= {f"vectors, filter {s}": AnyOf("label", (s,)) for s in archive.SHARES}
    for what, tree in trees.items():
        asked = [Query(filter=tree, near=Near(near, MODEL)) for near in queries]
        answers: list[Hits] = []

        def ask(query: Query, answers: list[Hits] = answers) -> None:
            answers.append(index.search(query, ALL))

        times = _times(lambda q=query: ask(q) for query in asked)
        kept = archive.kept(tree, len(archived))
        _say(set=name, what=what, **times, recall=_recall(answers, archived, queries, kept))
    few = queries[:20]
    kinds = {
        "vectors, cases": [Query(near=Near(near, MODEL), group=Group.CASE) for near in few],
        "text": [Query(text=parse_text("effusion"), group=Group.CASE)] * len(few),
        "both": [Query(near=Near(near, MODEL), text=parse_text("effusion")) for near in few],
    }
    for what, several in kinds.items():
        _say(set=name, what=what, **_times(lambda q=q: index.search(q, ALL) for q in several))
    of_text = replace(Query(), text=parse_text("effusion"))
    facets = (lambda: index.facets(of_text, FACETS, ALL) for _ in few)
    _say(set=name, what="all facets of a text", **_times(facets))


def _times(calls: Iterable[Callable[[], object]]) -> dict[str, float]:
    """Median and 95th percentile in ms; the first call is for warming up."""
    taken = []
    for call in calls:
        start = time.perf_counter()
        call()
        taken.append(1_000 * (time.perf_counter() - start))
    p50, p95 = np.percentile(taken[1:], [50, 95])
    return {"p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1)}


def _recall(answers: list[Hits], archived: Values, queries: Values, kept: np.ndarray) -> float:
    found = [{hit.instance_uid for hit in hits.hits} for hits in answers]
    best = _nearest(archived[kept], queries)
    expected = [{archive.uid(int(kept[place])) for place in places} for places in best]
    return round(
        sum(len(f & e) for f, e in zip(found, expected, strict=True)) / (10 * len(queries)), 4
    )


def _nearest(archived: Values, queries: Values) -> np.ndarray:
    scores = queries.astype(np.float64) @ archived.astype(np.float64).T
    return np.argsort(-scores, axis=1)[:, :10]


# --- the graph ------------------------------------------------------------------------------------


def _graph(client: Client, archived: Values, queries: Values) -> None:
    """Recall of the ten best, and time, against what the graph is made and searched with."""
    best = _nearest(archived, queries)
    for m in MS:
        index = f"{client.setup.prefix}-graph-{m}"
        body = vectors_body(replace(client.setup, m=m), MODEL)
        client.request("PUT", f"/{index}-1", body | {"aliases": {index: {}}})
        start = time.perf_counter()
        write_all(client, [_document(index, n, values) for n, values in enumerate(archived)])
        client.request("POST", f"/{index}/_refresh", seconds=600)
        taken = time.perf_counter() - start
        _say(m=m, vectors_per_second=round(len(archived) / taken, 1))
        client.request(
            "POST", f"/{index}/_forcemerge", params={"max_num_segments": "1"}, seconds=900
        )
        for ef_search in EF_SEARCHES:
            _measure(client, index, queries, best, {"m": m, "ef_search": ef_search})


def _measure(
    client: Client, index: str, queries: Values, best: np.ndarray, how: dict[str, int]
) -> None:
    found: list[set[int]] = []

    def ask(near: Values) -> None:
        knn = {
            "vector": near.tolist(),
            "k": 10,
            "method_parameters": {"ef_search": how["ef_search"]},
        }
        body = {"size": 10, "_source": False, "query": {"knn": {"vector": knn}}}
        hits = client.searches([(index, body)])[0]["hits"]["hits"]
        found.append({int(hit["_id"]) for hit in hits})

    times = _times(lambda near=near: ask(near) for near in queries)
    hit = sum(len(f & set(b.tolist())) for f, b in zip(found, best, strict=True))
    _say(**how, recall=round(hit / (10 * len(queries)), 4), **times)


def _document(index: str, number: int, values: Values) -> Write:
    numbers = ",".join(map("%.9g".__mod__, values.tolist()))
    return Write("index", index, str(number), f'{{"vector":[{numbers}]}}')


if __name__ == "__main__":
    main()
