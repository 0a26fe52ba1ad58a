"""Numbers for Prometheus: requests by route and status, searches, files, and the process itself."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any, cast

from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from api.application import Application
from infra.ports import Ledger, SearchIndex
from infra.query import AccessScope, Facets, Hits, Query

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """One server's numbers. Labels are route templates and statuses, never what was asked."""

    def __init__(self, ledger: Ledger) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "similis_requests", "Answers", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "similis_request_seconds",
            "Time until an answer was sent whole",
            ["method", "route"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.searches = Histogram(
            "similis_index_seconds",
            "Time in the search index",
            ["kind"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.registry.register(_Files(ledger))
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def measured(self, application: Application) -> Application:
        """The same application, whose searches are counted here."""
        index = cast(SearchIndex, _MeasuredIndex(application.services.index, self.searches))
        return replace(application, services=replace(application.services, index=index))


class _Files(Collector):
    """What became of received files; read from the ledger when asked for."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def describe(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily("similis_files", "Received files by outcome", labels=["outcome"])

    def collect(self) -> Iterator[GaugeMetricFamily]:
        (family,) = self.describe()
        for outcome, count in self._ledger.counts().items():
            family.add_metric([str(outcome)], count)
        yield family


class _MeasuredIndex:
    """A search index that times what is asked of it; everything else passes through."""

    def __init__(self, index: SearchIndex, seconds: Histogram) -> None:
        self._index, self._seconds = index, seconds

    def search(self, query: Query, scope: AccessScope) -> Hits:
        kinds = [name for name in ("near", "text") if getattr(query, name) is not None]
        started = perf_counter()
        found = self._index.search(query, scope)
        self._seconds.labels("+".join(kinds) or "filter").observe(perf_counter() - started)
        return found

    def facets(
        self, query: Query, fields: Sequence[str], scope: AccessScope, **more: Any
    ) -> Facets:
        started = perf_counter()
        counts = self._index.facets(query, fields, scope, **more)
        self._seconds.labels("facets").observe(perf_counter() - started)
        return counts

    def __getattr__(self, name: str) -> Any:
        return getattr(self._index, name)
