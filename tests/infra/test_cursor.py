"""Page cursors: what is written is read back, anything else is refused."""

import base64
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.cursor import Position, read_cursor, write_cursor
from infra.errors import BadQuery
from infra.query import Exists, Near, Page, Query

QUERY = Query(filter=Exists("sex"), near=Near(np.eye(1, 1024, dtype=np.float32)[0], "m1"))
positions = st.builds(
    Position,
    st.integers(1, 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=70),
)


def at(after: str | None, query: Query = QUERY) -> Query:
    return replace(query, page=Page(5, after))


def test_the_first_page_has_none() -> None:
    assert read_cursor(QUERY) is None


@settings(derandomize=True, deadline=None)
@given(position=positions)
def test_what_is_written_is_read_back(position: Position) -> None:
    assert read_cursor(at(write_cursor(QUERY, position))) == position


def test_it_belongs_to_its_query_and_model() -> None:
    after = write_cursor(QUERY, Position(1, 0.5, "a"))
    assert QUERY.near is not None
    other_model = replace(QUERY, near=replace(QUERY.near, model_id="m2"))
    other_vector = replace(QUERY, near=replace(QUERY.near, values=-QUERY.near.values))
    for other in (other_model, other_vector, replace(QUERY, near=None)):
        with pytest.raises(BadQuery, match="another query"):
            read_cursor(at(after, other))


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda part: st.lists(part, max_size=5),
    max_leaves=8,
)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(after=st.text(max_size=80) | anything.map(encoded))
def test_anything_else_is_refused(after: str) -> None:
    with pytest.raises(BadQuery, match="cursor"):
        read_cursor(at(after))
