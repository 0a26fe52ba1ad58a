"""What one run of ingest did: the counts that `similis ingest --json` prints."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from infra.records import Outcome
from ingest.joining.report_drafts import RefusedReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ForetoldReport:
    """What a dry run says of a report: "joined", "waiting" or "refused" (for a reason)."""

    source: str
    outcome: str
    reason: str = ""


@dataclass(slots=True)
class Summary:
    """Counts of one run. received = indexed + attached + duplicate + conflict + refused."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    reports_joined: int = 0
    refused_reports: list[RefusedReport] = field(default_factory=list)
    foretold_reports: list[ForetoldReport] | None = None  # by a dry run with reports
    waiting_reports: int = 0
    reports_tagged: int = 0
    reports_untagged: int = 0
    measured: int = 0
    unmeasured: int = 0
    seconds: float = 0.0

    def add(self, outcome: Outcome, reason: str = "") -> None:
        """Count one file."""
        self.outcomes[outcome] += 1
        if reason and outcome in (Outcome.REFUSED, Outcome.CONFLICT):
            self.reasons[reason] += 1

    def merge(self, other: "Summary") -> None:
        """Add the counts of another run."""
        self.outcomes.update(other.outcomes)
        self.reasons.update(other.reasons)
        self.unchanged += other.unchanged
        self.reports_joined += other.reports_joined
        self.refused_reports += other.refused_reports
        self.reports_tagged += other.reports_tagged
        self.reports_untagged = other.reports_untagged  # of the archive, not of the run
        self.measured += other.measured
        self.unmeasured = other.unmeasured  # of the archive, as well
        self.seconds += other.seconds

    @property
    def received(self) -> int:
        """All files of this run."""
        return sum(self.outcomes.values())

    @property
    def refused(self) -> int:
        """Files of this run that were refused."""
        return self.outcomes[Outcome.REFUSED]

    def as_json(self) -> dict[str, Any]:
        """The documented JSON form."""
        foretold = self.foretold_reports
        return {
            "received": self.received,
            **{outcome.value: self.outcomes[outcome] for outcome in Outcome},
            "unchanged": self.unchanged,
            "waiting_reports": self.waiting_reports,
            "reports_joined": self.reports_joined,
            "reports_refused": len(self.refused_reports),
            "reports_tagged": self.reports_tagged,
            "reports_untagged": self.reports_untagged,
            "measured": self.measured,
            "unmeasured": self.unmeasured,
            "reasons": dict(sorted(self.reasons.items())),
            "seconds": round(self.seconds, 3),
            **({} if foretold is None else {"reports": [asdict(report) for report in foretold]}),
        }
