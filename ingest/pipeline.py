"""The whole story of an ingest: walk, prepare in fenced processes, store in batches.

Files are read, decoded and rendered by worker processes while this process embeds and stores what
came before; results are taken in the order of the files, so that a run does not depend on chance.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from infra.ports import Embedder
from infra.services import Services
from infra.settings import Settings
from ingest.batch import Batch
from ingest.commit import Committer
from ingest.decide import Policy
from ingest.fence_worker import start_server
from ingest.identity import Pseudonyms
from ingest.model_gate import model_in_use
from ingest.prepare import Options
from ingest.prepare_all import prepare_all
from ingest.rehearsal import Rehearsal
from ingest.report_intake import ReportIntake
from ingest.request import Progress, Request, count_again, settled
from ingest.storer import Storer
from ingest.summary import Summary
from ingest.walk import Item, count, walk

FILES_AT_ONCE = 256  # looked up in the ledger together
INPUT_SIZE = 224  # for a rehearsal, which opens no model


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """One run of ingest over wired services.

    `embedder` opens the model when the first file needs it: a run with nothing new never does.
    """

    services: Services
    settings: Settings
    key: bytes
    embedder: Callable[[], Embedder]

    def run(self, request: Request, progress: Progress) -> Summary:
        """Ingest everything and return the counts.

        Raises NotFound for a missing path, BadSetup for a model other than this archive's.
        """
        began = time.monotonic()
        summary = Summary()
        reports = ReportIntake(self.services, Pseudonyms(self.key))
        progress.start(count(request.paths, self.settings))
        files = self._unsettled(request, summary)
        first = next(files, None)
        if first is not None:
            self._ingest(chain([first], files), request, reports, summary, progress)
        progress.step(summary)
        if request.reports is not None:
            reports.take_in(request.reports, self.settings, summary)
        return self._finished(summary, began)

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
        return self._finished(summary, began)

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

    def _ingest(
        self,
        files: Iterable[Item],
        request: Request,
        reports: ReportIntake,
        summary: Summary,
        progress: Progress,
    ) -> None:
        start_server()  # it loads its readers while the model is opened here
        embedder = self.embedder()
        committer = Committer(
            services=self.services,
            embedder=embedder,
            model_id=model_in_use(self.services.models, embedder),
            pseudonyms=Pseudonyms(self.key),
            reports=reports,
            policy=Policy(dataset=request.dataset, replace_conflicts=request.replace_conflicts),
        )
        options = self._options(request, embedder.size, staging=self.services.scratch())
        with (
            Storer(committer, summary, progress) as storer,
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
