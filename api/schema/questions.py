"""GraphQL's inputs -> what the use cases take."""

import hashlib
from dataclasses import dataclass

from api import corrected_findings, mentions, search
from api.conditions import Condition, filter_of
from api.held import HeldQueries
from api.marks import Mark, query_key
from api.schema.context import Context
from api.schema.enums import Exclude, Findings, Group, Mentions
from api.schema.inputs import FilterInput, MarkInput, SearchInput
from api.search import AskedFile, Question
from infra import query
from infra.errors import BadQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and the conditions that its filter was made of."""

    question: Question
    conditions: tuple[Condition, ...]


def asked_of(held_files: HeldQueries, session: str, given: SearchInput) -> Asked:
    """What a session asks. Raises BadQuery, or NotFound for a query file that it does not hold."""
    conditions = tuple(_condition(one) for one in given.filters or ())
    held = held_files.get(given.query_file, session) if given.query_file else None
    question = Question(
        like=given.like or "",
        asked=held.asked if held else None,
        frame=_frame(given.frame),
        text=given.text or "",
        mentions=mentions.Mentions[(given.mentions or Mentions.PRESENT).name],
        filter=filter_of(conditions),
        findings=corrected_findings.Findings[(given.findings or Findings.TAGGED).name],
        exclude=search.Exclude[(given.exclude or Exclude.PATIENT).name],
        group=query.Group[(given.group or Group.SERIES).name],
        sort=query.Sort(given.sort.name.value, given.sort.descending) if given.sort else None,
    )
    return Asked(question=question, conditions=conditions)


def narrowing_of(given: list[FilterInput]) -> query.Filter:
    """Conditions on cases that were chosen before. Raises BadQuery."""
    return filter_of([_condition(one) for one in given])


def key_of(context: Context, question: Question) -> str:
    """The name of a question under which marks are kept; see `api.marks.query_key`."""
    return query_key(
        like=_stored_name(context, question.like) if question.like else "",
        pixels=_pixels(question.asked) if question.asked else "",
        frame=question.frame,
        text=question.text,
    )


def mark_of(context: Context, given: MarkInput) -> Mark:
    """The mark that the caller makes. Raises what `asked_of` raises."""
    question = asked_of(context.held, context.session, given.search).question
    return Mark(
        query=key_of(context, question),
        study_uid=given.study_uid,
        instance_uid=given.instance_uid or "",
        author=context.caller.name,
        comment=given.comment or "",
    )


def _condition(given: FilterInput) -> Condition:
    return Condition(
        name=given.name.value,
        any_of=tuple(given.any_of or ()),
        none_of=tuple(given.none_of or ()),
        low=(given.from_ or "").strip(),
        high=(given.to or "").strip(),
        exists=given.exists,
    )


def _frame(frame: int | None) -> int | None:
    if frame is not None and frame < 0:
        raise BadQuery("Frames are counted from 0.")
    return frame


def _stored_name(context: Context, like: str) -> str:
    """The stored UID of an instance, which may be asked by its original one."""
    pseudonym = context.app.pseudonyms.uid(like)
    stored = context.app.services.catalog.instances((like, pseudonym), context.app.scope)
    return like if like in stored else pseudonym


def _pixels(asked: AskedFile) -> str:
    """A hash of the picture; a plain one is known by its thumbnail, which the pixels make."""
    return asked.pixel_hash or hashlib.sha256(asked.thumbnail).hexdigest()
