"""The whole GraphQL schema."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from api.schema.limits import Limits
from api.schema.mutation import Mutation
from api.schema.query import Query


class Schema(strawberry.Schema):
    """Leaves errors to `api.schema.errors`, which knows what may be shown and logged."""

    def process_errors(
        self,
        errors: Sequence[GraphQLError],
        execution_context: ExecutionContext | None = None,
    ) -> None:
        """Nothing: the library would log words that may be a patient's."""


@cache
def schema() -> Schema:
    """The schema, made once."""
    return Schema(
        query=Query,
        mutation=Mutation,
        extensions=[Limits],
        config=StrawberryConfig(auto_camel_case=True, disable_field_suggestions=True),
    )


def sdl() -> str:
    """The schema as text: the contract with the page, committed as `api/schema.graphql`."""
    return schema().as_str().rstrip() + "\n"


def introspection() -> dict[str, Any]:
    """The same as tools read it: the answer to the introspection query."""
    return schema().introspect()
