"""How fast the embedded index is, beside faiss flat and plain FTS5 in the same run.

    python -m benchmarks.search [--rows 100000] [--queries 100] [--data FOLDER] [--json]

With OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 in the environment both sides have one thread;
otherwise faiss gets one or all, whichever is faster. Every answer is compared with brute force in
float64: recall counts ids of the best ten, "identical" means ids and scores.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks import archive, vectors
from infra.embedded.database import Database
from infra.embedded.index import EmbeddedIndex
from infra.embedded.vectors import EmbeddedVectors
from infra.fields import FACETS
from infra.query import AccessScope, AnyOf, Everything, Filter, Group, Hits, Near, Query
from infra.records import Values
from infra.text import parse_text

ALL = AccessScope.everything()
FAMILIES = ("pictures", "anisotropic", "clustered")
TEXTS = ("effusion", "unremarkable", '"pleural effusion"', "cardio*", "mass -effusion", "no")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: medians in ms."""

    what: str
    ours_ms: float
    beside: str = ""
    beside_ms: float | None = None
    result: str = ""


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="similis-bench-") as folder:
        home, rows = Path(folder), []
        archive.fill_rows(home, options.rows)
        for name in options.families:
            made = _make(name, options)
            archive.fill_vectors(home, name, made[: options.rows])
            if name == options.families[0]:
                rows += _start_up(home, name)
            rows += _neighbours(home, name, made[: options.rows], made[options.rows :])
        rows += _texts(home) + _facets(home)
    _show(rows, as_json=options.json)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="pictures")
    parser.add_argument("--families", nargs="+", choices=FAMILIES, default=FAMILIES)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _make(name: str, options: argparse.Namespace) -> Values:
    """The archive's vectors, and after them the queries."""
    count = options.rows + options.queries
    if name == "pictures":
        return vectors.real(count, options.data)
    return vectors.anisotropic(count) if name == "anisotropic" else vectors.clustered(count)


def _open(home: Path) -> tuple[Database, EmbeddedIndex]:
    database = Database(home)
    return database, EmbeddedIndex(database, EmbeddedVectors(database))


def _times(calls: Iterable[Callable[[], object]]) -> float:
    """Median milliseconds."""
    taken = []
    for call in calls:
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return 1_000 * median(taken)


# --- neighbours -----------------------------------------------------------------------------------


def _neighbours(home: Path, name: str, made: Values, queries: Values) -> list[Row]:
    database, index = _open(home)
    start = time.perf_counter()
    index.warm()
    rows = [Row(f"{name}: read all and make the sketch", 1_000 * (time.perf_counter() - start))]
    beside = _faiss_flat(made, queries)
    for label, tree in _filters():
        kept = archive.kept(tree, len(made))
        answers: list[Hits] = []

        def ask(near: Values, tree: Filter = tree, answers: list[Hits] = answers) -> None:
            answers.append(index.search(Query(filter=tree, near=Near(near, name)), ALL))

        ask(queries[0])
        answers.clear()
        taken = _times((lambda q=q: ask(q)) for q in queries)
        result = _compared(answers, made, queries, kept)
        rows.append(Row(f"{name}: {label}", taken, "faiss flat, no filter", beside, result))
    database.close()
    return rows


def _faiss_flat(made: Values, queries: Values) -> float:
    import faiss

    flat = faiss.IndexFlatIP(made.shape[1])
    flat.add(made)
    taken = []
    for threads in {1, faiss.omp_get_max_threads()}:  # one is often the faster for one query
        faiss.omp_set_num_threads(threads)
        taken.append(_times((lambda q=q: flat.search(q[None], 10)) for q in queries))
    return min(taken)


def _filters() -> list[tuple[str, Filter]]:
    shares = [(f"filter {share}", AnyOf("label", (share,))) for share in archive.SHARES]
    return [("no filter", Everything()), *shares]


def _compared(answers: list[Hits], made: Values, queries: Values, kept: np.ndarray) -> str:
    found, identical = 0, 0
    wide = made[kept].astype(np.float64)
    for query, hits in zip(queries, answers, strict=True):
        scores = np.round(wide @ query.astype(np.float64), 7)
        best = np.lexsort((kept, -scores))[:10]
        expected = [(archive.uid(int(kept[i])), float(scores[i])) for i in best]
        got = [(hit.instance_uid, hit.score) for hit in hits.hits]
        found += len({uid for uid, _ in expected} & {uid for uid, _ in got})
        identical += [uid for uid, _ in expected] == [uid for uid, _ in got] and np.allclose(
            [s for _, s in expected], [s for _, s in got], atol=2e-7, rtol=0
        )
    return f"recall@10 {found / len(queries) / 10:.4f}, identical {identical}/{len(queries)}"


