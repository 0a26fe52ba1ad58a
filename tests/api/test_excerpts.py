"""Marked pieces of report texts: what a search finds is what is marked, in any script."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.excerpts import CUT, EXCERPT, LEAD, Piece, excerpts, marked_text, matches
from infra.text import fold, parse_text

PIECES = settings(derandomize=True, deadline=None, max_examples=150)
LETTERS = "aAeEéÉßİſσςΣ\u0301\u0308 -.,\n\u00a0\t\0\x02\x03漢字😀\U0001d54fﬁ०1٣"


def marks(text: str, asked: str) -> list[str]:
    return [piece.text for piece in marked_text(text, asked) if piece.marked]


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("Large effusion. Effusions?", "effusion", ["effusion"]),
        ("Large effusion. Effusions?", "effus*", ["effusion", "Effusions"]),
        ("Pleural effusion; effusion, pleural.", '"pleural effusion"', ["Pleural effusion"]),
        ("A follow-up and a follow up.", "follow-up", ["follow-up", "follow up"]),
        ("Ödem, Oedem, O\u0308DEM", "odem", ["Ödem", "O\u0308DEM"]),
        ("Struma, STRUMA", "struma OR mass", ["Struma", "STRUMA"]),
        ("No mass, no node.", "mass -node", ["mass"]),
        ("No mass, no node.", "NOT mass", []),
        ("No mass, no node.", "(mass node)", ["mass", "node"]),
        ("😀😀 mass 漢字", "mass 漢字", ["mass", "漢字"]),
        ("a b a b a", '"a b" "b a"', ["a b a b a"]),  # one run where matches overlap
        ("", "mass", []),
        ("mass", "", []),
        ("mass", "!?", []),
        ("heart fail, heart failure", '"heart fail"*', ["heart fail", "heart failure"]),
        ("x\x02mass\x03y", "mass", ["mass"]),
    ],
)  # fmt: skip
def test_marks_are_what_was_asked(text: str, asked: str, found: list[str]) -> None:
    assert marks(text, asked) == found


@given(st.text(LETTERS, max_size=60), st.text(LETTERS + '"*', min_size=1, max_size=8))
@PIECES
def test_pieces_together_are_the_text(text: str, asked: str) -> None:
    pieces = marked_text(text, asked)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)


@given(st.text(LETTERS, max_size=40), st.text(LETTERS.replace(" ", ""), min_size=1, max_size=4))
@PIECES
def test_marks_fold_to_the_words_asked(text: str, word: str) -> None:
    folded = fold([word])[0]
    asked = parse_text(f'"{word}"')
    spans = matches([text], asked)[0]
    for low, high in spans:
        words = fold([text[low:high]])[0]
        assert words[: len(folded)] == folded
    has_them = _holds(fold([text])[0], folded)
    assert bool(spans) == has_them


def _holds(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return size > 0 and any(words[i : i + size] == phrase for i in range(len(words) - size + 1))


@given(
    st.lists(st.lists(st.text(LETTERS, max_size=700), max_size=3), max_size=4),
    st.sampled_from(["", "a", "e*", "é a", '"a e"', "漢字"]),
)
@PIECES
def test_an_excerpt_is_a_part_of_a_report(reports: list[list[str]], asked: str) -> None:
    found = excerpts(reports, parse_text(asked))
    assert len(found) == len(reports)
    for texts, pieces in zip(reports, found, strict=True):
        shown = "".join(piece.text for piece in _without_cuts(pieces))
        assert any(shown in text for text in texts) or not shown
        assert len(shown) <= EXCERPT + 1
        if any(text.strip() for text in texts):
            assert pieces


def _without_cuts(pieces: list[Piece]) -> list[Piece]:
    return [piece for piece in pieces if piece != Piece(CUT, marked=False)]


def test_an_excerpt_begins_a_little_before_the_first_match() -> None:
    text = "word " * 200 + "the effusion is here " + "word " * 200
    (pieces,) = excerpts([[text]], parse_text("effusion"))
    assert pieces[0].text == pieces[-1].text == CUT
    before = pieces[1].text
    assert before.startswith("word")
    assert len(before) <= LEAD + 1
    assert [piece.text for piece in pieces if piece.marked] == ["effusion"]
    assert pieces[-2].text.endswith("word")


def test_the_report_that_matches_is_shown() -> None:
    (pieces,) = excerpts([["Nothing.", "", "An effusion."]], parse_text("effusion"))
    assert "".join(piece.text for piece in pieces) == "An effusion."


def test_without_a_match_the_first_report_begins() -> None:
    long = "No match in this. " * 40
    shown = excerpts([[" ", long], ["Short."], []], None)
    assert shown[1] == [Piece("Short.", marked=False)]
    assert shown[2] == []
    assert shown[0][-1].text == CUT
    assert long.startswith(shown[0][0].text)


def test_a_match_without_spaces_is_cut_all_the_same() -> None:
    (pieces,) = excerpts([["字" * 1_000]], None)
    assert len(pieces[0].text) == EXCERPT
