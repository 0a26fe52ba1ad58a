"""A SearchInput in GraphQL's JSON form, for routes that are not GraphQL."""

from collections.abc import Sequence
from typing import Any, TypeVar

from graphql import GraphQLError, GraphQLInputObjectType, coerce_input_value
from graphql.utilities import validate_input_value
from strawberry.types.arguments import convert_argument

from api.held import HeldQueries
from api.schema.inputs import SearchInput
from api.schema.questions import asked_of
from api.schema.schema import schema
from api.search import Question
from infra.errors import BadQuery

T = TypeVar("T")


def question_of(document: Any, held: HeldQueries, session: str) -> Question:
    """The question that a session asks. Raises BadQuery, NotFound."""
    return asked_of(held, session, search_input(document)).question


def search_input(document: Any) -> SearchInput:
    """The input, checked as GraphQL checks it. Raises BadQuery."""
    if document is None:
        raise BadQuery("There is no SearchInput.")
    return input_of(SearchInput, document)


def input_of(kind: type[T], document: Any) -> T:
    """An input type of the schema from its JSON form. Raises BadQuery."""
    whole = schema()
    named = whole._schema.type_map[kind.__name__]  # it has no public name
    assert isinstance(named, GraphQLInputObjectType)
    validate_input_value(document, named, _refuse)
    found = convert_argument(
        coerce_input_value(document, named),
        kind,
        config=whole.config,
        scalar_registry=whole.schema_converter.scalar_registry,
    )
    assert isinstance(found, kind)
    return found


def _refuse(error: GraphQLError, path: Sequence[str | int]) -> None:
    place = ".".join(str(part) for part in path)
    raise BadQuery(f"{place}: {error.message}" if place else error.message)
