"""People's corrections of findings."""

from collections.abc import Sequence
from datetime import datetime

import strawberry
from strawberry import field

from api import corrections, marks
from api.corrections import Meant, Said, Stated
from api.finding_terms import FindingTerm as Known
from api.schema.charts import Assertion
from api.schema.findings import Finding
from infra import records
from infra.corrections import Correction as Record


@strawberry.type(
    description="What a person says of one finding, kept beside what the tagger found. It belongs "
    "to one version of a report."
)
class Correction:
    """`infra.corrections.Correction` in GraphQL."""

    annotation_id: strawberry.ID = field(description="Its id, by which its author takes it back.")
    author: str = field(description="Who said it.")
    at: datetime = field(description="When it was said.")
    withdrawn_at: datetime | None = field(
        description="When its author took it back; null otherwise."
    )
    before: Finding | None = field(
        description="The finding that is meant; null for one that was overlooked."
    )
    after: Finding | None = field(description="What it should be; null where there is nothing.")
    report_id: strawberry.ID = field(description="The report.")
    report_version: int = field(description="The version of its text that was read.")
    comment: str = field(description='In the author\'s words; "" without any.')
    in_force: bool = field(
        description="Whether it counts: not taken back, and made in the text that is current now."
    )

    @classmethod
    def of(cls, record: Record, *, in_force: bool) -> "Correction":
        """The record as GraphQL shows it."""
        said = record.annotation
        return cls(
            annotation_id=strawberry.ID(said.annotation_id),
            author=said.author,
            at=marks.said_at(said),
            withdrawn_at=said.at if said.withdrawn else None,
            before=Finding.of(record.before) if record.before else None,
            after=Finding.of(record.after) if record.after else None,
            report_id=strawberry.ID(record.of.report_id),
            report_version=record.of.report_version,
            comment=record.comment,
            in_force=in_force,
        )


def listed(case: records.Case, annotations: Sequence[records.Annotation]) -> list[Correction]:
    """All corrections of a case, oldest first."""
    found = corrections.standing(case, annotations)
    return [Correction.of(record, in_force=counts) for record, counts in found]


@strawberry.input(description="A finding as the case shows it now.")
class MeantInput:
    """`api.corrections.Meant`."""

    begin: int = field(description="Where it begins.")
    end: int = field(description="Where it ends.")
    finding_id: str = field(description="Its name.")


@strawberry.input(description="What a finding should be.")
class StatedInput:
    """`api.corrections.Stated`."""

    begin: int = field(
        description="Where its words begin, in Unicode code points of the report's text."
    )
    end: int = field(description="Where they end; at most 500 further on.")
    code: str = field(description="ICD-10-CM code.")
    assertion: Assertion = field(description="How the report speaks of it.")
    finding_id: str = field(
        default="", description='Its name, as FindingTerm gives it; "" keeps it, or names the code.'
    )


@strawberry.input(
    description="A correction of a finding (`before` and `after`), an overlooked one (`after`), or "
    "one that is none (`before`)."
)
class CorrectionInput:
    """`api.corrections.Said`."""

    study_uid: strawberry.ID = field(description="The case.")
    report_id: strawberry.ID = field(description="The report.")
    report_version: int = field(
        description="The version that was read: it must be the current one."
    )
    before: MeantInput | None = field(default=None, description="The finding that is meant.")
    after: StatedInput | None = field(default=None, description="What it should be.")
    comment: str = field(default="", description="Why; at most 2,000 characters.")

    def said_by(self, author: str) -> Said:
        """What the use case takes."""
        before, after = self.before, self.after
        return Said(
            study_uid=self.study_uid,
            report_id=self.report_id,
            report_version=self.report_version,
            before=Meant(begin=before.begin, end=before.end, finding_id=before.finding_id)
            if before
            else None,
            after=Stated(
                begin=after.begin,
                end=after.end,
                code=after.code,
                assertion=records.Assertion[after.assertion.name],
                finding_id=after.finding_id,
            )
            if after
            else None,
            author=author,
            comment=self.comment,
        )


@strawberry.type(description="A finding that can be stated.")
class FindingTerm:
    """`api.finding_terms.FindingTerm` in GraphQL."""

    finding_id: str = field(description="What StatedInput.findingId takes.")
    code: str = field(description="Its ICD-10-CM code.")
    description: str = field(description="What the code means.")
    named: bool = field(description="Whether the text itself names it, as the tagger reads it.")

    @classmethod
    def of(cls, known: Known) -> "FindingTerm":
        """The term as GraphQL shows it."""
        return cls(
            finding_id=known.finding_id,
            code=known.code,
            description=known.description,
            named=known.named,
        )
