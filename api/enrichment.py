"""What is more frequent in a set of cases than in the archive, and how sure that is."""

from dataclasses import dataclass
from math import isnan

import numpy as np

from api.analytics import Row, overview
from api.case_sets import CaseSet
from api.statistics import benjamini_hochberg, fisher_exact, lift, odds_ratios, tables
from infra.query import Everything
from infra.records import Assertion


@dataclass(frozen=True, slots=True, kw_only=True)
class Enriched:
    """One key in the set against the rest of the archive; formulas in `api/statistics.py`.

    `lift` is the share in the set by the share in the archive. `odds_ratio` has its 95 % interval
    in `low` and `high`. `p` is Fisher's, two-sided; `q` the false discovery rate over all keys.
    """

    key: str
    description: str
    in_set: int
    in_archive: int
    lift: float
    odds_ratio: float
    low: float
    high: float
    p: float
    q: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrichment:
    """All keys of a level that the set or the archive has, the surest first.

    Counted among cases with a report, in the set (`set_size`) and the archive (`archive_size`):
    what has no report is not known to lack a finding.
    """

    by: str
    within: str
    assertion: Assertion
    set_size: int
    archive_size: int
    total_cases: int
    rows: tuple[Enriched, ...]


def enrichment(
    cases: CaseSet, by: str, assertion: Assertion = Assertion.PRESENT, within: str = ""
) -> Enrichment:
    """Compare a set with all that its caller may see."""
    inside = overview(cases, by, within)
    around = overview(CaseSet(cases.app, Everything(), findings=cases.findings), by, within)
    keys = [row for row in around.rows if row.counts[assertion]]
    # Cases may have come, or gone, between the two counts: the set stays a part of the archive.
    found = {row.key.casefold(): row.counts[assertion] for row in inside.rows}
    in_archive = np.array([row.counts[assertion] for row in keys], np.int64)
    in_set = np.array([found.get(row.key.casefold(), 0) for row in keys], np.int64)
    set_size = min(inside.reported_cases, around.reported_cases)
    in_set = np.minimum(np.minimum(in_set, in_archive), set_size)
    archive_size = max(around.reported_cases, int((in_archive - in_set).max(initial=0)) + set_size)
    of = tables(in_set, set_size, in_archive, archive_size)
    ratio, low, high = odds_ratios(of)
    p = fisher_exact(of)
    columns = [of.a, of.a + of.c, lift(of), ratio, low, high, p, benjamini_hochberg(p)]
    values = zip(*(column.tolist() for column in columns), strict=True)
    rows = (_enriched(row, *numbers) for row, numbers in zip(keys, values, strict=True))
    return Enrichment(
        by=by,
        within=within,
        assertion=assertion,
        set_size=set_size,
        archive_size=archive_size,
        total_cases=inside.total_cases,
        rows=tuple(sorted(rows, key=lambda one: (one.p, -one.lift, one.key))),
    )


def _enriched(
    row: Row,
    in_set: int,
    in_archive: int,
    lift: float,
    odds_ratio: float,
    low: float,
    high: float,
    p: float,
    q: float,
) -> Enriched:
    return Enriched(
        key=row.key,
        description=row.description,
        in_set=in_set,
        in_archive=in_archive,
        lift=0.0 if isnan(lift) else lift,  # of an empty set
        odds_ratio=odds_ratio,
        low=low,
        high=high,
        p=p,
        q=q,
    )
