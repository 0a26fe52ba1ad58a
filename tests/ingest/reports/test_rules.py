"""Sections, sentences, the notation of the tables, titles of ICD-10-CM, and the cache."""

import json
from pathlib import Path

import pytest

from infra.errors import BadSetup
from ingest.reports import cache, compiling, tables
from ingest.reports.cache import compiled_lexicon, sources_hash
from ingest.reports.icd10 import read_tabular, tabular_file
from ingest.reports.phrases import expand
from ingest.reports.sections import section_at, split_sections
from ingest.reports.sentences import sentence_starts
from ingest.reports.tables import rows
from ingest.reports.tagger import RulesTagger
from ingest.reports.titles import leaves
from ingest.reports.tokens import Tokens
from ingest.reports.variants import variants
from ingest.reports.words import stem


def sections(text: str) -> list[tuple[str, str]]:
    return [(s.name, text[s.begin : s.end].strip()) for s in split_sections(text)]


def test_sections_on_lines_and_within_a_line() -> None:
    text = "INDICATION: Cough.\nFINDINGS: Clear. IMPRESSION: Normal.\nAddendum: None."
    assert sections(text) == [
        ("indication", "INDICATION: Cough."),
        ("findings", "FINDINGS: Clear."),
        ("impression", "IMPRESSION: Normal."),
        ("addendum", "Addendum: None."),
    ]


def test_a_report_without_headings_is_one_section() -> None:
    assert sections("The impression is that of a normal chest.") == [
        ("unlabelled", "The impression is that of a normal chest.")
    ]


def test_headings_in_html_and_without_colon() -> None:
    assert [name for name, _ in sections("<b>FINDINGS:</b> Clear.<br><b>IMPRESSION:</b> x")] == [
        "unlabelled",
        "findings",
        "impression",
    ]
    assert [name for name, _ in sections("TECHNIQUE\nPA.\nIMPRESSION\nClear.")] == [
        "technique",
        "impression",
    ]


def test_sections_cover_the_text_and_nothing_is_empty() -> None:
    text = "FINDINGS: a\n\nIMPRESSION: b"
    found = split_sections(text)
    assert "".join(text[s.begin : s.end] for s in found) == text
    assert section_at(found, len(text) - 1).name == "impression"
    assert split_sections("") == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("No effusion. Heart normal.", 2),
        ("no effusion. heart normal.", 2),
        ("Seen by Dr. Who at 3.5 cm vs. 4 cm.", 1),
        ("No effusion\nHeart normal", 2),
        ("No effusion or\nPneumothorax", 1),
        ("The cardiac silhouette is of normal size and the lungs are clear of\nconsolidation.", 1),
        ("One\n\ntwo", 2),
        ("Opacity? Yes.", 2),
        ("Opacity ?pneumonia", 1),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentence_starts(Tokens(text))) == count


def test_notation_of_the_tables() -> None:
    assert list(expand("a (b|c d) [e] | f")) == ["a b", "a b e", "a c d", "a c d e", "f"]
    assert list(expand("\\( x")) == ["( x"]


def test_words_have_one_spelling() -> None:
    assert stem("Atelectases") == stem("atelectasis")
    assert stem("oedema") == "edema"
    assert stem("Haemorrhage") == stem("hemorrhages")
    assert stem("masses") == stem("mass")


def test_titles_are_written_in_several_ways() -> None:
    said = {phrase for phrase, _ in variants("Abscess, lung (chronic), unspecified")}
    assert "Pneumonia" in {phrase for phrase, _ in variants("Pneumonia, unspecified organism")}
    assert "lung Abscess" in {phrase for phrase, _ in variants("Abscess, lung")}
    assert "Other" not in said
    assert list(variants("Other specified diseases of heart")) == []


def test_a_category_stands_for_its_unspecified_code() -> None:
    known = {titled.term.code: titled.term for titled in read_tabular(tabular_file())}
    complete = leaves(known.values())
    assert complete["E55"] == "E55.9"
    assert complete["C92"] == "C92.90"
    assert complete["J45.90"] == "J45.909"
    assert complete["J98.11"] == "J98.11"
    assert all(code in known for code in complete.values())


def test_the_tabular_list_knows_where_a_code_belongs(tagger: RulesTagger) -> None:
    term = tagger.lexicon.term("J98.11")
    assert (term.description, term.category, term.block, term.chapter) == (
        "Atelectasis",
        "J98",
        "J96-J99",
        "10",
    )
    assert sum(1 for _ in read_tabular(tabular_file())) > 40_000


def test_tables_are_well_formed() -> None:
    widths = {
        "triggers.tsv": {4},
        "radiology.tsv": {4},
        "synonyms.tsv": {2},
        "sections.tsv": {3},
        "parts.tsv": {5},
        "shields.tsv": {2},
        "sites.tsv": {5},
        "attributes.tsv": {3},
        "entities.tsv": {2},
        "abbreviations.tsv": {3, 4},
    }
    for name, allowed in widths.items():
        assert {len(row) for row in rows(name)} <= allowed, name


def test_a_code_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(name: str) -> list[tuple[str, ...]]:
        return [("Z00.XX", "wobbles")] if name == "synonyms.tsv" else list(tables.rows(name))

    monkeypatch.setattr(compiling, "rows", wrong)
    with pytest.raises(BadSetup, match=r"Z00\.XX"):
        compiling.compile_lexicon(tabular_file())


def test_the_cache_is_used_and_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []

    def compile_small(tabular: Path) -> dict[str, list[str]]:
        made.append(tabular)
        return {"words": ["lung"]}

    monkeypatch.setattr(cache, "compile_lexicon", compile_small)
    key, first = compiled_lexicon(tmp_path)
    assert compiled_lexicon(tmp_path) == (key, first)
    assert len(made) == 1
    (kept,) = tmp_path.iterdir()
    kept.write_text("{broken", encoding="utf-8")
    assert compiled_lexicon(tmp_path) == (key, first)
    assert json.loads(kept.read_bytes()) == first
    monkeypatch.setattr(cache, "sources_hash", lambda: "other")
    compiled_lexicon(tmp_path)
    assert len(made) == 3


def test_a_folder_that_cannot_be_written_only_costs_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "compile_lexicon", lambda tabular: {"words": []})
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    assert compiled_lexicon(blocked / "below")[0] == sources_hash()
