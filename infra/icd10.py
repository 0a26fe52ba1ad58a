"""Where an ICD-10-CM code belongs: category, block and chapter, and what those are called.

Source: the tabular list of NCHS (public domain), of which `icd10.tsv` has the chapters and blocks.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

_TABLE = Path(__file__).with_name("icd10.tsv")


class Level(StrEnum):
    """How finely findings are told apart, from coarse to fine."""

    CHAPTER = "chapter"
    BLOCK = "block"
    CATEGORY = "category"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Place:
    """Category is a code's first three characters, block a range ("J90-J94"; "J95" if it has one
    category), chapter a number as text ("10"). Block and chapter are "" for an unknown category.
    """

    category: str
    block: str = ""
    chapter: str = ""


def place(code: str) -> Place:
    """Where a code, or a category, belongs."""
    return _of_category(code[:3].upper())


@lru_cache(4_096)  # there are some 2,000
def _of_category(category: str) -> Place:
    rows = _rows()
    name = _strays().get(category) or max(
        (key for key, row in rows.items() if row.chapter and _holds(key, category)), default=""
    )
    return Place(category, name, rows[name].chapter) if name else Place(category)


def _holds(block: str, category: str) -> bool:
    return block.partition("-")[0] <= category <= block.rpartition("-")[2]


def key_at(level: Level, code: str) -> str:
    """The code itself or what it belongs to at a level; "" where that is not known."""
    return code if level is Level.CODE else str(getattr(place(code), level))


def title(key: str) -> str:
    """What a chapter or block is called; "" for other keys."""
    return _rows()[key].title if key in _rows() else ""


class _Row(NamedTuple):
    """Of a chapter, or of a block with its chapter; `strays` do not sort into the block's range."""

    chapter: str
    title: str
    strays: str


@cache
def _rows() -> dict[str, _Row]:
    lines = _TABLE.read_text("utf-8").splitlines()
    cells = (line.split("\t") for line in lines if not line.startswith("#"))
    return {key: _Row(*rest) for key, *rest in cells}


@cache
def _strays() -> dict[str, str]:
    """Of C4A its block, C43-C44: letters sort after digits, but here it comes before C44."""
    return {stray: key for key, row in _rows().items() for stray in row.strays.split()}
