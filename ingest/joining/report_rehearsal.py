"""What would become of reports, decided without storing anything."""

from collections.abc import Set
from pathlib import Path

from infra.services import Services
from infra.settings import Settings
from ingest.joining.report_drafts import RefusedReport, ReportDraft
from ingest.joining.report_files import read_reports
from ingest.joining.report_intake import ReportIntake
from ingest.summary import ForetoldReport, Summary


class ReportRehearsal:
    """Foretells what `ReportIntake` would do, after files of studies with these join keys."""

    def __init__(self, services: Services, intake: ReportIntake, arriving: Set[str]) -> None:
        self._services = services
        self._intake = intake
        self._arriving = arriving
        self._new: set[str] = set()
        kept = services.ledger.waiting(arriving)
        self._gone = {report.waiting_id for report in kept if not report.joined}

    @property
    def more_waiting(self) -> int:
        """How many more reports would wait afterwards than do now."""
        return len(self._new) - len(self._gone)

    def take_in(self, path: Path, settings: Settings, summary: Summary) -> None:
        """Say of each report whether it would be joined, wait or be refused. Raises UserError."""
        summary.foretold_reports = foretold = []
        for found in read_reports(path, settings):
            if isinstance(found, RefusedReport):
                summary.refused_reports.append(found)
                outcome, reason = "refused", found.reason
            else:
                outcome, reason = self._outcome(found)
                summary.reports_joined += outcome == "joined"
            foretold.append(ForetoldReport(source=found.source, outcome=outcome, reason=reason))

    def _outcome(self, draft: ReportDraft) -> tuple[str, str]:
        joins = not self._arriving.isdisjoint(self._intake.keys_of(draft))
        if not joins and self._intake.is_barred(draft):
            return "refused", "erased"
        report = self._intake.waiting(draft)
        there = [kept for kept in self._services.ledger.waiting([report.key]) if not kept.joined]
        waits = report.waiting_id in {kept.waiting_id for kept in there}
        if joins or self._intake.studies_of(draft):
            self._gone |= {report.waiting_id} if waits else set()
            return "joined", ""
        self._new |= set() if waits else {report.waiting_id}
        return "waiting", ""
