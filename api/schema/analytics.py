"""Counts of findings over the cases of a search: what makes the charts of `charts.py`."""

from collections.abc import Callable
from functools import partial

import strawberry
from starlette.concurrency import run_in_threadpool
from strawberry import field

from api import analytics, analytics_rows, enrichment
from api.application import Application
from api.case_sets import CaseSet, case_set
from api.held import HeldQueries
from api.schema import charts
from api.schema.charts import Assertion, CaseGroup, Chart, FindingLevel, RowFormat
from api.schema.context import Info
from api.schema.inputs import FilterInput, SearchInput
from api.schema.questions import asked_of, narrowing_of
from infra import records


@strawberry.input(description="Which findings a chart is about.")
class FindingsInput:
    """Level, keys and assertion."""

    by: FindingLevel = field(
        default=FindingLevel.CATEGORY, description="How finely they are told apart."
    )
    within: str = field(default="", description="Only inside this chapter, block or category.")
    keys: list[str] = field(
        default_factory=list,
        description="What is told apart in spread and pairs, at most 50; the ten most frequent if "
        "none are given.",
    )
    assertion: Assertion = field(
        default=Assertion.PRESENT, description="What is counted, but in the overview."
    )


Made = analytics_rows.Chart


@strawberry.type(
    description="Findings of the cases of a search, or of the neighbours of a picture."
)
class Analytics:
    """Charts over `api.case_sets.CaseSet`; each is worked out when it is asked for."""

    cases: strawberry.Private[CaseSet]

    @field(description="Cases of the set.")
    async def total_cases(self) -> int:
        """All of them."""
        return await run_in_threadpool(self.cases.size)

    @field(description="Every key of a level, counted by assertion.")
    async def overview(self, info: Info, of: FindingsInput) -> charts.Overview:
        """Roll-up and drill-down."""
        made = await run_in_threadpool(_overview, self.cases, of)
        info.context.budget.spend(len(made.rows))
        return charts.Overview.of(made)

    @field(description="Keys over time, by age or by sex.")
    async def spread(self, info: Info, of: FindingsInput, group_by: CaseGroup) -> charts.Spread:
        """Trend and demography."""
        made = await run_in_threadpool(_spread, self.cases, of, group_by)
        info.context.budget.spend(len(made.groups) * (1 + len(made.keys)))
        return charts.Spread.of(made)

    @field(description="Which keys occur together in one case.")
    async def cooccurrence(self, info: Info, of: FindingsInput) -> charts.Cooccurrence:
        """What goes with what."""
        made = await run_in_threadpool(_pairs, self.cases, of)
        info.context.budget.spend(len(made.pairs))
        return charts.Cooccurrence.of(made)

    @field(description="The set against all that the caller may see, key by key.")
    async def enrichment(self, info: Info, of: FindingsInput) -> charts.Enrichment:
        """With interval, p and q."""
        made = await run_in_threadpool(_enrichment, self.cases, of)
        info.context.budget.spend(len(made.rows))
        return charts.Enrichment.of(made)

    @field(
        description="All rows behind a chart as text, to be saved as a file. POST "
        "/api/analytics/export writes Parquet, too."
    )
    async def export(
        self,
        of: FindingsInput,
        chart: Chart,
        format: RowFormat = RowFormat.CSV,
        group_by: CaseGroup = CaseGroup.YEAR,
    ) -> str:
        """The same rows as the chart shows; `groupBy` is for the spread."""
        write = analytics_rows.as_csv if format is RowFormat.CSV else analytics_rows.as_json
        return await run_in_threadpool(lambda: write(chart_of(self.cases, of, chart, group_by)))


async def analytics_of(
    info: Info, given: SearchInput, neighbours: int, among: list[FilterInput]
) -> Analytics:
    """The charts of a search. Raises what `cases_of` raises."""
    context = info.context
    held, session = context.held, context.session
    return Analytics(
        cases=await run_in_threadpool(
            cases_of, context.app, held, session, given, neighbours, among
        )
    )


def cases_of(
    app: Application,
    held: HeldQueries,
    session: str,
    given: SearchInput,
    neighbours: int,
    among: list[FilterInput],
) -> CaseSet:
    """The cases that a session asks about. Raises what `asked_of` and `case_set` raise."""
    question = asked_of(held, session, given).question
    return case_set(app, question, neighbours, narrowing_of(among))


def chart_of(cases: CaseSet, of: FindingsInput, chart: Chart, group_by: CaseGroup) -> Made:
    """One chart; `group_by` is for the spread."""
    make: dict[Chart, Callable[[], Made]] = {
        Chart.OVERVIEW: partial(_overview, cases, of),
        Chart.SPREAD: partial(_spread, cases, of, group_by),
        Chart.PAIRS: partial(_pairs, cases, of),
        Chart.ENRICHMENT: partial(_enrichment, cases, of),
    }
    return make[chart]()


def _overview(cases: CaseSet, of: FindingsInput) -> analytics.Overview:
    return analytics.overview(cases, of.by.name.lower(), of.within)


def _spread(cases: CaseSet, of: FindingsInput, group_by: CaseGroup) -> analytics.Spread:
    return analytics.spread(
        cases, group_by.name.lower(), of.by.name.lower(), of.keys, _said(of), of.within
    )


def _pairs(cases: CaseSet, of: FindingsInput) -> analytics.Cooccurrence:
    return analytics.cooccurrence(cases, of.by.name.lower(), of.keys, _said(of), of.within)


def _enrichment(cases: CaseSet, of: FindingsInput) -> enrichment.Enrichment:
    return enrichment.enrichment(cases, of.by.name.lower(), _said(of), of.within)


def _said(of: FindingsInput) -> records.Assertion:
    return records.Assertion[of.assertion.name]
