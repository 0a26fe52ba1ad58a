"""Which end of a beat a single frame shows, by what is said of it; and views by names of files."""

import re
from enum import StrEnum

from measure.modes import View


class Phase(StrEnum):
    """An end of a beat; "" where nothing is said."""

    ED = "ED"
    ES = "ES"
    UNKNOWN = ""


OTHER_END = {Phase.ED: Phase.ES, Phase.ES: Phase.ED, Phase.UNKNOWN: Phase.UNKNOWN}

_PHASES = (
    (Phase.ED, r"\b(ed|ed[vf]|end[ -]*diastol\w*|diastol\w*|lvedv?)\b"),
    (Phase.ES, r"\b(es|es[vf]|end[ -]*systol\w*|systol\w*|lvesv?)\b"),
)
# Names of files are often hashes: only whole words of them count.
_VIEWS = {
    "a4c": View.A4C, "4ch": View.A4C, "ap4": View.A4C,
    "a2c": View.A2C, "2ch": View.A2C, "ap2": View.A2C,
}  # fmt: skip


def phase_named(text: str) -> Phase:
    """The end of a beat that a text names; none where it names both."""
    folded = re.sub(r"[_.|/]", " ", text).lower()
    found = [phase for phase, form in _PHASES if re.search(form, folded)]
    return found[0] if len(found) == 1 else Phase.UNKNOWN


def view_of_name(name: str) -> View:
    """The apical view that a word of a file's name is."""
    words = re.split(r"[^a-z0-9]+", name.lower())
    return next((_VIEWS[word] for word in words if word in _VIEWS), View.UNKNOWN)
