"""Counts, suggestions, and what can be filtered by."""

import strawberry
from strawberry import field

from api import facets, suggestions
from api.schema.enums import FilterKind, FilterName
from infra.fields import FacetRule, Field


@strawberry.type(description="A value of a filter and how many cases carry it.")
class FacetValue:
    """`api.facets.Value` in GraphQL."""

    value: str = field(description="What FilterInput.anyOf takes.")
    label: str = field(description="What people read.")
    count: int = field(description="Cases that adding this value alone would show.")
    selected: bool = field(description="Whether the search asks for it.")


@strawberry.type(description="Counts of cases by the values of one filter.")
class Facet:
    """`api.facets.Facet` in GraphQL."""

    name: FilterName = field(description="The filter.")
    label: str = field(description="What people read.")
    kind: FilterKind = field(description="How its values are compared.")
    values: list[FacetValue] = field(description="Largest first; selected ones are always there.")
    more: int = field(description="How many values there are that are not shown.")

    @classmethod
    def of(cls, counted: facets.Facet) -> "Facet":
        """The counts as GraphQL shows them."""
        return cls(
            name=FilterName(counted.name),
            label=facets.label_of(counted.name),
            kind=FilterKind(counted.kind.value),
            values=[
                FacetValue(value=v.value, label=v.label, count=v.count, selected=v.selected)
                for v in counted.values
            ],
            more=counted.more,
        )


@strawberry.type(description="A word to go on with.")
class Suggestion:
    """`api.suggestions.Suggestion` in GraphQL."""

    text: str = field(description="The word.")
    completed: str = field(description="What the text box becomes.")
    cases: int = field(description="Cases whose text holds the word.")

    @classmethod
    def of(cls, found: suggestions.Suggestion) -> "Suggestion":
        """The suggestion as GraphQL shows it."""
        return cls(text=found.text, completed=found.completed, cases=found.cases)


@strawberry.type(description="What can be filtered by.")
class FilterInfo:
    """`infra.fields.Field` in GraphQL."""

    name: FilterName = field(description="The filter.")
    kind: FilterKind = field(description="How its values are compared.")
    label: str = field(description="What people read.")
    help: str = field(description="What it means.")
    facet: bool = field(description="Whether `facets` counts it.")

    @classmethod
    def of(cls, known: Field) -> "FilterInfo":
        """A line of the table of filters."""
        return cls(
            name=FilterName(known.name),
            kind=FilterKind(known.kind.value),
            label=facets.label_of(known.name),
            help=known.help,
            facet=known.facet is not FacetRule.NONE,
        )
