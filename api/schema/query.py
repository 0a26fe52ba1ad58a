"""What can be asked."""

from collections.abc import Sequence

import strawberry
from starlette.concurrency import run_in_threadpool
from strawberry import field

from api import facets, facts, suggestions
from api.cases import case_of, instance_of
from api.finding_suggestions import suggest_findings
from api.finding_terms import finding_terms
from api.schema import hearts as heart_types
from api.schema import jobs as job_types
from api.schema import query_files
from api.schema.about import About, Me
from api.schema.analytics import Analytics, analytics_of
from api.schema.cases import Case
from api.schema.context import Context, Info
from api.schema.corrections import FindingTerm
from api.schema.enums import FilterName
from api.schema.facets import Facet, FilterInfo, Suggestion
from api.schema.findings import FindingSuggestion
from api.schema.found import find
from api.schema.heart_inputs import HeartCorrectionInput
from api.schema.hearts import HeartPreview, HeartView
from api.schema.hits import SearchConnection
from api.schema.inputs import FilterInput, SearchInput
from api.schema.jobs import Job
from api.schema.pictures import Instance
from api.schema.query_files import QueryFile
from api.schema.questions import asked_of
from infra.fields import FACETS, FILTERS


@strawberry.type(description="What can be asked.")
class Query:
    """The root of queries."""

    @field(description="Ranked hits: `first` (1 to 200) after the cursor `after`.")
    async def search(
        self, info: Info, input: SearchInput, first: int = 24, after: str | None = None
    ) -> SearchConnection:
        """One page."""
        found = await run_in_threadpool(find, info.context, input, first, after)
        return SearchConnection.of(found)

    @field(
        description="Counts of cases by value, of all filters that are counted or of these. The "
        "search's own conditions on a filter do not narrow the counts of that filter, so that its "
        "other values can be added."
    )
    async def facets(
        self, info: Info, input: SearchInput, names: list[FilterName] | None = None
    ) -> list[Facet]:
        """In the order asked, or of the table of filters."""
        wanted = FACETS if names is None else tuple(name.value for name in names)
        counted = await run_in_threadpool(_counted, info.context, input, wanted)
        return [Facet.of(facet) for facet in counted]

    @field(
        description="Findings over the cases of a search; with a picture over its `neighbours` (1 "
        "to 1,000) nearest cases. `among` narrows what is counted after these were chosen."
    )
    async def analytics(
        self,
        info: Info,
        input: SearchInput,
        neighbours: int = 100,
        among: list[FilterInput] | None = None,
    ) -> Analytics:
        """Charts, each worked out when asked for."""
        return await analytics_of(info, input, neighbours, among or [])

    @field(description="Words of reports and labels that begin like the last word typed.")
    async def suggestions(self, info: Info, text: str, first: int = 8) -> list[Suggestion]:
        """Most frequent first; `first` is 1 to 50."""
        found = await run_in_threadpool(suggestions.suggest, info.context.app, text, first)
        return [Suggestion.of(one) for one in found]

    @field(description="Findings, codes and categories like the end of the text, with cases.")
    async def finding_suggestions(
        self, info: Info, text: str, first: int = 8
    ) -> list[FindingSuggestion]:
        """Most cases first; `first` is 1 to 50."""
        found = await run_in_threadpool(suggest_findings, info.context.app, text, first)
        return [FindingSuggestion.of(one) for one in found]

    @field(
        description="Findings that can be stated, by words or the beginning of a code: what the "
        "text itself names first."
    )
    async def finding_terms(self, text: str, first: int = 8) -> list[FindingTerm]:
        """`first` is 1 to 50."""
        found = await run_in_threadpool(finding_terms, text, first)
        return [FindingTerm.of(one) for one in found]

    @field(description="What can be filtered by.")
    def filters(self) -> list[FilterInfo]:
        """In the order of the table."""
        return [FilterInfo.of(known) for known in FILTERS.values()]

    @field(description="The case of a study or instance UID, stored or original.")
    async def case(self, info: Info, uid: strawberry.ID) -> Case:
        """NOT_FOUND outside of what the caller may see."""
        return Case.of(await run_in_threadpool(case_of, info.context.app, uid))

    @field(description="The image object of an instance UID, stored or original.")
    async def instance(self, info: Info, uid: strawberry.ID) -> Instance:
        """NOT_FOUND outside of what the caller may see."""
        return Instance.of(await run_in_threadpool(instance_of, info.context.app, uid))

    @field(
        description="An ultrasound image as it was measured, by its stored UID. Also that of a "
        "query file (QueryFile.instanceUid): measured when first asked for, which takes seconds."
    )
    async def heart(self, info: Info, instance_uid: strawberry.ID) -> HeartView:
        """NOT_FOUND outside of what the caller may see."""
        return await run_in_threadpool(heart_types.load, info.context, instance_uid)

    @field(description="What a correction of a heart would give; nothing is kept.")
    async def heart_preview(self, info: Info, input: HeartCorrectionInput) -> HeartPreview:
        """Also for query files."""
        return await run_in_threadpool(heart_types.preview, info.context, input)

    @field(description="An uploaded file of the caller's that is not stored.")
    async def query_file(self, info: Info, id: strawberry.ID) -> QueryFile:
        """NOT_FOUND once it is forgotten."""
        return await run_in_threadpool(query_files.load, info.context, id)

    @field(description="A piece of long work of the caller's.")
    async def job(self, info: Info, id: strawberry.ID) -> Job:
        """NOT_FOUND for another's."""
        return await run_in_threadpool(job_types.load, info.context, id)

    @field(description="The caller's long work, newest first; `first` is 1 to 100.")
    async def jobs(self, info: Info, first: int = 20) -> list[Job]:
        """The last ones."""
        return await run_in_threadpool(job_types.load_all, info.context, first)

    @field(description="What this Similis is and holds.")
    async def about(self, info: Info) -> About:
        """As far as the caller may see."""
        known = await run_in_threadpool(facts.facts, info.context.app)
        return About.of(known, may_add=info.context.caller.may_add)

    @field(description="Who is asking.")
    def me(self, info: Info) -> Me:
        """The caller."""
        caller = info.context.caller
        datasets = caller.scope.datasets
        return Me(
            name=caller.name,
            datasets=None if datasets is None else sorted(datasets),
            may_add=caller.may_add,
        )


def _counted(context: Context, input: SearchInput, names: Sequence[str]) -> list[facets.Facet]:
    asked = asked_of(context.held, context.session, input)
    return facets.count(context.app, asked.question, asked.conditions, names)
