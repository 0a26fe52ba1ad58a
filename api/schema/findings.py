"""Findings of reports, and findings to search for."""

import strawberry
from strawberry import field

from api.finding_suggestions import FindingSuggestion as Suggested
from api.schema.charts import Assertion
from api.schema.enums import FilterName
from api.terms import describe
from infra import records
from infra.icd10 import place


@strawberry.type(description="What a report says at one place. Not for diagnosis.")
class Finding:
    """`infra.records.Finding` in GraphQL."""

    report_id: strawberry.ID = field(description="The report.")
    report_version: int = field(description="Its version.")
    text: str = field(description="The words.")
    begin: int = field(description="Where they begin, in Unicode code points of the report's text.")
    end: int = field(description="Where they end.")
    finding_id: str = field(description="Name of the finding; several may share a code.")
    code: str = field(description="ICD-10-CM code.")
    description: str = field(description="What the code means.")
    category: str = field(description="Its first three characters.")
    block: str = field(description='Its block, e.g. J90-J94; "" for an unknown code.')
    chapter: str = field(description='Its chapter, e.g. 10; "" for an unknown code.')
    assertion: Assertion = field(description="How the report speaks of it.")
    trigger: str = field(description='The words, or trait, that decided that; "" for none.')
    section: str = field(description="Section of the report.")
    laterality: str = field(description='Side, "" where not said.')
    severity: str = field(description='Degree, "" where not said.')
    location: str = field(description='Place, "" where not said.')
    score: float = field(description="An order from 0 to 1, no probability.")
    tagger_id: str = field(description="What found it.")

    @classmethod
    def of(cls, record: records.Finding) -> "Finding":
        """The record as GraphQL shows it."""
        where = place(record.code)
        return cls(
            report_id=strawberry.ID(record.report_id),
            report_version=record.report_version,
            text=record.text,
            begin=record.begin,
            end=record.end,
            finding_id=record.finding_id,
            code=record.code,
            description=describe("code", record.code),
            category=where.category,
            block=where.block,
            chapter=where.chapter,
            assertion=Assertion(record.assertion.value),
            trigger=record.trigger,
            section=record.section,
            laterality=record.laterality,
            severity=record.severity,
            location=record.location,
            score=record.score,
            tagger_id=record.tagger_id,
        )


@strawberry.type(description="A finding to search for.")
class FindingSuggestion:
    """`api.finding_suggestions.FindingSuggestion` in GraphQL."""

    filter: FilterName = field(description="The filter that takes it.")
    key: str = field(description="What its `anyOf` takes.")
    description: str = field(description="What it means.")
    cases: int = field(description="Cases of which a report says that it is there.")

    @classmethod
    def of(cls, found: Suggested) -> "FindingSuggestion":
        """The suggestion as GraphQL shows it."""
        name = FilterName(found.field)
        return cls(filter=name, key=found.key, description=found.description, cases=found.cases)
