"""Texts of any length in items of at most 400 KB."""

import random
import zlib

import pytest

from infra.aws.dynamo_bodies import PART, PLAIN, body_of, part_keys, text_of
from infra.aws.dynamo_calls import Lost
from infra.aws.dynamo_values import from_attributes, key_of, to_attributes

KEY = ("study#1.2.3", "report#r1#00000001")
LIMIT = 400_000  # of an item, with its names and keys


def noise(size: int) -> str:
    """ASCII that zlib cannot make smaller than three quarters."""
    return random.Random(size).randbytes(size).decode("latin-1").encode("utf-7").decode()[:size]


@pytest.mark.parametrize("size", [0, 1, PLAIN, PLAIN + 1, PART, 2 * PART, 5 * PART + 7])
@pytest.mark.parametrize("make", [noise, lambda size: "ä\N{SNOWMAN}"[: size % 2 + 1] * (size // 2)])
def test_any_text_comes_back_and_no_item_is_too_large(size: int, make: object) -> None:
    assert callable(make)
    text = make(size)
    body = body_of(KEY, text)
    owner = {"pk": KEY[0], "sk": KEY[1], **body.attributes}
    parts = {key_of(part): part for part in body.parts}
    assert text_of(owner, parts) == text
    assert part_keys(owner) == list(parts)
    for item in [owner, *body.parts]:
        assert sum(len(name) + len(value) for name, value in _sizes(item)) < LIMIT


def _sizes(item: dict[str, object]) -> list[tuple[str, bytes]]:
    return [(k, v if isinstance(v, bytes) else str(v).encode()) for k, v in item.items()]


def test_short_text_can_be_read_by_people_and_long_text_is_packed() -> None:
    assert body_of(KEY, "clear").attributes == {"text": "clear"}
    assert zlib.decompress(body_of(KEY, "clear " * 2_000).attributes["packed"])


def test_parts_sort_behind_their_owner_and_have_new_names_each_time() -> None:
    text = noise(3 * PART)
    one, other = body_of(KEY, text), body_of(KEY, text)
    assert all(part["sk"] > KEY[1] for part in one.parts)
    assert [part["sk"] for part in one.parts] == sorted(part["sk"] for part in one.parts)
    assert not {part["sk"] for part in one.parts} & {part["sk"] for part in other.parts}


def test_a_text_whose_parts_are_gone_was_replaced() -> None:
    body = body_of(KEY, noise(3 * PART))
    parts = {key_of(part): part for part in body.parts[1:]}
    with pytest.raises(Lost):
        text_of({"pk": KEY[0], "sk": KEY[1], **body.attributes}, parts)


def test_items_come_back_as_they_were() -> None:
    item = {"pk": "a", "sk": "b", "n": -3, "yes": True, "no": False, "raw": b"\0\xff", "empty": ""}
    assert from_attributes(to_attributes({**item, "nothing": None})) == item
