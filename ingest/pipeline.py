"""The whole story of an ingest: walk, prepare in fenced processes, store in batches.

Files are read, decoded and rendered by worker processes while this process embeds and stores what
came before; results are taken in the order of the files, so that a run does not depend on chance.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path

from infra.errors import BadSetup
from infra.ports import Embedder, ReportTagger
from infra.records import ModelRecord
from infra.services import Services
from infra.settings import Settings
from ingest.arrival.prepare import Options
from ingest.arrival.prepare_all import prepare_all
from ingest.arrival.request import Progress, Request, count_again, settled
from ingest.arrival.walk import Item, count, may_hold_a_picture, walk
from ingest.embedding.model import Model
from ingest.embedding.other_models import OtherModels
from ingest.fencing.fence_worker import start_server
from ingest.joining.report_intake import ReportIntake
from ingest.joining.report_rehearsal import ReportRehearsal
from ingest.joining.tagging import Tagging
from ingest.measuring import Measuring
from ingest.privacy.identity import Pseudonyms
from ingest.privacy.same_key import claim
from ingest.rehearsal import Rehearsal
from ingest.reports.opening import open_configured
from ingest.storage.batch import Batch
from ingest.storage.commit import Committer
from ingest.storage.decide import Policy
from ingest.storage.storer import Storer
from ingest.storage.sweep import sweep
from ingest.summary import Summary
from measure.opening import open_segmenter
from measure.segmenter import Segmenter

log = logging.getLogger(__name__)

FILES_AT_ONCE = 256  # looked up in the ledger together
INPUT_SIZE = 224  # where no model is opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """One run of ingest over wired services.

    `embedder` opens the model before the first file that may hold a picture: a run with nothing
    new never does. `tagger` opens the tagger (by default that of the settings) once there is a
    report to tag, and `segmenter` the segmenter once there is ultrasound to measure.
    """

    services: Services
    settings: Settings
    key: bytes
    embedder: Callable[[], Embedder]
    tagger: Callable[[], ReportTagger] | None = None
    segmenter: Callable[[], Segmenter] | None = None

    def run(self, request: Request, progress: Progress) -> Summary:
        """Ingest everything and return the counts.

        Raises NotFound for a missing path, BadSetup for a model or a key other than this archive's.
        """
        began = time.monotonic()
        summary = Summary()
        reports = ReportIntake(self.services, Pseudonyms(self.key))
        with self.services.together():
            pass  # a home that cannot be written says so before any work is done
        claim(self.services, Pseudonyms(self.key))
        sweep(self.services)
        progress.start(count(request.paths, self.settings))
        files = self._unsettled(request, summary)
        first = self._up_to_a_picture(files)
        if first:
            self._ingest(first, files, request, reports, summary, progress)
        progress.step(summary)
        if request.reports is not None:
            reports.take_in(request.reports, self.settings, summary)
        self._tag(summary)
        self._measure(summary)
        sweep(self.services)
        return self._finished(summary, began)

    def _tag(self, summary: Summary) -> None:
        """Tag what is untagged. Reports are never lost for want of a tagger: they are left."""
        tagging = Tagging(self.services, self.tagger or partial(open_configured, self.settings))
        try:
            done = tagging.tag_new()
        except BadSetup as error:
            log.warning("reports are kept to be tagged later: %s", error)
        else:
            summary.reports_tagged = done.tagged
        summary.reports_untagged = sum(1 for _ in self.services.catalog.untagged())

    def _measure(self, summary: Summary) -> None:
        """Measure ultrasound that nothing has measured; without a segmenter it is left."""
        opened = self.segmenter or partial(open_segmenter, self.settings)
        measuring = Measuring(self.services, self.settings, opened)
        try:
            summary.measured = measuring.measure_new().measured
        except BadSetup as error:
            log.warning("ultrasound is kept to be measured later: %s", error)
        summary.unmeasured = sum(1 for _ in self.services.catalog.unmeasured())

    def rehearse(self, request: Request, progress: Progress) -> Summary:
        """Say what `run` would do, by preparing everything and storing nothing."""
        began = time.monotonic()
        summary, rehearsal = Summary(), Rehearsal(self.services, Policy(dataset=request.dataset))
        progress.start(count(request.paths, self.settings))
        options = self._options(request, INPUT_SIZE, staging=None)
        files = self._unsettled(request, summary)
        with closing(prepare_all(files, options, request.jobs)) as prepared:
            for item, result in prepared:
                decision = rehearsal.decide(item, result)
                if decision is not None:
                    summary.add(decision.outcome, decision.reason)
                progress.step(summary)
        waiting = self.services.ledger.count_waiting()
        reports = ReportIntake(self.services, Pseudonyms(self.key))
        rehearsed = ReportRehearsal(self.services, reports, rehearsal.join_keys)
        if request.reports is not None:
            rehearsed.take_in(request.reports, self.settings, summary)
        self._finished(summary, began)
        summary.waiting_reports = waiting + rehearsed.more_waiting
        return summary

    def _finished(self, summary: Summary, began: float) -> Summary:
        summary.waiting_reports = self.services.ledger.count_waiting()
        summary.seconds = time.monotonic() - began
        return summary

    def _options(self, request: Request, size: int, staging: Path | None) -> Options:
        return Options(
            settings=self.settings,
            key=self.key,
            size=size,
            keep_identity=request.keep_identity,
            staging=staging,
        )

    def _up_to_a_picture(self, files: Iterable[Item]) -> list[Item]:
        """The first files, up to one that may hold a picture (then the last) or all there are."""
        first: list[Item] = []
        for item in files:
            first.append(item)
            if may_hold_a_picture(item, self.settings):
                break
        return first

    def _ingest(
        self,
        first: Sequence[Item],
        rest: Iterable[Item],
        request: Request,
        reports: ReportIntake,
        summary: Summary,
        progress: Progress,
    ) -> None:
        start_server()  # it loads its readers while the model is opened here
        model = Model(self.services.models, self.embedder)
        size = model.size if may_hold_a_picture(first[-1], self.settings) else INPUT_SIZE
        committer = Committer(
            services=self.services,
            model=model,
            pseudonyms=Pseudonyms(self.key),
            reports=reports,
            policy=Policy(dataset=request.dataset, replace_conflicts=request.replace_conflicts),
        )
        options = self._options(request, size, staging=self.services.scratch())
        files = chain(first, rest)
        others = OtherModels(self.services, self.settings, partial(_open_as, self.settings))
        with (
            closing(others),
            Storer(committer, others, summary, progress) as storer,
            closing(prepare_all(files, options, request.jobs)) as prepared,
        ):
            batch = Batch()
            for item, result in prepared:
                if batch.must_go_before(result):
                    storer.take(batch.take())
                batch.add(item, result)
                if batch.is_full():
                    storer.take(batch.take())
            storer.take(batch.take())

    def _unsettled(self, request: Request, summary: Summary) -> Iterator[Item]:
        items = walk(request.paths, self.settings)
        while chunk := list(islice(items, FILES_AT_ONCE)):
            known = self.services.ledger.of_files(item.file for item in chunk)
            for item in chunk:
                if request.only is not None and item.file not in request.only:
                    continue
                row = settled(item, known.get(item.file, []), request)
                if row is None:
                    yield item
                else:
                    count_again(row, summary)


def _open_as(settings: Settings, record: ModelRecord) -> Embedder:
    from embedder.runtime import open_as

    return open_as(settings, record)
