"""The committed schema is the one that answers, and says what everything means."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLNamedType,
    build_client_schema,
    build_schema,
    get_named_type,
    is_introspection_type,
)
from graphql.type import is_specified_scalar_type

from api import search
from api.cli import main
from api.schema import enums
from api.schema.schema import schema, sdl
from infra import fields, query, records

COMMITTED = Path(__file__).parents[3] / "api/schema.graphql"


def own_types() -> list[GraphQLNamedType]:
    types = schema()._schema.type_map.values()
    return [t for t in types if not is_introspection_type(t) and not is_specified_scalar_type(t)]


def described() -> Iterator[tuple[str, str | None]]:
    """Each type, field, input field, and enum value with its description."""
    for kind in own_types():
        yield kind.name, kind.description
        for name, field in getattr(kind, "fields", {}).items():
            yield f"{kind.name}.{name}", field.description
        for name, value in getattr(kind, "values", {}).items():
            yield f"{kind.name}.{name}", value.description


def test_the_committed_schema_is_the_generated_one() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == sdl(), (
        "run `similis schema --output api/schema.graphql` and regenerate the client"
    )


def test_the_command_prints_and_writes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> str:
        main(["schema", *arguments])
        return capsys.readouterr().out

    file = tmp_path / "schema.graphql"
    assert run() == sdl()
    assert run("--output", str(file)) == ""
    assert file.read_text(encoding="utf-8") == sdl()
    client = build_client_schema(json.loads(run("--json")))
    assert set(client.type_map) == set(build_schema(sdl()).type_map)


def test_everything_is_described() -> None:
    found = dict(described())
    assert len(found) > 150
    assert [name for name, text in found.items() if not text or not text.strip()] == []


def test_every_filter_is_there_by_itself() -> None:
    named = schema()._schema.type_map["FilterName"]
    assert isinstance(named, GraphQLEnumType)
    assert list(named.values) == [name.upper() for name in fields.FILTERS]


@pytest.mark.parametrize(
    ("shown", "known"),
    [
        (enums.Group, query.Group),
        (enums.Exclude, search.Exclude),
        (enums.FilterKind, fields.FieldKind),
        (enums.JobState, records.JobState),
        (enums.Outcome, records.Outcome),
    ],
)
def test_enums_are_those_of_the_core(shown: type, known: type) -> None:
    pairs = {(member.name, member.value) for member in known}
    assert {(member.name, member.value) for member in shown} == pairs


def test_nothing_streams_and_nothing_subscribes() -> None:
    whole = schema()._schema
    assert whole.subscription_type is None
    assert {one.name for one in whole.directives} == {
        "skip", "include", "deprecated", "specifiedBy", "oneOf",
    }  # fmt: skip


def test_no_type_contains_itself() -> None:
    """So no query can go round in circles, however its limits are set."""
    types = schema()._schema.type_map

    def below(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"{' > '.join(path)} > {name}"
        for field in getattr(types[name], "fields", {}).values():
            below(get_named_type(field.type).name, (*path, name))

    below("Query", ())
    below("Mutation", ())
