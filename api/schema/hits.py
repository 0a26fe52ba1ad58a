"""Ranked hits, a page at a time."""

import strawberry
from starlette.concurrency import run_in_threadpool
from strawberry import field

from api.schema.about import Model
from api.schema.annotations import Annotation
from api.schema.cases import Case
from api.schema.context import Info
from api.schema.enums import Exclude
from api.schema.findings import Finding
from api.schema.found import Found
from api.schema.pictures import Instance
from api.schema.texts import TextPiece
from api.search import Described


@strawberry.type(description="One group of images, or a case, with its score.")
class Hit:
    """`api.search.Described` in GraphQL."""

    found: strawberry.Private[Found]
    described: strawberry.Private[Described]
    id: strawberry.ID = field(description="UID of the instance, series or study it stands for.")
    rank: int = field(description="Counts from 1 over all pages.")
    score: float = field(description="What it is ranked by; see `scoring`.")
    cosine: float | None = field(description="Cosine with the picture asked, in [-1, 1].")
    text_score: float | None = field(description="Relevance of its text, 0 or more.")
    frame: int | None = field(description="The frame that matched best, counted from 0.")
    instance: Instance | None = field(
        description="The instance that matched best; null for a case without images."
    )

    @field(description="Its case.")
    def case(self) -> Case:
        """Loaded with the page."""
        return Case.of(self.described.case)

    @field(
        description="Words of the report around the first matches, or its start where no text was "
        "asked; null without a report."
    )
    async def excerpt(self) -> list[TextPiece] | None:
        """Pieces in order."""
        pieces = await self.found.excerpts.load(self.described.case)
        return [TextPiece.of(piece) for piece in pieces] or None

    @field(description="Where its reports speak of the findings that the text or a filter names.")
    async def matched_findings(self, info: Info) -> list[Finding]:
        """Of all assertions for the text, of those that a filter names for the filter."""
        found = await self.found.matched.load(self.described.case)
        info.context.budget.spend(len(found))
        return [Finding.of(record) for record in found]

    @field(description="The caller's mark, if this hit was called not useful for this question.")
    async def not_useful(self) -> Annotation | None:
        """Not the withdrawn ones."""
        record = await self.found.marks.load(self.described)
        return Annotation.of(record) if record else None

    @classmethod
    def of(cls, found: Found, described: Described) -> "Hit":
        """One hit of a page."""
        hit = described.hit
        return cls(
            found=found,
            described=described,
            id=strawberry.ID(found.group_id(hit)),
            rank=hit.rank,
            score=hit.score,
            cosine=hit.cosine,
            text_score=hit.text_score,
            frame=hit.frame,
            instance=Instance.of(described.instance) if described.instance else None,
        )


@strawberry.type(description="A hit and where it is in the list.")
class HitEdge:
    """Relay's edge."""

    found: strawberry.Private[Found]
    node: Hit = field(description="The hit.")

    @field(description="Continues after this hit, for the same search.")
    def cursor(self) -> str:
        """Opaque."""
        return self.found.cursor(self.node.described.hit)


@strawberry.type(description="Where a page lies in the list.")
class PageInfo:
    """Relay's page info."""

    has_next_page: bool = field(description="Whether more hits follow.")
    has_previous_page: bool = field(description="Whether hits came before.")
    start_cursor: str | None = field(description="Cursor of the first hit; null without hits.")
    end_cursor: str | None = field(description="Cursor of the last hit; null without hits.")


@strawberry.type(description="What of the query itself was left out of the hits.")
class Excluded:
    """The Exclude that was asked, and how much it left out."""

    what: Exclude = field(description="What was left out.")
    cases: int = field(description="Cases of the archive that this concerns, as the caller sees.")


@strawberry.type(description="A page of ranked hits.")
class SearchConnection:
    """Relay's connection."""

    found: strawberry.Private[Found]
    total_count: int = field(description="All hits, on this page and others.")
    scoring: str = field(description="How the score was made, in one sentence.")

    @field(
        description="Whether nothing here looks like the picture asked: it is blank, or its "
        "nearest is further away than that of 97 in 100 indexed pictures. Null where that cannot "
        "be said."
    )
    async def unlike(self) -> bool | None:
        """Calibrated when first asked for."""
        return await self.found.unlike()

    @field(description="The hits of this page, best first.")
    def edges(self) -> list[HitEdge]:
        """In rank order."""
        hits = (Hit.of(self.found, described) for described in self.found.answer.hits)
        return [HitEdge(found=self.found, node=hit) for hit in hits]

    @field(description="Where this page lies in the list.")
    def page_info(self) -> PageInfo:
        """Relay's page info."""
        hits = self.found.answer.hits
        return PageInfo(
            has_next_page=self.found.answer.next is not None,
            has_previous_page=self.found.query.page.after is not None,
            start_cursor=self.found.cursor(hits[0].hit) if hits else None,
            end_cursor=self.found.end_cursor,
        )

    @field(description="The model that answered; null for a search without a picture.")
    async def model(self, info: Info) -> Model | None:
        """Null, too, when the index names none."""
        record = await info.context.loaders.models.load(self.found.answer.model_id)
        return Model.of(record) if record else None

    @field(description="What was left out of the hits; null when nothing was.")
    async def excluded(self) -> Excluded | None:
        """Counted inside what the caller may see."""
        count = await run_in_threadpool(self.found.count_excluded)
        if count is None:
            return None
        return Excluded(what=Exclude(self.found.question.exclude.value), cases=count)

    @classmethod
    def of(cls, found: Found) -> "SearchConnection":
        """A page of hits as GraphQL shows it."""
        return cls(found=found, total_count=found.answer.total, scoring=found.scoring)
