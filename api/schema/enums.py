"""GraphQL's enums: the words of `infra` with what they mean."""

from enum import Enum, StrEnum
from typing import TYPE_CHECKING

import strawberry
from strawberry import enum_value

from infra.fields import FILTERS

if TYPE_CHECKING:

    class FilterName(StrEnum):
        """The names of `infra.fields.FILTERS`."""

else:
    # One value a line of the table, so that a new filter appears by itself.
    FilterName = strawberry.enum(
        Enum(
            "FilterName",
            {
                name.upper(): enum_value(
                    name, description=f"{field.help[:1].upper()}{field.help[1:]}."
                )
                for name, field in FILTERS.items()
            },
        ),
        description="What can be filtered by, and counted where its FilterInfo says so.",
    )


@strawberry.enum(description="How values of a filter are compared.")
class FilterKind(Enum):
    """`infra.fields.FieldKind`."""

    KEYWORD = enum_value("keyword", description="Whole values, without regard to case.")
    NUMBER = enum_value("number", description="Numbers, in ranges.")
    DATE = enum_value("date", description="Days, in ranges; a year or month means all of its days.")
    FLAG = enum_value("flag", description="true or false.")


@strawberry.enum(description="What one hit stands for.")
class Group(Enum):
    """`infra.query.Group`."""

    INSTANCE = enum_value("instance", description="One image object.")
    SERIES = enum_value("series", description="A series, by its best instance.")
    CASE = enum_value("case", description="A study, by its best instance; also without images.")


@strawberry.enum(description="What of the query itself is left out of the hits.")
class Exclude(Enum):
    """`api.search.Exclude`."""

    SELF = enum_value("self", description="The instance that is asked with.")
    PATIENT = enum_value("patient", description="Every study of its patient.")
    STUDY = enum_value("study", description="Its study.")
    NONE = enum_value("none", description="Nothing.")


@strawberry.enum(
    description="What reports must say of a finding, where the text is its name and nothing else."
)
class Mentions(Enum):
    """`api.mentions.Mentions`."""

    ANY = enum_value("any", description="No matter what: the words are looked for.")
    PRESENT = enum_value("present", description="It is there, or no report speaks of it.")
    ABSENT = enum_value("absent", description="It is not there.")
    UNCERTAIN = enum_value("uncertain", description="It may be there.")
    HISTORICAL = enum_value("historical", description="It was there.")
    HYPOTHETICAL = enum_value("hypothetical", description="It is thought of, not seen.")
    FAMILY = enum_value("family", description="A relative has it.")


@strawberry.enum(description="Whose findings are meant.")
class Findings(Enum):
    """`api.corrected_findings.Findings`."""

    TAGGED = enum_value("tagged", description="Those of the tagger.")
    CORRECTED = enum_value("corrected", description="The same after people's corrections.")


@strawberry.enum(description="Where long work is in its life.")
class JobState(Enum):
    """`infra.records.JobState`."""

    QUEUED = enum_value("queued", description="It waits for its turn.")
    RUNNING = enum_value("running", description="It is being done.")
    DONE = enum_value("done", description="It has ended well.")
    FAILED = enum_value("failed", description="It has ended with an error.")
    CANCELLED = enum_value("cancelled", description="Someone stopped it.")


@strawberry.enum(description="What became of a received file.")
class Outcome(Enum):
    """`infra.records.Outcome`."""

    INDEXED = enum_value("indexed", description="It is an image and can be found.")
    ATTACHED = enum_value("attached", description="It is kept with its case, but is no image.")
    DUPLICATE = enum_value("duplicate", description="It was there already.")
    CONFLICT = enum_value("conflict", description="Something else has its name; nothing changed.")
    REFUSED = enum_value("refused", description="It could not be taken; the reason says why.")
