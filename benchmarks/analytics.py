"""How fast charts over findings are, beside plain SQL `GROUP BY` on the same machine.

    python -m benchmarks.analytics REPORTS.tgz [--cases 100000] [--repeat 5] [--json]

Cases are made by recombining the findings of real reports (the Open-i archive), about four a case,
each with age, sex and date. Ours is the use case as the command line and GraphQL call it, words for
the keys included; SQL is SQLite with an index on what is grouped, counting distinct cases, on the
same findings. Every count of ours is compared with SQL's. Each time is the median of the repeats,
warm on both sides, of processor time (both run in this process), so that other work on the machine
counts less.
"""

import argparse
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from api.analytics import cooccurrence, overview, spread
from api.application import Application
from api.case_sets import CaseSet
from api.enrichment import enrichment
from infra.fields import rows_of
from infra.icd10 import place
from infra.query import AccessScope, AnyOf, Everything, Filter
from infra.records import CaseHead, Finding, Instance, Report
from infra.services import Services
from infra.settings import Settings
from infra.wiring import build
from ingest.reports.evaluation.gold import openi_reports
from ingest.reports.opening import open_rules

CHUNK = 2_000
FINDINGS = 4  # a case, about
WOMEN = AnyOf("sex", ("F",))
PAIRS = 10


@dataclass(frozen=True, slots=True)
class Case:
    """A case that was made, and its findings as (code, assertion), each once."""

    number: int
    day: date
    age: int
    sex: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: medians in ms."""

    chart: str
    ours: float
    sql: float

    @property
    def ratio(self) -> float:
        """Ours by SQL's: below 1 is faster."""
        return self.ours / self.sql


