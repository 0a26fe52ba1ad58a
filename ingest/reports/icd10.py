"""ICD-10-CM: what a code means and where it belongs.

Source: the tabular list of NCHS (public domain) as the package simple-icd-10-cm carries it. Its XML
is read directly: importing the package builds a tree of 98,000 objects, which takes seconds.
"""

import importlib.util
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.errors import BadSetup

_RANGE = re.compile(r"\s*\([A-Z0-9]+(?:-[A-Z0-9]+)?\)\s*$")


@dataclass(frozen=True, slots=True)
class Term:
    """One code: category is its first three characters, block a range ("J90-J94"), chapter a
    number as text ("10").
    """

    code: str
    description: str
    category: str
    block: str
    chapter: str


@dataclass(frozen=True, slots=True)
class Titled:
    """A code with the phrases that the tabular list gives for it."""

    term: Term
    inclusions: tuple[str, ...]


def tabular_file() -> Path:
    """The XML of the tabular list. Raises BadSetup where the package is missing."""
    spec = importlib.util.find_spec("simple_icd_10_cm")
    if spec is None or not spec.submodule_search_locations:
        raise BadSetup("The package simple-icd-10-cm, which carries ICD-10-CM, is not installed.")
    found = sorted(Path(spec.submodule_search_locations[0]).glob("data/icd10c*-tabular-*.xml"))
    if not found:
        raise BadSetup("The package simple-icd-10-cm carries no ICD-10-CM tabular list.")
    return found[-1]


def read_tabular(path: Path) -> Iterator[Titled]:
    """Every category and subcategory in the order of the list (no seventh characters)."""
    # The file comes from an installed package, not from a user.
    for chapter in ET.parse(path).getroot().iter("chapter"):  # noqa: S314
        number = chapter.findtext("name", "")
        for section in chapter.iter("section"):
            block = section.get("id", "").strip()
            for diagnosis in section.iter("diag"):
                yield _titled(diagnosis, block, number)


def _titled(diagnosis: ET.Element, block: str, chapter: str) -> Titled:
    code = diagnosis.findtext("name", "")
    notes = [
        note.text
        for kind in ("inclusionTerm", "includes")
        for holder in diagnosis.findall(kind)
        for note in holder
        if note.text
    ]
    term = Term(code, diagnosis.findtext("desc", ""), code[:3], block, chapter)
    return Titled(term, tuple(_RANGE.sub("", note) for note in notes))
