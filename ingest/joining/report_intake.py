"""Reports find their studies: at once, or when the study comes.

A report that comes first is sealed (encrypted with the home's key) and waits; it is scrubbed when
its study is known, because only then the patient's names and date shift are. One that names an
accession number is kept like this after it has joined: another study of that number may come.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from infra.parts import in_parts
from infra.query import AccessScope
from infra.records import Report, StudyKeys, WaitingReport
from infra.reindexing import index_cases
from infra.services import Services
from infra.settings import Settings
from ingest.joining.report_drafts import RefusedReport, ReportDraft
from ingest.joining.report_files import read_reports
from ingest.privacy.identity import Pseudonyms
from ingest.privacy.scrub import scrub
from ingest.summary import Summary

EVERYTHING = AccessScope.everything()
TOGETHER = 128  # reports kept, joined and indexed in one step: an index is refreshed once for each


@dataclass(frozen=True, slots=True)
class Joined:
    """Studies that got a report, and the kept reports that have joined: `stay` for studies to come,
    or are `over` because they name their one study.
    """

    studies: frozenset[str] = frozenset()
    stay: tuple[str, ...] = ()
    over: tuple[str, ...] = ()


class ReportIntake:
    """Joins reports to studies by study UID or accession number, original or pseudonym."""

    def __init__(self, services: Services, pseudonyms: Pseudonyms) -> None:
        self._services = services
        self._pseudonyms = pseudonyms

    def take_in(self, path: Path, settings: Settings, summary: Summary) -> None:
        """Read reports from a file or folder and join each, or let it wait.

        Raises UserError for a table without the columns that are needed.
        """
        for found in in_parts(read_reports(path, settings), TOGETHER):
            summary.refused_reports += [one for one in found if isinstance(one, RefusedReport)]
            drafts = [one for one in found if isinstance(one, ReportDraft)]
            summary.reports_joined += self._take([one for one in drafts if not self.is_barred(one)])

    def _take(self, drafts: Sequence[ReportDraft]) -> int:
        """Join reports to their studies, or keep them waiting; how many were joined.

        They are kept first: a study that another process stores meanwhile is either seen here, or
        sees the reports; and a run that is killed in between finds them unfinished.
        """
        with self._services.together():
            kept = self._keep(drafts)
            found = [
                self._join_all(one, draft, self.studies_of(draft))
                for one, draft in zip(kept, drafts, strict=True)
            ]
            joined = all_of(found)
            index_cases(self._services, joined.studies)
            self.settle(joined)
        return sum(bool(one.stay or one.over) for one in found)

    def is_barred(self, draft: ReportDraft) -> bool:
        """Whether the study that a report names was erased, and is not back."""
        if not draft.study_uid:
            return False
        tombs = [self._pseudonyms.tomb(kind, draft.study_uid) for kind in ("study", "report")]
        return bool(self._services.ledger.buried(tombs)) and not self.studies_of(draft)

    def join_waiting(self, join_keys: dict[str, tuple[str, ...]]) -> Joined:
        """Join the reports that are kept for these studies (study UID -> join keys).

        The caller indexes the studies and settles only then: a crash in between must find the
        reports as they were.
        """
        studies_of: dict[str, set[str]] = {}
        for study_uid, keys in join_keys.items():
            for key in keys:
                studies_of.setdefault(key, set()).add(study_uid)
        return all_of(
            self._join_all(kept, self._unseal(kept), self._present(kept, studies_of[kept.key]))
            for kept in self._services.ledger.waiting(studies_of)
        )

    def _present(self, kept: WaitingReport, named: Iterable[str]) -> list[str]:
        """Studies of these that are in the catalog, and for a first time all of that accession."""
        earlier = [] if kept.joined else self._services.catalog.studies_by_accession(kept.key)
        return sorted(self._services.catalog.heads({*named, *earlier}, EVERYTHING))

    def settle(self, joined: Joined) -> None:
        """Note what has joined, once the studies are indexed."""
        if joined.stay:
            self._services.ledger.note_joined(joined.stay)
        if joined.over:
            self._services.ledger.drop_waiting(joined.over)

    # --- finding the study ------------------------------------------------------------------------

    def studies_of(self, draft: ReportDraft) -> list[str]:
        """The studies in the catalog that a report names."""
        named = {draft.study_uid, self._pseudonyms.uid(draft.study_uid)} - {""}
        known = sorted(self._services.catalog.heads(named, EVERYTHING))
        key = self._pseudonyms.accession_key(draft.accession)
        return known or self._services.catalog.studies_by_accession(key)

    def keys_of(self, draft: ReportDraft) -> set[str]:
        """Join keys of the studies that a report names."""
        names = self._pseudonyms
        keys = {names.study_key(draft.study_uid), names.accession_key(draft.accession)}
        return keys - {""}

    # --- joining ----------------------------------------------------------------------------------

    def _join_all(self, kept: WaitingReport, draft: ReportDraft, studies: Sequence[str]) -> Joined:
        """Join a kept report to these studies. Those that had it count unless it was settled."""
        changed = {uid for uid in studies if self._join(draft, uid) or not kept.joined}
        if not studies:
            return Joined()
        if draft.study_uid:
            return Joined(frozenset(changed), over=(kept.waiting_id,))
        return Joined(frozenset(changed), stay=(kept.waiting_id,))

    def _join(self, draft: ReportDraft, study_uid: str) -> bool:
        """Put a report into a study; False when it was there already."""
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
        case = self._services.catalog.heads([study_uid], EVERYTHING).get(study_uid)
        if case is None or any(_is_same(report, stored) for stored in case.reports):
            return False  # erased just now, or an older version that is received once more
        self._services.catalog.put_report(report, case.dataset)
        return True

    # --- waiting ----------------------------------------------------------------------------------

    def _keep(self, drafts: Sequence[ReportDraft]) -> list[WaitingReport]:
        """The reports as they are kept; what is received once more stays in its place."""
        reports = [self.waiting(draft) for draft in drafts]
        there = self._services.ledger.waiting({report.key for report in reports})
        kept = {report.waiting_id: report for report in there}
        new = {r.waiting_id: r for r in reports if r.waiting_id not in kept}
        if new:
            self._services.ledger.put_waiting(list(new.values()))
        return [(kept | new)[report.waiting_id] for report in reports]

    def waiting(self, draft: ReportDraft) -> WaitingReport:
        """The report as it would wait."""
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


def all_of(found: Iterable[Joined]) -> Joined:
    """What several reports did, each named once."""
    each = list(found)
    return Joined(
        studies=frozenset().union(*(joined.studies for joined in each)),
        stay=tuple(dict.fromkeys(name for joined in each for name in joined.stay)),
        over=tuple(dict.fromkeys(name for joined in each for name in joined.over)),
    )


def _is_same(one: Report, other: Report) -> bool:
    return (one.report_id, one.text, one.date) == (other.report_id, other.text, other.date)


def _shifted(written: date | None, days: int) -> date | None:
    return written + timedelta(days=days) if written else None