# --- texts and facets -----------------------------------------------------------------------------


def _texts(home: Path) -> list[Row]:
    database, index = _open(home)
    index.search(Query(), ALL)
    rows = []
    with database.read() as connection:
        for source in TEXTS:
            query = Query(text=parse_text(source), group=Group.CASE)
            match = source.replace("-", "NOT ")
            ours = _times([lambda query=query: index.search(query, ALL)] * 7)
            plain = _times(
                [
                    lambda match=match: connection.execute(
                        "SELECT rowid FROM index_words WHERE index_words MATCH ?"
                        " ORDER BY rank LIMIT 10",
                        (match,),
                    ).fetchall()
                ]
                * 7
            )
            total = index.search(query, ALL).total
            rows.append(Row(f"text: {source}", ours, "FTS5, best 10", plain, f"{total} cases"))
    database.close()
    return rows


def _facets(home: Path) -> list[Row]:
    database, index = _open(home)
    index.search(Query(), ALL)
    text = Query(text=parse_text("effusion"))
    keyed = Query(filter=AnyOf("label", ("10 %",)))
    rows = [Row("filter alone, first page", _times([lambda: index.search(keyed, ALL)] * 7))]
    connection = archive.plain_keys(home)
    matching = " AND row IN (SELECT rowid FROM index_words WHERE index_words MATCH 'effusion')"
    for label, query, where in (
        ("everything", Query(), ""),
        ("filter 10 %", keyed, " AND row IN (SELECT row FROM plain WHERE value = '10 %')"),
        ("text effusion", text, matching),
    ):
        ours = _times([lambda query=query: index.facets(query, FACETS, ALL)] * 7)
        sql = (
            f"SELECT field, value, count(DISTINCT study) FROM plain WHERE true{where} GROUP BY 1, 2"
        )
        plain = _times([lambda sql=sql: connection.execute(sql).fetchall()] * 3)
        rows.append(Row(f"all {len(FACETS)} facets: {label}", ours, "SQL and FTS5", plain))
    connection.close()
    database.close()
    return rows


# --- start-up -------------------------------------------------------------------------------------

_COLD = """
import json, sys, time
start = time.perf_counter()
from pathlib import Path
import numpy as np, psutil
from benchmarks.search import ALL, _open
from infra.query import Near, Query
database, index = _open(Path(sys.argv[1]))
index.search(Query(), ALL)
rows = time.perf_counter()
index.search(Query(near=Near(np.eye(1, 1024, dtype=np.float32)[0], sys.argv[2])), ALL)
done = time.perf_counter()
index.warm()
print(json.dumps([rows - start, done - start, time.perf_counter() - start,
                  psutil.Process().memory_info().rss / 2**20]))
"""


def _start_up(home: Path, family: str) -> list[Row]:
    """A new process, with the store in the page cache."""
    command = [sys.executable, "-c", _COLD, str(home), family]
    answers = [json.loads(subprocess.check_output(command)) for _ in range(3)]
    rows, near, warm, memory = (median(values) for values in zip(*answers, strict=True))
    return [
        Row("new process: imports, rows, first page", 1_000 * rows),
        Row("new process: … and vectors, first neighbours", 1_000 * near),
        Row("new process: … and sketch", 1_000 * warm, result=f"{memory:.0f} MiB"),
    ]


def _show(rows: list[Row], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return
    print(f"{'':46} {'ours ms':>9} {'beside ms':>10} {'ratio':>6}  beside; result")
    for row in rows:
        beside = "" if row.beside_ms is None else f"{row.beside_ms:10.2f}"
        ratio = "" if row.beside_ms is None else f"{row.beside_ms / row.ours_ms:6.1f}"
        note = "; ".join(part for part in (row.beside, row.result) if part)
        print(f"{row.what:46} {row.ours_ms:9.2f} {beside:>10} {ratio:>6}  {note}")


if __name__ == "__main__":
    main()
