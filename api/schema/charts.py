"""Charts over findings, as GraphQL shows them."""

from enum import Enum

import strawberry
from strawberry import enum_value, field

from api import analytics, enrichment


@strawberry.enum(description="How finely findings are told apart.")
class FindingLevel(Enum):
    """`infra.fields.FINDING_FIELDS`."""

    CHAPTER = enum_value("chapter", description="Chapters of ICD-10-CM.")
    BLOCK = enum_value("block", description="Blocks such as J90-J94.")
    CATEGORY = enum_value("category", description="Categories: the first three characters.")
    CODE = enum_value("code", description="Codes.")
    FINDING = enum_value("finding", description="Findings by name, several of which share a code.")


@strawberry.enum(description="How a report speaks of a finding.")
class Assertion(Enum):
    """`infra.records.Assertion`."""

    PRESENT = enum_value("present", description="It is there (or probably is).")
    ABSENT = enum_value("absent", description="It is not there.")
    UNCERTAIN = enum_value("uncertain", description="It may be there.")
    HISTORICAL = enum_value("historical", description="It was there.")
    HYPOTHETICAL = enum_value("hypothetical", description="It is thought of, not seen.")
    FAMILY = enum_value("family", description="A relative has it.")


@strawberry.enum(description="What cases are grouped by.")
class CaseGroup(Enum):
    """`api.analytics.GROUPS`."""

    YEAR = enum_value("year", description="Year of the study.")
    MONTH = enum_value("month", description="Month of the study, as 2019-05.")
    AGE = enum_value("age", description="Decade of age at the study, as 60-69.")
    SEX = enum_value("sex", description="Sex of the patient.")


@strawberry.enum(description="What the rows of an export are of.")
class Chart(Enum):
    """The charts of `Analytics`."""

    OVERVIEW = enum_value("overview", description="Counts by assertion.")
    SPREAD = enum_value("spread", description="Counts by group.")
    PAIRS = enum_value("pairs", description="Pairs of findings in one case.")
    ENRICHMENT = enum_value("enrichment", description="The set against the archive.")


@strawberry.enum(description="Form of an export.")
class RowFormat(Enum):
    """How rows are written."""

    CSV = enum_value("csv", description="With a header line; totals stand in every row.")
    JSON = enum_value("json", description="One document with totals and rows.")


@strawberry.type(description="A key with its numbers of distinct cases.")
class FindingRow:
    """`api.analytics.Row` in GraphQL."""

    key: str = field(description="What `anyOf` of the filter of this level takes.")
    description: str = field(description="What it means.")
    present: int = field(description="Cases of which a report says that it is there.")
    absent: int = field(description="Cases of which a report denies it.")
    uncertain: int = field(description="Cases of which a report says that it may be there.")
    historical: int = field(description="Cases of which a report says that it was there.")
    hypothetical: int = field(description="Cases of which a report thinks of it.")
    family: int = field(description="Cases of which a report names it of a relative.")

    @classmethod
    def of(cls, row: analytics.Row) -> "FindingRow":
        """The row as GraphQL shows it."""
        counts = {assertion.value: count for assertion, count in row.counts.items()}
        return cls(key=row.key, description=row.description, **counts)


@strawberry.type(description="How many cases of a group have one of the keys.")
class KeyCount:
    """A point of a series."""

    key: str = field(description="The key.")
    cases: int = field(description="Cases of the group that have it.")


@strawberry.type(description="A year, month, decade of age, or sex.")
class GroupOfCases:
    """`api.analytics.Group` in GraphQL."""

    name: str = field(description="The group, as the filter takes it.")
    cases: int = field(description="All of its cases.")
    reported_cases: int = field(description="Those with a report: the denominator of shares.")
    counts: list[KeyCount] = field(description="For each key that is shown, in their order.")


