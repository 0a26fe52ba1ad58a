"""The short notation of the tables: "(pleural|subpulmonic) effusion | fluid in [the] pleura"."""

import re
from collections.abc import Iterator
from itertools import product

from ingest.reports.tokens import Tokens

Words = tuple[str, ...]

_PIECE = re.compile(r"\\[()\[\]|]|[()\[\]|]|[^()\[\]|\\]+")


def expand(notation: str) -> Iterator[str]:
    """Every phrase that a cell stands for. "(a|b)" is one of, "[a|b]" one of or none; a backslash
    takes a sign literally.
    """
    for alternative in _split(notation):
        yield from (" ".join("".join(parts).split()) for parts in product(*_choices(alternative)))


def normalised(phrase: str) -> Words:
    """A phrase as the words that `Tokens` would make of it."""
    return tuple(Tokens(phrase).words)


def _split(notation: str) -> Iterator[list[str]]:
    """Cut at the "|" that stand outside of brackets."""
    depth, current = 0, list[str]()
    for piece in _PIECE.findall(notation):
        if piece in "([":
            depth += 1
        elif piece in ")]":
            depth -= 1
        if piece == "|" and depth == 0:
            yield current
            current = []
        else:
            current.append(piece)
    yield current


def _choices(pieces: list[str]) -> list[list[str]]:
    """For each place of a phrase what may stand there."""
    places: list[list[str]] = []
    group: list[str] | None = None
    for piece in pieces:
        if piece in "([":
            group = [""] if piece == "(" else ["", ""]
        elif piece in ")]" and group is not None:
            places.append(group)
            group = None
        elif group is None:
            places.append([piece.removeprefix("\\")])
        elif piece == "|":
            group.append("")
        else:
            group[-1] += piece
    return places


def phrases_of(notation: str) -> Iterator[Words]:
    """Every phrase of a cell as normalised words."""
    for phrase in expand(notation):
        yield normalised(phrase)
