"""What is asked, as GraphQL takes it."""

import strawberry
from strawberry import field

from api.schema.enums import Exclude, FilterName, Findings, Group, Mentions


@strawberry.input(
    description="One condition; several are all required. Numbers and days are text as on the "
    "command line: 60, 2019, 2019-05, 2019-05-31."
)
class FilterInput:
    """A condition on one field."""

    name: FilterName = field(description="What is compared.")
    any_of: list[str] | None = field(
        default=None,
        description="One of these. Of numbers and days also spans such as 60-69 or 2019.",
    )
    none_of: list[str] | None = field(default=None, description="None of these.")
    from_: str | None = field(
        default=None, name="from", description="The least, itself included; numbers and days."
    )
    to: str | None = field(
        default=None, description="The greatest, itself included; numbers and days."
    )
    exists: bool | None = field(default=None, description="A value is there (or is not).")


@strawberry.input(
    description="The order of a number or date filter; hits without a value come last."
)
class SortInput:
    """`infra.query.Sort` as it is given."""

    name: FilterName = field(description="A filter of the kind NUMBER or DATE, such as EF.")
    descending: bool = field(default=False, description="The largest first.")


@strawberry.input(
    description="What is asked: like a picture, with words, or both; not `like` and `queryFile`."
)
class SearchInput:
    """A search."""

    like: strawberry.ID | None = field(
        default=None, description="UID of a stored instance that hits should look like."
    )
    query_file: strawberry.ID | None = field(
        default=None, description="Id of an uploaded file that is not stored."
    )
    frame: int | None = field(
        default=None, description="Ask with this frame only, counted from 0; null: with all."
    )
    text: str | None = field(
        default=None,
        description='Words that the case\'s text must hold: "a phrase", begin*, a OR b, -without.',
    )
    mentions: Mentions | None = field(
        default=Mentions.PRESENT,
        description="What reports must say of a finding that the text is the name of.",
    )
    filters: list[FilterInput] | None = field(
        default_factory=list, description="Conditions; all are required."
    )
    findings: Findings | None = field(
        default=Findings.TAGGED,
        description="Whether filters and counts of findings are as the tagger found them, or after "
        "people's corrections.",
    )
    exclude: Exclude | None = field(
        default=Exclude.PATIENT, description="What of the query itself is left out of the hits."
    )
    group: Group | None = field(default=Group.SERIES, description="What one hit stands for.")
    sort: SortInput | None = field(
        default=None, description="Another order than that of ids or relevance; not with pictures."
    )


@strawberry.input(description="A hit that does not help for a question.")
class MarkInput:
    """A not-useful mark to be made."""

    search: SearchInput = field(description="The question; filters and paging do not matter.")
    study_uid: strawberry.ID = field(description="The hit's study.")
    instance_uid: strawberry.ID | None = field(
        default=None, description="The hit's instance; null: the whole case."
    )
    comment: str | None = field(default="", description="Why; at most 2,000 characters.")
