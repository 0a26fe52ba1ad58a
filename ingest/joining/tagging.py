"""Stored reports -> stored findings, after whatever joined the reports to their cases.

The catalog knows which reports no tagger has read. So however a report came (beside images, as an
SR, late, as a new version) it is found here, and a report that could not be tagged, or was cut off
by a kill, is found again by the next run.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from infra.errors import BackendError, BadSetup, NotFound, PartlyTagged
from infra.ports import ReportTagger
from infra.query import AccessScope
from infra.records import Finding, Report
from infra.reindexing import index_cases
from infra.services import Services

log = logging.getLogger(__name__)

TOGETHER = 128  # reports stored in one step
GIVE_UP_AFTER = 3  # reports in a row of which nothing was read: the tagger is down

Named = tuple[str, str]  # study UID, report id


@dataclass(slots=True)
class Tagged:
    """Counts of reports: read whole, and kept for later (what was found in a part is stored)."""

    tagged: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Read:
    """A report as it was read: `whole`, or as far as the tagger got."""

    report: Report
    findings: Sequence[Finding]
    whole: bool


class Tagging:
    """Tags what is untagged. `opened` is called once there is a report to tag."""

    def __init__(self, services: Services, opened: Callable[[], ReportTagger]) -> None:
        self._services = services
        self._opened = opened
        self._failed_in_a_row = 0

    def tag_new(self) -> Tagged:
        """Tag the reports that no tagger has read. Raises BadSetup where there is no tagger."""
        return self._tag(self._services.catalog.untagged())

    def tag_again(self, step: Callable[[int], object] = lambda _: None) -> Tagged:
        """Tag the reports that another tagger, or none, has read; killed, it goes on next time.

        `step` is told how many were looked at. Raises BadSetup where there is no tagger.
        """
        untagged = self._services.catalog.untagged(self._opened().tagger_id)
        return self._tag(untagged, step)

    def _tag(self, untagged: Iterator[Named], step: Callable[[int], object] = int) -> Tagged:
        done = Tagged()
        while chunk := list(islice(untagged, TOGETHER)):
            if self._failed_in_a_row >= GIVE_UP_AFTER:
                done.left += len(chunk)
                continue
            read = self._read(chunk)
            self._store(read)
            whole = sum(one.whole for one in read)
            done.tagged += whole
            done.left += len(chunk) - whole
            step(len(chunk))
        return done

    def _read(self, chunk: Sequence[Named]) -> list[_Read]:
        """Findings of current versions; reports of which nothing was read are left out."""
        tagger = self._opened()
        heads = self._services.catalog.heads({uid for uid, _ in chunk}, AccessScope.everything())
        wanted = set(chunk)
        read: list[_Read] = []
        for head in heads.values():
            for report in head.current_reports:
                if (head.study_uid, report.report_id) not in wanted:
                    continue
                one = self._tag_one(tagger, report)
                if one is not None:
                    read.append(one)
                if self._failed_in_a_row >= GIVE_UP_AFTER:
                    return read
        return read

    def _tag_one(self, tagger: ReportTagger, report: Report) -> _Read | None:
        try:
            read = _Read(report, tagger.tag(report), whole=True)
        except PartlyTagged as error:
            log.warning("a report was tagged in part and is kept for later: %s", error)
            if not error.findings:
                self._failed_in_a_row += 1
                return None
            read = _Read(report, error.findings, whole=False)
        except BadSetup:
            raise
        except BackendError as error:
            log.warning("a report is kept to be tagged later: %s", error)
            self._failed_in_a_row += 1
            return None
        except Exception as error:  # noqa: BLE001 - untrusted text; the report stays, untagged
            log.warning("a report is kept to be tagged later: %s", type(error).__name__)
            return None
        self._failed_in_a_row = 0
        return read

    def _store(self, read: Sequence[_Read]) -> None:
        tagger_id = self._opened().tagger_id
        with self._services.together():
            for one in read:
                with suppress(NotFound):  # erased meanwhile
                    self._services.catalog.put_findings(
                        one.report.study_uid,
                        one.report.report_id,
                        one.findings,
                        version=one.report.version,
                        tagger_id=tagger_id if one.whole else "",
                    )
            index_cases(self._services, {one.report.study_uid for one in read})