def main() -> None:
    """Make the cases, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=Path)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    real = _real_findings(given.reports)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home")
        with build(settings) as services, sqlite3.connect(Path(folder) / "plain.sqlite") as plain:
            count = _fill(services, plain, _cases(real, given.cases))
            app = Application(
                settings=settings,
                services=services,
                key=b"",
                scope=AccessScope.everything(),
            )
            rows = [_measured(given.repeat, app, plain, *chart) for chart in CHARTS]
    if given.json:
        document = [{**asdict(row), "ratio": round(row.ratio, 2)} for row in rows]
        print(json.dumps({"cases": given.cases, "findings": count, "rows": document}))
        return
    print(f"{given.cases:,} cases, {count:,} findings\n")
    print("| chart | ours, ms | SQL, ms | ratio |\n|---|---|---|---|")
    for row in rows:
        print(f"| {row.chart} | {row.ours:.0f} | {row.sql:.0f} | {row.ratio:.2f} |")


# --- making ---------------------------------------------------------------------------------------


def _real_findings(archive: Path) -> list[tuple[Finding, ...]]:
    tagger = open_rules()
    texts = openi_reports(archive).values()
    return [found for text in texts if (found := tagger.read(text).findings)]


def _cases(real: list[tuple[Finding, ...]], count: int) -> Iterator[Case]:
    """Findings of two real reports, one half of each."""
    random = Random(4)
    for number in range(count):
        mixed = [
            finding
            for found in random.sample(real, 2)
            for finding in random.sample(found, min(len(found), FINDINGS // 2))
        ]
        unique = {(one.code, one.assertion): one for one in mixed}
        yield Case(
            number=number,
            day=date(2010, 1, 1) + timedelta(random.randrange(3_650)),
            age=random.randrange(1, 99),
            sex=random.choice("FM"),
            findings=tuple(unique.values()),
        )


def _fill(services: Services, plain: sqlite3.Connection, cases: Iterator[Case]) -> int:
    plain.execute("CREATE TABLE cases (number INTEGER PRIMARY KEY, year, age, sex)")
    plain.execute("CREATE TABLE findings (number, code, category, block, chapter, assertion)")
    count = 0
    chunk: list[Case] = []
    for case in cases:
        chunk.append(case)
        if len(chunk) == CHUNK:
            count += _put(services, plain, chunk)
            chunk = []
    count += _put(services, plain, chunk)
    for level in ("code", "category", "block", "chapter"):
        plain.execute(f"CREATE INDEX by_{level} ON findings ({level}, assertion, number)")
    plain.execute("CREATE INDEX by_case ON findings (number)")
    plain.execute("CREATE INDEX by_sex ON cases (sex)")
    plain.execute("ANALYZE")
    return count


def _put(services: Services, plain: sqlite3.Connection, cases: list[Case]) -> int:
    rows = [row for case in cases for row in rows_of(_head(case), [_instance(case)])]
    services.index.put(rows, [])
    plain.executemany(
        "INSERT INTO cases VALUES (?, ?, ?, ?)",
        [(case.number, str(case.day.year), case.age, case.sex) for case in cases],
    )
    found = [
        (case.number, one.code, *_place(one.code), one.assertion.value)
        for case in cases
        for one in case.findings
    ]
    plain.executemany("INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?)", found)
    return len(found)


def _place(code: str) -> tuple[str, str, str]:
    where = place(code)
    return where.category, where.block, where.chapter


def _head(case: Case) -> CaseHead:
    return CaseHead(
        study_uid=f"1.{case.number}",
        dataset="default",
        patient=f"P{case.number}",
        version=1,
        has_images=True,
        reports=(Report(report_id="", study_uid=f"1.{case.number}", text=""),),
        findings=case.findings,
    )


def _instance(case: Case) -> Instance:
    return Instance(
        instance_uid=f"1.{case.number}.1",
        series_uid=f"1.{case.number}.0",
        study_uid=f"1.{case.number}",
        patient=f"P{case.number}",
        pixel_hash="",
        modality="CR",
        sex=case.sex,
        age_years=float(case.age),
        study_date=case.day,
    )


# --- charts ---------------------------------------------------------------------------------------

Counts = dict[Any, int]
Ours = Callable[[CaseSet], Counts]


def _levels(by: str) -> Ours:
    def run(cases: CaseSet) -> Counts:
        found = overview(cases, by).rows
        return {(r.key, a.value): n for r in found for a, n in r.counts.items() if n}

    return run


def _groups(group_by: str) -> Ours:
    def run(cases: CaseSet) -> Counts:
        found = spread(cases, group_by, "category").groups
        return {(g.name, key): n for g in found for key, n in g.counts.items() if n}

    return run


def _pairs(cases: CaseSet) -> Counts:
    pairs = cooccurrence(cases, "category").pairs
    return {tuple(sorted((p.one, p.other))): p.cases for p in pairs if p.cases}


def _enriched(cases: CaseSet) -> Counts:
    return {row.key: row.in_set for row in enrichment(cases, "code").rows if row.in_set}


def _grouped(by: str, where: str = "", join: str = "") -> str:
    return (
        f"SELECT {by}, assertion, count(DISTINCT number) FROM findings {join} {where}"
        f" GROUP BY {by}, assertion"
    )


_TOP = (
    "WITH top AS (SELECT category FROM findings WHERE assertion = 'present' GROUP BY category"
    f" ORDER BY count(DISTINCT number) DESC, category LIMIT {PAIRS})"
)
_OF_WOMEN = "JOIN cases USING (number)"


def _by_group(expression: str) -> str:
    return (
        f"{_TOP} SELECT {expression} AS grouped, category, count(DISTINCT number) FROM findings"
        " JOIN cases USING (number) WHERE assertion = 'present' AND category IN top"
        " GROUP BY grouped, category"
    )


_SQL_PAIRS = (
    f"{_TOP} SELECT a.category, b.category, count(DISTINCT a.number) FROM findings a"
    " JOIN findings b USING (number) WHERE a.assertion = 'present' AND b.assertion = 'present'"
    " AND a.category IN top AND b.category IN top AND a.category < b.category"
    " GROUP BY a.category, b.category"
)
_SQL_ENRICHMENT = (
    "SELECT code, count(DISTINCT CASE WHEN sex = 'F' THEN number END) AS inside,"
    " count(DISTINCT number) FROM findings JOIN cases USING (number)"
    " WHERE assertion = 'present' GROUP BY code"
)
_DECADE = "printf('%d-%d', age / 10 * 10, age / 10 * 10 + 9)"

CHARTS: tuple[tuple[str, Filter, Ours, str], ...] = (
    ("overview by chapter", Everything(), _levels("chapter"), _grouped("chapter")),
    ("overview by category", Everything(), _levels("category"), _grouped("category")),
    ("overview by code", Everything(), _levels("code"), _grouped("code")),
    (
        "overview by code, women",
        WOMEN,
        _levels("code"),
        _grouped("code", "WHERE sex = 'F'", _OF_WOMEN),
    ),
    ("trend of 10 categories by year", Everything(), _groups("year"), _by_group("year")),
    ("10 categories by decade of age", Everything(), _groups("age"), _by_group(_DECADE)),
    ("10 categories by sex", Everything(), _groups("sex"), _by_group("sex")),
    ("pairs of 10 categories", Everything(), _pairs, _SQL_PAIRS),
    ("enrichment of women, all codes", WOMEN, _enriched, _SQL_ENRICHMENT),
)


def _measured(
    repeat: int,
    app: Application,
    plain: sqlite3.Connection,
    chart: str,
    among: Filter,
    ours: Ours,
    sql: str,
) -> Row:
    cases = CaseSet(app, among)

    def theirs() -> Counts:
        found = plain.execute(sql).fetchall()
        if chart.startswith("enrichment"):
            return {code: inside for code, inside, _ in found if inside}
        return {tuple(key): count for *key, count in found if count}

    counted, expected = ours(cases), theirs()
    assert counted == expected, f"{chart}: the counts differ"
    return Row(chart, _time(lambda: ours(cases), repeat), _time(theirs, repeat))


def _time(work: Callable[[], object], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        begin = time.process_time()
        work()
        times.append((time.process_time() - begin) * 1000)
    return median(times)


if __name__ == "__main__":
    main()