@strawberry.type(description="Keys over years, months, decades of age or sexes.")
class Spread:
    """`api.analytics.Spread` in GraphQL."""

    keys: list[FindingRow] = field(description="The keys that are shown, with all their cases.")
    more_keys: int = field(description="Keys that are not shown.")
    groups: list[GroupOfCases] = field(description="In their order.")
    unknown: int = field(description="Cases without a value.")
    total_cases: int = field(description="All cases of the set.")

    @classmethod
    def of(cls, made: analytics.Spread) -> "Spread":
        """The chart as GraphQL shows it."""
        groups = [
            GroupOfCases(
                name=group.name,
                cases=group.cases,
                reported_cases=group.reported_cases,
                counts=[KeyCount(key=key, cases=count) for key, count in group.counts.items()],
            )
            for group in made.groups
        ]
        keys = [FindingRow.of(row) for row in made.keys]
        return cls(
            keys=keys,
            more_keys=made.more_keys,
            groups=groups,
            unknown=made.unknown,
            total_cases=made.total_cases,
        )


@strawberry.type(description="Two keys in one case.")
class FindingPair:
    """`api.analytics.Pair` in GraphQL."""

    one: str = field(description="A key.")
    other: str = field(description="Another key.")
    cases: int = field(description="Cases with both.")
    lift: float = field(description="1 where they are independent, among cases with a report.")


@strawberry.type(description="Which keys occur together.")
class Cooccurrence:
    """`api.analytics.Cooccurrence` in GraphQL."""

    keys: list[FindingRow] = field(description="The keys that are shown.")
    more_keys: int = field(description="Keys that are not shown.")
    pairs: list[FindingPair] = field(description="All pairs of them, most cases first.")
    total_cases: int = field(description="All cases of the set.")
    reported_cases: int = field(description="Those with a report.")

    @classmethod
    def of(cls, made: analytics.Cooccurrence) -> "Cooccurrence":
        """The chart as GraphQL shows it."""
        return cls(
            keys=[FindingRow.of(row) for row in made.keys],
            more_keys=made.more_keys,
            pairs=[
                FindingPair(one=p.one, other=p.other, cases=p.cases, lift=p.lift)
                for p in made.pairs
            ],
            total_cases=made.total_cases,
            reported_cases=made.reported_cases,
        )


@strawberry.type(description="One key in the set against the rest of the archive.")
class EnrichedRow:
    """`api.enrichment.Enriched` in GraphQL."""

    key: str = field(description="The key.")
    description: str = field(description="What it means.")
    in_set: int = field(description="Cases of the set that have it.")
    in_archive: int = field(description="Cases of the archive that have it.")
    lift: float = field(description="Share in the set by share in the archive.")
    odds_ratio: float = field(description="Odds in the set by odds in the rest.")
    low: float = field(description="Lower end of the 95 % interval of the odds ratio (Woolf).")
    high: float = field(description="Upper end.")
    p: float = field(description="Fisher's exact test, two-sided.")
    q: float = field(description="False discovery rate over all keys (Benjamini-Hochberg).")


@strawberry.type(description="What is more, or less, frequent in the set than in the archive.")
class Enrichment:
    """`api.enrichment.Enrichment` in GraphQL."""

    set_size: int = field(description="Cases of the set with a report.")
    archive_size: int = field(description="Cases with a report that the caller may see.")
    total_cases: int = field(description="All cases of the set.")
    rows: list[EnrichedRow] = field(description="Every key, smallest p first.")

    @classmethod
    def of(cls, made: enrichment.Enrichment) -> "Enrichment":
        """The chart as GraphQL shows it."""
        names = EnrichedRow.__annotations__
        return cls(
            set_size=made.set_size,
            archive_size=made.archive_size,
            total_cases=made.total_cases,
            rows=[EnrichedRow(**{n: getattr(row, n) for n in names}) for row in made.rows],
        )


@strawberry.type(description="All keys of one level with their numbers of distinct cases.")
class Overview:
    """`api.analytics.Overview` in GraphQL."""

    total_cases: int = field(description="All cases of the set.")
    reported_cases: int = field(description="Those with a report.")
    rows: list[FindingRow] = field(description="Every key, most present cases first.")

    @classmethod
    def of(cls, made: analytics.Overview) -> "Overview":
        """The chart as GraphQL shows it."""
        return cls(
            total_cases=made.total_cases,
            reported_cases=made.reported_cases,
            rows=[FindingRow.of(row) for row in made.rows],
        )
