"""Sentences of many kinds and what they say: `challenges.tsv`, one test for each group."""

from pathlib import Path

import pytest

from infra.records import Finding
from ingest.reports.tagger import RulesTagger

CHALLENGES = Path(__file__).with_name("challenges.tsv")


def read_groups() -> dict[str, list[tuple[str, list[str]]]]:
    """Group -> sentences with what is expected of each."""
    groups: dict[str, list[tuple[str, list[str]]]] = {}
    for line in CHALLENGES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            group, sentence, *said = line.split("\t")
            expected = [one.strip() for one in said[0].split(";")] if said else []
            groups.setdefault(group, []).append((sentence.replace("\\n", "\n"), expected))
    return groups


GROUPS = read_groups()


def fits(finding: Finding, expected: str) -> bool:
    """Whether a finding is what a line of the table says, `effusion present right mild`."""
    name, assertion, *attributes = expected.split()
    coded = name[0].isupper() and finding.code.startswith(name)
    said = {finding.laterality, finding.severity, finding.location}
    return (
        (finding.finding_id == name or coded)
        and finding.assertion == assertion
        and {attribute.replace("_", " ") for attribute in attributes} <= said
    )


def wrong(sentence: str, expected: list[str], tagger: RulesTagger) -> str:
    """What is missing and what is too much; "" if nothing is."""
    found = list(tagger.read(sentence).findings)
    missing = []
    for one in expected:
        match = next((finding for finding in found if fits(finding, one)), None)
        if match is None:
            missing.append(one)
        else:
            found.remove(match)
    extra = [f"{f.finding_id} {f.code} {f.assertion} ({f.trigger})" for f in found]
    return f"{sentence!r}: missing {missing}, not expected {extra}" if missing or extra else ""


@pytest.mark.parametrize("group", [name for name in GROUPS if name != "normal"])
def test_each_sentence_of_a_group_is_understood(group: str, tagger: RulesTagger) -> None:
    faults = [wrong(sentence, expected, tagger) for sentence, expected in GROUPS[group]]
    assert [fault for fault in faults if fault] == []


def test_normal_reports_of_all_kinds_have_no_finding(tagger: RulesTagger) -> None:
    said = [
        (sentence[:40], finding.text, str(finding.assertion))
        for sentence, _ in GROUPS["normal"]
        for finding in tagger.read(sentence).findings
        if finding.assertion != "absent"
    ]
    assert said == []


def test_the_comparison_can_fail(tagger: RulesTagger) -> None:
    assert wrong("No effusion.", ["effusion absent"], tagger) == ""
    assert "effusion present" in wrong("No effusion.", ["effusion present"], tagger)
    assert "not expected" in wrong("No effusion.", [], tagger)
    assert wrong("Small left effusion.", ["effusion present left severe"], tagger) != ""
