"""A page of hits with what its fields load for all hits at once."""

from dataclasses import replace
from functools import cached_property

from starlette.concurrency import run_in_threadpool
from strawberry.dataloader import DataLoader

from api import excerpts, marks
from api.corrected_findings import meant
from api.excerpts import Piece
from api.familiarity import familiarity
from api.named_findings import Named, matched, named
from api.schema.context import Context
from api.schema.inputs import SearchInput
from api.schema.questions import asked_of, key_of
from api.search import Answer, Described, Question, build_query, search
from infra.cursor import Position, write_cursor
from infra.errors import BadQuery
from infra.query import And, Filter, Group, Hit, Not, Page, Query
from infra.records import Annotation, Case, Finding

MOST_HITS = 200

_SCORING = {
    (False, False): "Nothing was asked to look or read like: hits are in the order of their ids.",
    (True, False): "Cosine of the pictures' vectors, in [-1, 1]; the best of each hit counts.",
    (False, True): "Relevance of the case's text (BM25), 0 or more.",
    (True, True): "Ranks by picture and by text, fused (reciprocal rank fusion).",
}


class Found:
    """An answered question; loaders batch over the hits of its page."""

    def __init__(self, context: Context, question: Question, query: Query, answer: Answer) -> None:
        self.question = question
        self.query = query
        self.answer = answer
        self._context = context
        self.excerpts = DataLoader(load_fn=self._excerpts, cache_key_fn=_study)
        self.marks = DataLoader(load_fn=self._marks, cache_key_fn=_place)
        self.matched = DataLoader(load_fn=self._matched, cache_key_fn=_study)

    @property
    def scoring(self) -> str:
        """How scores were made, in one sentence; or what could not be asked now."""
        if self.answer.left_out:
            return self.answer.left_out
        if self.query.sort is not None:
            return "In the order asked for: scores say nothing."
        return _SCORING[self.query.near is not None, self.query.text is not None]

    async def unlike(self) -> bool | None:
        """Whether nothing looks like the picture asked; None where that cannot be said."""
        app = self._context.app
        known = await run_in_threadpool(familiarity, app, self.query, self.answer)
        return None if known is None else known.unlike

    def group_id(self, hit: Hit) -> str:
        """The UID of what a hit stands for."""
        return {
            Group.INSTANCE: hit.instance_uid,
            Group.SERIES: hit.series_uid,
            Group.CASE: hit.study_uid,
        }[self.query.group]

    def cursor(self, hit: Hit) -> str:
        """Continues after this hit."""
        return write_cursor(self.query, Position(hit.rank, hit.score, self.group_id(hit)))

    @cached_property
    def end_cursor(self) -> str | None:
        """Continues after this page, from hits that were erased meanwhile, too."""
        hits = self.answer.hits
        if self.answer.left_out:
            return None
        return self.answer.next or (self.cursor(hits[-1].hit) if hits else None)

    def count_excluded(self) -> int | None:
        """Cases in scope that the exclusion leaves out; None when nothing is excluded."""
        excluded = _left_out(self.question, self.query)
        if excluded is None:
            return None
        app = self._context.app
        query = Query(filter=excluded, group=Group.CASE, page=Page(1))
        return app.services.index.search(query, app.scope).total

    @cached_property
    def _named(self) -> Named:
        return named(self.question.text, self.question.filter)

    async def _excerpts(self, cases: list[Case]) -> list[list[Piece]]:
        texts = [[report.text for report in case.current_reports] for case in cases]
        return await run_in_threadpool(excerpts.excerpts, texts, self.query.text)

    async def _matched(self, cases: list[Case]) -> list[tuple[Finding, ...]]:
        app, findings = self._context.app, self.question.findings
        return await run_in_threadpool(lambda: matched(app, cases, self._named, findings))

    async def _marks(self, hits: list[Described]) -> list[Annotation | None]:
        context = self._context
        key = await run_in_threadpool(key_of, context, self.question)
        said = await context.loaders.annotations.load_many([one.hit.study_uid for one in hits])
        return [
            marks.mark_of(about, key, one.hit.instance_uid, context.caller.name)
            for one, about in zip(hits, said, strict=True)
        ]


def find(context: Context, given: SearchInput, first: int, after: str | None) -> Found:
    """Answer a question. Raises BadQuery, NotFound."""
    if not 1 <= first <= MOST_HITS:
        raise BadQuery(f"A page has 1 to {MOST_HITS} hits, not {first}.")
    asked = asked_of(context.held, context.session, given)
    question = replace(asked.question, page=Page(first, after))
    query = build_query(context.app, question)
    return Found(context, question, query, search(context.app, query))


def _left_out(question: Question, query: Query) -> Filter | None:
    """What `build_query` added to the question's own filter, turned round."""
    if query.near is None:
        return None
    match query.filter:
        case And((asked, Not(left_out), *_)) if asked == meant(question.filter, question.findings):
            return left_out
    return None


def _study(case: Case) -> str:
    return case.study_uid


def _place(described: Described) -> tuple[str, str]:
    return described.hit.study_uid, described.hit.instance_uid
