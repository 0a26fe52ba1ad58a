"""A report's sections: where each begins and ends, and what is asserted there by default."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ingest.reports.phrases import expand
from ingest.reports.tables import rows

UNLABELLED = "unlabelled"


@dataclass(frozen=True, slots=True)
class Section:
    """`begin` to `end` count code points; the heading belongs to the section.

    `default` is the assertion of findings about which nothing else is said: "" for present,
    "asked" where findings of imaging are what the examination is to find out.
    """

    name: str
    begin: int
    end: int
    heading: str = ""
    default: str = ""


def split_sections(text: str) -> list[Section]:
    """Sections in order; together they cover the text. [] for an empty text."""
    pattern, meanings = _headings()
    starts = [(0, UNLABELLED, "", "")]
    for match in pattern.finditer(text):
        name = match["name"]
        if _is_heading(match):
            section, default = meanings[_plain(name)]
            starts.append((match.start("name"), section, name, default))
    ends = [begin for begin, *_ in starts[1:]] + [len(text)]
    return [
        Section(name, begin, end, heading, default)
        for (begin, name, heading, default), end in zip(starts, ends, strict=True)
        if text[begin:end].strip()
    ]


def section_at(sections: Sequence[Section], place: int) -> Section:
    """The section that a place of the text belongs to."""
    found = bisect_right(sections, place, key=lambda section: section.begin) - 1
    return sections[max(found, 0)]


def _is_heading(match: re.Match[str]) -> bool:
    """Within a line a heading needs a capital and a colon; on its own line a colon or nothing."""
    name, tail = match["name"], match["tail"]
    if match["inline"] is None:
        return ":" in tail or name[0].isupper()
    return ":" in tail and (name.isupper() or (name[0].isupper() and len(name) > 3))


@cache
def _headings() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    meanings = {
        _plain(heading): (name, default)
        for name, default, notation in rows("sections.tsv")
        for heading in expand(notation)
    }
    names = "|".join(
        re.escape(heading).replace(r"\ ", r"[ \t]{1,3}")
        for heading in sorted(meanings, key=len, reverse=True)
    )
    # Every repetition is bounded: linear in the length of the text.
    lead = r"(?:(?:^|[\n\r])[ \t#*>\-_\d.)]{0,12}|(?P<inline>[.;>*)\]?][ \t]{0,3}|[ \t]{2}))"
    tail = r"(?P<tail>[ \t*_]{0,4}(?:</\w{1,8}>)?[ \t]{0,4}(?::|(?=[\r\n])|\Z|-[ \t]))"
    return re.compile(f"{lead}(?P<name>{names}){tail}", re.IGNORECASE), meanings


def _plain(heading: str) -> str:
    return " ".join(heading.lower().split())
