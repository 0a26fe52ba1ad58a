"""What is typed into the search box, against SQLite FTS5 itself and plain Python."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.errors import BadQuery
from infra.query import AllText, AnyText, NoText, Phrase, Text
from infra.text import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_WORDS,
    TOKENIZER,
    fold,
    parse_text,
    searchable,
)


def word(*words: str) -> Phrase:
    return Phrase(words)


A, B, C = word("a"), word("b"), word("c")


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("a", A),
        ("A b", AllText((A, B))),
        ("a AND b", AllText((A, B))),
        ("a and b", AllText((A, word("and"), B))),
        ("a OR b c", AnyText((A, AllText((B, C))))),
        ("(a OR b) c", AllText((AnyText((A, B)), C))),
        ('"a b" c', AllText((word("a", "b"), C))),
        ("“a b”", word("a", "b")),
        ("follow-up", word("follow", "up")),
        ("T2/FLAIR", word("t2", "flair")),
        ("cardio*", Phrase(("cardio",), prefix=True)),
        ('"heart fail"*', Phrase(("heart", "fail"), prefix=True)),
        ("-a", NoText(A)),
        ("NOT a", NoText(A)),
        ("a -b", AllText((A, NoText(B)))),
        ("a NOT (b c)", AllText((A, NoText(AllText((B, C)))))),
        ('-"a b"', NoText(word("a", "b"))),
        ("-(a OR b)", NoText(AnyText((A, B)))),
        ("NOT NOT a", A),
        ("NOT -a", A),
        ("Ödem café", AllText((word("odem"), word("cafe")))),
        ("e\u0301te\u0301", word("ete")),
        ("胸部 X線", AllText((word("胸部"), word("x線")))),
        ("a\0b\ud800c", AllText((A, B, C))),
        # what has no partner or operand is passed over
        ('"a b', word("a", "b")),
        ("((a", A),
        ("a)) b", AllText((A, B))),
        (") a (", A),
        ("a OR", A),
        ("AND a", A),
        ("a AND OR b", AnyText((A, B))),
        ("a NOT", A),
        ("- a", A),
        ("-- a", A),
        ("() a", A),
        ("a:b^2 {c}", AllText((word("a", "b", "2"), C))),
        ("NEAR(a b, 5)", AllText((word("near"), AllText((A, B, word("5")))))),
        *((source, None) for source in ("", " ", '"', '""', "*", "-", "(", "AND", "OR NOT", "!?;")),
    ],
)
def test_trees(source: str, tree: Text | None) -> None:
    assert parse_text(source) == tree


@pytest.mark.parametrize(
    "source", ["a " * MAX_CHARACTERS, "a " * (MAX_WORDS + 1), "(" * (MAX_DEPTH + 1) + "a"]
)
def test_too_much_is_refused(source: str) -> None:
    with pytest.raises(BadQuery):
        parse_text(source)


def test_as_much_as_is_allowed(words: sqlite3.Connection) -> None:
    assert parse_text("a " * MAX_WORDS) is not None
    assert parse_text("a" * MAX_CHARACTERS) is not None
    assert parse_text("-" * MAX_CHARACTERS) is None
    assert parse_text("NOT " * 2_000 + "a") == A
    assert parse_text("(" * MAX_DEPTH + "a") == A


@pytest.fixture
def words() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE t USING fts5 (x, tokenize = '{TOKENIZER}')")
    yield connection
    connection.close()


signs = st.sampled_from(list("\"()*-:^{}+,\\'.\0\ud800é Ãß\u0130ﬁ🫀胸\u200d\u0301\n"))
typed = st.text(st.one_of(signs, st.sampled_from("abAB "), st.characters()), max_size=40)


@settings(derandomize=True, deadline=None, max_examples=300)
@given(source=typed)
def test_words_are_those_of_fts5(source: str) -> None:
    """A document of this text is found by each of its words, as FTS5 is asked by a program."""
    (folded,) = fold([searchable(source)])
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE t USING fts5 (x, tokenize = '{TOKENIZER}')")
    connection.execute("INSERT INTO t VALUES (?)", (searchable(source),))
    if folded:
        for query in (*folded, " ".join(folded)):
            found = connection.execute("SELECT count(*) FROM t WHERE t MATCH ?", (f'"{query}"',))
            assert found.fetchone() == (1,)
    connection.close()


@settings(derandomize=True, deadline=None, max_examples=300)
@given(source=typed)
def test_folding_twice_is_folding_once(source: str) -> None:
    (folded,) = fold([searchable(source)])
    assert fold(list(folded)) == [(part,) for part in folded]


@settings(derandomize=True, deadline=None, max_examples=500)
@given(source=typed | st.lists(st.sampled_from(
    ["a", "b", "AND", "OR", "NOT", "-", "(", ")", '"', "*", " "])).map(" ".join)
)  # fmt: skip
def test_anything_can_be_typed(source: str) -> None:
    tree = parse_text(source)
    assert tree is None or leaves(tree)


def leaves(tree: Text) -> list[Phrase]:
    """The phrases of a well-formed tree."""
    match tree:
        case Phrase():
            assert tree.words
            return [tree]
        case NoText(part):
            return leaves(part)
        case AllText(parts) | AnyText(parts):
            assert len(parts) > 1
            return [leaf for part in parts for leaf in leaves(part)]
