"""Reports find their studies: at once, or when the study comes.

A report that comes first is sealed (encrypted with the home's key) and waits; it is scrubbed when
its study is known, because only then the patient's names and date shift are.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from infra.query import AccessScope
from infra.records import Report, StudyKeys, WaitingReport
from infra.reindexing import index_cases
from infra.services import Services
from infra.settings import Settings
from ingest.identity import Pseudonyms
from ingest.report_drafts import RefusedReport, ReportDraft
from ingest.report_files import read_reports
from ingest.scrub import scrub
from ingest.summary import Summary

EVERYTHING = AccessScope.everything()


@dataclass(frozen=True, slots=True)
class Joined:
    """Studies that got a report that was waiting, and the waiting reports that are joined now."""

    studies: frozenset[str] = frozenset()
    waiting_ids: tuple[str, ...] = ()


class ReportIntake:
    """Joins reports to studies by study UID or accession number, original or pseudonym."""

    def __init__(self, services: Services, pseudonyms: Pseudonyms) -> None:
        self._services = services
        self._pseudonyms = pseudonyms

    def take_in(self, path: Path, settings: Settings, summary: Summary) -> None:
        """Read reports from a file or folder and join each, or let it wait.

        Raises UserError for a table without the columns that are needed.
        """
        for found in read_reports(path, settings):
            if isinstance(found, RefusedReport):
                summary.refused_reports.append(found)
            elif self._take(found):
                summary.reports_joined += 1

    def _take(self, draft: ReportDraft) -> bool:
        """Join a report to its studies, or keep it waiting. False when it was not joined."""
        if self._join_known(draft):
            return True
        if self._is_barred(draft.study_uid):
            return False
        waiting = self._waiting(draft)
        self._services.ledger.put_waiting([waiting])
        if not self._join_known(draft):
            return False
        # Another process stored the study just then, and may not have seen the report.
        self._services.ledger.drop_waiting([waiting.waiting_id])
        return True

    def _is_barred(self, study_uid: str) -> bool:
        tombs = [self._pseudonyms.tomb(kind, study_uid) for kind in ("study", "report")]
        return bool(study_uid and self._services.ledger.buried(tombs))

    def _join_known(self, draft: ReportDraft) -> bool:
        """Join a report to the studies that are there and index them; whether there were any."""
        studies = self._studies_of(draft)
        for study_uid in studies:
            self._join(draft, study_uid)
        index_cases(self._services, studies)
        return bool(studies)

    def join_waiting(self, join_keys: dict[str, tuple[str, ...]]) -> Joined:
        """Join the reports that wait for these studies (study UID -> join keys).

        The caller indexes the studies and drops the waiting reports only then: a crash in between
        must find them still waiting.
        """
        studies_of: dict[str, list[str]] = {}
        for study_uid, keys in join_keys.items():
            for key in keys:
                studies_of.setdefault(key, []).append(study_uid)
        joined: set[str] = set()
        waiting_ids: list[str] = []
        for report in self._services.ledger.waiting(studies_of):
            # A study that was refused is not in the catalog: its report waits on.
            studies = self._services.catalog.cases(studies_of[report.key], EVERYTHING)
            for study_uid in studies:
                self._join(self._unseal(report), study_uid)
                waiting_ids.append(report.waiting_id)
            joined.update(studies)
        return Joined(frozenset(joined), tuple(waiting_ids))

    # --- finding the study ------------------------------------------------------------------------

    def _studies_of(self, draft: ReportDraft) -> list[str]:
        named = {draft.study_uid, self._pseudonyms.uid(draft.study_uid)} - {""}
        known = sorted(self._services.catalog.cases(named, EVERYTHING))
        key = self._pseudonyms.accession_key(draft.accession)
        return known or self._services.catalog.studies_by_accession(key)

    # --- joining ----------------------------------------------------------------------------------

    def _join(self, draft: ReportDraft, study_uid: str) -> None:
        keys = self._services.catalog.study_keys(study_uid) or StudyKeys()
        text = draft.text if keys.identity_kept else scrub(draft.text, self._pseudonyms, keys)
        report = Report(
            report_id=(
                draft.report_id
                if keys.identity_kept
                else self._pseudonyms.report_id(draft.report_id)
            ),
            study_uid=study_uid,
            text=text,
            status=draft.status,
            date=_shifted(draft.date, keys.date_shift_days),
            received_at=datetime.now(UTC),
        )
        case = self._services.catalog.cases([study_uid], EVERYTHING).get(study_uid)
        if case is None or any(_is_same(report, stored) for stored in case.reports):
            return  # erased just now, or an older version that is received once more
        self._services.catalog.put_report(report, case.dataset)

    # --- waiting ----------------------------------------------------------------------------------

    def _waiting(self, draft: ReportDraft) -> WaitingReport:
        body = json.dumps({**asdict(draft), "source": ""}, default=str).encode()
        key = (
            self._pseudonyms.study_key(draft.study_uid)
            if draft.study_uid
            else self._pseudonyms.accession_key(draft.accession)
        )
        token = hashlib.sha256(body).hexdigest()
        return WaitingReport(
            waiting_id=self._pseudonyms.report_id(f"{key} {token}"),
            key=key,
            sealed=self._pseudonyms.seal(body),
            received_at=datetime.now(UTC),
        )

    def _unseal(self, report: WaitingReport) -> ReportDraft:
        values = json.loads(self._pseudonyms.unseal(report.sealed))
        written = values.pop("date")
        return ReportDraft(date=date.fromisoformat(written) if written else None, **values)


def join_keys(study_keys: Iterable[tuple[str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
    """Collect join keys by study UID from pairs; several files of one study add up."""
    collected: dict[str, dict[str, None]] = {}
    for study_uid, keys in study_keys:
        collected.setdefault(study_uid, {}).update(dict.fromkeys(keys))
    return {study_uid: tuple(keys) for study_uid, keys in collected.items()}


def _is_same(one: Report, other: Report) -> bool:
    return (one.report_id, one.text, one.date) == (other.report_id, other.text, other.date)


def _shifted(written: date | None, days: int) -> date | None:
    return written + timedelta(days=days) if written else None
