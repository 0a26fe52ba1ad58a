"""The tagger that the settings name."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from threading import Lock

from infra.errors import BadSetup, PartlyTagged
from infra.ports import ReportTagger
from infra.records import Finding, Report
from infra.settings import Settings
from infra.wiring import open_remote_tagger
from ingest.reports.sections import section_at, split_sections
from ingest.reports.tagger import RulesTagger, open_tagger

RULES = "rules"

_opening = Lock()


def open_configured(settings: Settings) -> ReportTagger:
    """The tagger of the settings, opened once in a process. Raises BadSetup for a wrong name."""
    with _opening:
        return _opened(settings.tagger)


def open_rules() -> RulesTagger:
    """Our rules, opened once in a process, whatever the settings name."""
    with _opening:
        return _rules()


@lru_cache(1)
def _rules() -> RulesTagger:
    return open_tagger()


@lru_cache(1)
def _opened(name: str) -> ReportTagger:
    if name == RULES:
        return _rules()
    remote = open_remote_tagger(name)
    if remote is None:
        raise BadSetup(f"SIMILIS_TAGGER must be rules or comprehend, not {name!r}.")
    return WithSections(remote)


class WithSections:
    """A tagger that knows no sections, and which section each of its findings is in."""

    def __init__(self, tagger: ReportTagger) -> None:
        self._tagger = tagger

    @property
    def tagger_id(self) -> str:
        """That of the tagger."""
        return self._tagger.tagger_id

    def tag(self, report: Report) -> Sequence[Finding]:
        """Its findings. Raises what it raises."""
        try:
            return _placed(report, self._tagger.tag(report))
        except PartlyTagged as error:
            raise PartlyTagged(str(error), _placed(report, error.findings)) from error


def _placed(report: Report, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    sections = split_sections(report.text)
    return tuple(replace(f, section=section_at(sections, f.begin).name) for f in findings)
