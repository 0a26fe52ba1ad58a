"""An archive without pixels, made for what a test asks, and GraphQL asked without a server."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from api.application import Application
from api.auth import OWNER, Identity
from api.held import HeldQueries
from api.intake import Intake
from api.schema.context import Context, Loaders
from api.schema.schema import schema
from infra.records import Assertion, Finding, Report
from infra.reindexing import index_cases
from infra.services import Services
from infra.settings import Settings
from infra.wiring import build
from ingest.privacy.identity import load_key
from tests.contracts.examples import KEYS, attachment, instance

PORTS = {"catalog", "vectors", "index", "blobs", "ledger", "annotations", "models", "jobs"}


@contextmanager
def archive(home: Path) -> Iterator[Application]:
    """An empty archive as its owner sees it."""
    settings = Settings(home=home)
    with build(settings) as services:
        yield Application(
            settings=settings, services=services, key=load_key(home), scope=OWNER.scope
        )


def put_case(
    app: Application,
    study: str,
    *,
    images: int = 1,
    report: str = "",
    finding: str = "",
    dataset: str = "default",
    day: str = "",
    **attributes: object,
) -> None:
    """A study of one series (none for no images), with a report (and a finding in it)
    if given, ready to be found.
    """
    catalog = app.services.catalog
    taken = date.fromisoformat(day) if day else None
    for n in range(1, images + 1):
        made = instance(f"{study}.{n}", study, instance_number=n, study_date=taken, **attributes)
        catalog.put_instance(made, dataset, KEYS)
    if not images:
        catalog.put_attachment(attachment(f"{study}.7", study, **attributes), dataset, KEYS)
    if report:
        catalog.put_report(
            Report(report_id=f"r-{study}", study_uid=study, text=report, date=taken), dataset
        )
    if finding:
        catalog.put_findings(study, f"r-{study}", [_finding(study, report, finding)])
    index_cases(app.services, [study])


def _finding(study: str, report: str, word: str) -> Finding:
    begin = report.index(word)
    return Finding(
        report_id=f"r-{study}",
        report_version=1,
        text=word,
        begin=begin,
        end=begin + len(word),
        finding_id=word,
        code="J90",
        assertion=Assertion.ABSENT if report.startswith("No ") else Assertion.PRESENT,
    )


def ask(
    app: Application, query: str, *, caller: Identity = OWNER, **variables: Any
) -> dict[str, Any]:
    """The data of a query that has no errors."""
    app = app.seen_by(caller.scope)
    context = Context(
        app=app,
        caller=caller,
        session="session",
        held=HeldQueries(app),
        intake=Intake(app),
        loaders=Loaders(app),
    )
    result = asyncio.run(schema().execute(query, variable_values=variables, context_value=context))
    assert not result.errors, result.errors
    assert result.data is not None
    return result.data


class _Counting:
    """A port that counts its calls."""

    def __init__(self, port: object, name: str, calls: Counter[str]) -> None:
        self._port, self._name, self._calls = port, name, calls

    def __getattr__(self, name: str) -> Any:
        self._calls[f"{self._name}.{name}"] += 1
        return getattr(self._port, name)


def counted(app: Application) -> tuple[Application, Counter[str]]:
    """The same application with ports that count their calls."""
    calls: Counter[str] = Counter()
    ports = {
        spec.name: _Counting(getattr(app.services, spec.name), spec.name, calls)
        for spec in fields(Services)
        if spec.name in PORTS
    }
    services = replace(app.services, **ports)  # type: ignore[arg-type]
    return replace(app, services=services), calls
