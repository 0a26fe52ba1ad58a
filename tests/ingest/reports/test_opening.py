"""The tagger is the one that the settings name."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from infra.errors import BadSetup, PartlyTagged
from infra.records import Finding, Report
from infra.settings import Settings
from ingest.reports.opening import WithSections, open_configured, open_rules
from tests.contracts.examples import finding, report

TEXT = "INDICATION: cough. IMPRESSION: effusion."


class Remote:
    tagger_id = "remote-1"
    partly = False

    def tag(self, report: Report) -> Sequence[Finding]:
        begin = report.text.index("effusion")
        found = (replace(finding(section=""), begin=begin, end=begin + 8),)
        if self.partly:
            raise PartlyTagged("a part", found)
        return found


def test_rules_are_opened_once() -> None:
    assert open_configured(Settings()) is open_rules() is open_configured(Settings())


def test_a_wrong_name_says_which_there_are() -> None:
    with pytest.raises(BadSetup, match="rules or comprehend"):
        open_configured(Settings(tagger="magic"))


def test_comprehend_needs_no_credentials_to_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    assert open_configured(Settings(tagger="comprehend")).tagger_id == "comprehend-medical-1"


def test_findings_of_a_remote_tagger_get_their_section() -> None:
    (found,) = WithSections(Remote()).tag(report(TEXT))
    assert found.section == "impression"
    remote = Remote()
    remote.partly = True
    with pytest.raises(PartlyTagged) as failed:
        WithSections(remote).tag(report(TEXT))
    assert [one.section for one in failed.value.findings] == ["impression"]
    assert WithSections(remote).tagger_id == "remote-1"
