"""Every count against one that is made from the same findings in plain Python."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from api.analytics import Overview, cooccurrence, overview, spread
from api.analytics_rows import as_csv, as_json, document
from api.case_sets import CaseSet, case_set
from api.enrichment import enrichment
from api.filters import parse_filters
from api.search import Exclude, Question
from infra.errors import BadQuery
from infra.query import AccessScope
from infra.records import VECTOR_SIZE, Assertion, Case, Finding, ModelRecord, Vector
from tests.api.findings import Made, archive

PRESENT = Assertion.PRESENT
BLOCKS = {"J": "10", "R": "18", "I": "9"}
KEYS: dict[str, Callable[[Finding], str]] = {
    "finding": lambda f: f.finding_id,
    "code": lambda f: f.code,
    "category": lambda f: f.code[:3],
    "block": lambda f: {"J90": "J90-J94", "J92": "J90-J94", "J93": "J90-J94", "J98": "J96-J99",
                        "R91": "R90-R94", "I50": "I30-I5A"}[f.code[:3]],
    "chapter": lambda f: BLOCKS[f.code[0]],
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with archive(tmp_path_factory.mktemp("analytics") / "home") as it:
        yield it


def asked(made: Made, *filters: str) -> CaseSet:
    return case_set(made.app, Question(filter=parse_filters(filters)))


def is_ct(case: Case) -> bool:
    return any(instance.modality == "CT" for instance in case.instances)


@pytest.mark.parametrize("filters", [(), ("modality=CT",)], ids=["all", "CT"])
@pytest.mark.parametrize("by", KEYS)
def test_an_overview_counts_distinct_cases(made: Made, by: str, filters: tuple[str, ...]) -> None:
    among = is_ct if filters else lambda _: True
    found = overview(asked(made, *filters), by)
    cases = [case for case in made.cases.values() if among(case)]
    assert found.total_cases == len(cases)
    assert found.reported_cases == sum(bool(case.current_reports) for case in cases)
    keys = {KEYS[by](f) for case in cases for f in case.findings}
    assert {row.key for row in found.rows} <= keys
    for key in keys:
        row = next((row for row in found.rows if row.key == key), None)
        for assertion in Assertion:
            expected = made.having(assertion, lambda f, k=key: KEYS[by](f) == k, among)
            assert (row.counts[assertion] if row else 0) == len(expected), (key, assertion)


def test_rows_come_with_the_most_present_first_and_with_words(made: Made) -> None:
    found = overview(asked(made), "category")
    counts = [row.counts[PRESENT] for row in found.rows]
    assert counts == sorted(counts, reverse=True)
    words = {row.key: row.description for row in found.rows}
    assert words["J93"] == "Pneumothorax and air leak"
    assert {r.key: r.description for r in overview(asked(made), "chapter").rows}["10"] == (
        "Diseases of the respiratory system"
    )
    names = {row.key: row.description for row in overview(asked(made), "finding").rows}
    assert names["pleural_thickening"] == "Pleural thickening"


@pytest.mark.parametrize(
    ("by", "within", "keys"),
    [
        ("block", "10", {"J90-J94", "J96-J99"}),
        ("category", "J90-J94", {"J90", "J92", "J93"}),
        ("category", "18", {"R91"}),
        ("code", "R91", {"R91.1", "R91.8"}),
        ("code", "10", {"J90", "J92.9", "J93.9", "J98.11"}),
        ("chapter", "10", {"10"}),
        ("code", "22", set()),
    ],
)
def test_a_key_is_drilled_into(made: Made, by: str, within: str, keys: set[str]) -> None:
    assert {row.key for row in overview(asked(made), by, within).rows} == keys


def test_a_key_filters_to_the_cases_that_it_counted(made: Made) -> None:
    for by in KEYS:
        for row in overview(asked(made), by).rows:
            for assertion, count in row.counts.items():
                cases = asked(made, f"{by}={assertion}:{row.key}")
                assert overview(cases, by).total_cases == count


def decades(case: Case) -> set[str]:
    low = {int(i.age_years // 10) * 10 for i in case.instances if i.age_years is not None}
    return {f"{age}-{age + 9}" for age in low}


GROUPED: dict[str, Callable[[Case], set[str]]] = {
    "year": lambda c: {str(i.study_date.year) for i in c.instances if i.study_date},
    "month": lambda c: {i.study_date.isoformat()[:7] for i in c.instances if i.study_date},
    "sex": lambda c: {i.sex for i in c.instances if i.sex},
    "age": decades,
}


@pytest.mark.parametrize("group_by", GROUPED)
def test_a_spread_counts_cases_by_group(made: Made, group_by: str) -> None:
    found = spread(asked(made), group_by, "category", ["J90", "I50"], Assertion.ABSENT)
    groups = sorted({name for case in made.cases.values() for name in GROUPED[group_by](case)})
    assert sorted(group.name for group in found.groups) == groups
    for group in found.groups:
        inside = {u for u, c in made.cases.items() if group.name in GROUPED[group_by](c)}
        assert group.cases == len(inside)
        assert group.reported_cases == len({u for u in inside if made.cases[u].current_reports})
        for key in ("J90", "I50"):
            having = made.having(Assertion.ABSENT, lambda f, k=key: f.code[:3] == k)
            assert group.counts[key] == len(having & inside)
    without = [c for c in made.cases.values() if any(not _has(i, group_by) for i in c.instances)]
    assert found.unknown == len(without)
    assert found.total_cases == len(made.cases)


def _has(instance: object, group_by: str) -> bool:
    name = {"sex": "sex", "age": "age_years"}.get(group_by, "study_date")
    return getattr(instance, name) not in (None, "")


def test_groups_are_in_their_order(made: Made) -> None:
    ages = [group.name for group in spread(asked(made), "age", "chapter").groups]
    assert ages == ["0-9", "50-59", "60-69", "100-109"]
    months = [group.name for group in spread(asked(made), "month", "chapter").groups]
    assert months == sorted(months)


def test_what_is_not_shown_is_counted(made: Made) -> None:
    every = [row for row in overview(asked(made), "code").rows if row.counts[PRESENT]]
    found = spread(asked(made), "sex", "code", ["J90", "K00"])
    assert [row.key for row in found.keys] == ["J90", "K00"]
    assert found.keys[1].counts[PRESENT] == 0
    assert found.more_keys == len(every) - 1


def test_pairs_count_cases_with_both(made: Made) -> None:
    found = cooccurrence(asked(made), "finding")
    reported = sum(bool(case.current_reports) for case in made.cases.values())
    assert found.reported_cases == reported
    keys = [row.key for row in found.keys]
    assert len(found.pairs) == len(list(combinations(keys, 2)))
    for pair in found.pairs:
        one, other = (
            made.having(PRESENT, lambda f, k=key: f.finding_id == k)
            for key in (pair.one, pair.other)
        )
        assert pair.cases == len(one & other)
        assert pair.lift == pytest.approx(len(one & other) * reported / len(one) / len(other))


def test_enrichment_is_scipys(made: Made) -> None:
    found = enrichment(asked(made, "modality=CT"), "code")
    reported = {u for u, c in made.cases.items() if c.current_reports}
    inside = {u for u in reported if is_ct(made.cases[u])}
    assert (found.set_size, found.archive_size) == (len(inside), len(reported))
    assert {row.key for row in found.rows} == {
        row.key for row in overview(asked(made), "code").rows if row.counts[PRESENT]
    }
    for row in found.rows:
        having = made.having(PRESENT, lambda f, k=row.key: f.code == k)
        a, k = len(having & inside), len(having)
        table = [[a, len(inside) - a], [k - a, len(reported) - len(inside) - k + a]]
        assert (row.in_set, row.in_archive) == (a, k)
        assert row.p == pytest.approx(stats.fisher_exact(table).pvalue)
        assert row.lift == pytest.approx(a * len(reported) / len(inside) / k)
        assert row.low <= row.odds_ratio <= row.high
    p_values = np.array([row.p for row in found.rows])
    assert [row.q for row in found.rows] == pytest.approx(stats.false_discovery_control(p_values))
    assert list(p_values) == sorted(p_values)


def test_an_empty_set_has_no_lift(made: Made) -> None:
    found = enrichment(asked(made, "modality=US"), "code")
    assert (found.set_size, found.total_cases) == (0, 0)
    assert all((row.lift, row.in_set) == (0, 0) for row in found.rows)
    assert all(row.p == pytest.approx(1) for row in found.rows)
    as_json(found)


def test_a_scope_hides_everywhere(made: Made) -> None:
    app = made.app.seen_by(AccessScope.only("d1"))
    cases = case_set(app, Question())
    visible = {uid for uid, case in made.cases.items() if case.dataset == "d1"}
    assert overview(cases, "code").total_cases == len(visible)
    for row in overview(cases, "code").rows:
        having = made.having(PRESENT, lambda f, k=row.key: f.code == k)
        assert row.counts[PRESENT] == len(having & visible)
    assert enrichment(cases, "code").archive_size <= len(visible)


def test_the_neighbours_of_an_image_are_a_set(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    with archive(tmp_path / "home") as made:
        services = made.app.services
        model = ModelRecord(
            model_id="m1",
            architecture="a",
            weights_sha256="",
            pixel_path="p",
            precision="fp32",
            source="s",
        )
        services.models.register(model)
        services.models.activate("m1")
        values = {
            i.instance_uid: rng.normal(size=VECTOR_SIZE)
            for case in made.cases.values()
            for i in case.instances
        }
        unit = {u: (v / np.linalg.norm(v)).astype(np.float32) for u, v in values.items()}
        services.index.put_vectors(
            [Vector(instance_uid=u, model_id="m1", values=v) for u, v in unit.items()]
        )
        like = "1.2.003.0"
        question = Question(like=like, exclude=Exclude.STUDY)
        cases = case_set(made.app, question, neighbours=12)
        best: dict[str, float] = {}
        for uid, vector in unit.items():
            study = uid.rpartition(".")[0]
            if study != "1.2.003":
                best[study] = max(best.get(study, -1), float(vector @ unit[like]))
        nearest = set(sorted(best, key=best.__getitem__)[-12:])
        found = overview(cases, "finding")
        assert found.total_cases == 12
        for row in found.rows:
            having = made.having(PRESENT, lambda f, k=row.key: f.finding_id == k)
            assert row.counts[PRESENT] == len(having & nearest)
        assert enrichment(cases, "finding").total_cases == 12


@pytest.mark.parametrize("neighbours", [0, 1_001])
def test_neighbours_are_bounded(made: Made, neighbours: int) -> None:
    with pytest.raises(BadQuery, match="neighbours"):
        case_set(made.app, Question(), neighbours)


def test_wrong_words_are_refused(made: Made) -> None:
    with pytest.raises(BadQuery, match="chapter"):
        overview(asked(made), "modality")
    with pytest.raises(BadQuery, match="year"):
        spread(asked(made), "weather", "code")
    with pytest.raises(BadQuery, match="50"):
        spread(asked(made), "year", "code", [f"J{n}" for n in range(51)])


def test_rows_leave_as_csv_and_json(made: Made) -> None:
    charts = (
        overview(asked(made), "code"),
        spread(asked(made), "year", "code"),
        cooccurrence(asked(made), "code"),
        enrichment(asked(made, "modality=CT"), "code"),
    )
    for chart in charts:
        rows = document(chart)["rows"]
        assert json.loads(as_json(chart))["rows"] == rows
        read = list(csv.DictReader(io.StringIO(as_csv(chart))))
        assert len(read) == len(rows) > 0
        assert all(set(row) <= set(read[0]) for row in rows)
        assert {int(row["total_cases"]) for row in read} == {document(chart)["total_cases"]}


def test_a_table_does_not_compute() -> None:
    from api.analytics import Row

    rows = (Row("=1+1", "@x", dict.fromkeys(Assertion, 1)),)
    chart = Overview(by="finding", within="", total_cases=1, reported_cases=1, rows=rows)
    (row,) = csv.DictReader(io.StringIO(as_csv(chart)))
    assert (row["key"], row["description"]) == ("'=1+1", "'@x")
