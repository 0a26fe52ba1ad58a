import pytest

from infra.icd10 import Level, Place, key_at, place, title
from ingest.reports.icd10 import read_tabular, tabular_file


def test_every_code_of_the_list_is_in_its_place() -> None:
    wrong = [
        titled.term
        for titled in read_tabular(tabular_file())
        if place(titled.term.code)
        != Place(titled.term.category, titled.term.block, titled.term.chapter)
    ]
    assert wrong == []


@pytest.mark.parametrize("code", ["", "1", "J9", "zzzz", "\U0001f600"])
def test_what_is_no_code_has_no_place(code: str) -> None:
    found = place(code)
    assert (found.block, found.chapter) == ("", "")


@pytest.mark.parametrize(
    ("level", "key"),
    [
        (Level.CODE, "J98.11"),
        (Level.CATEGORY, "J98"),
        (Level.BLOCK, "J96-J99"),
        (Level.CHAPTER, "10"),
    ],
)
def test_a_code_at_each_level(level: Level, key: str) -> None:
    assert key_at(level, "J98.11") == key


def test_titles() -> None:
    assert title("10") == "Diseases of the respiratory system"
    assert title("J90-J94") == "Other diseases of the pleura"
    assert title("J90") == ""
