"""A small archive of cases with random findings, and what it holds in plain Python."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from api.application import Application
from infra.ports import Catalog
from infra.query import AccessScope
from infra.records import Assertion, Case, Finding, Instance, Report, StudyKeys
from infra.reindexing import index_cases
from infra.settings import Settings
from infra.wiring import build
from ingest.privacy.identity import KEY_SIZE

KNOWN = [
    ("effusion", "J90"),
    ("pleural_thickening", "J92.9"),
    ("pneumothorax", "J93.9"),
    ("atelectasis", "J98.11"),
    ("opacity", "R91.8"),
    ("consolidation", "R91.8"),
    ("nodule", "R91.1"),
    ("heart_failure", "I50.9"),
    ("unknown", "I50"),
]
SEXES = ("F", "M", "")


@dataclass(frozen=True)
class Made:
    """An opened archive and its cases."""

    app: Application
    cases: dict[str, Case]

    def having(
        self,
        assertion: Assertion,
        is_it: Callable[[Finding], bool],
        among: Callable[[Case], bool] = lambda _: True,
    ) -> set[str]:
        """Studies of which a current report says this of such a finding."""
        return {
            uid
            for uid, case in self.cases.items()
            if among(case)
            and any(
                f.assertion is assertion and is_it(f)
                for report in case.current_reports
                for f in case.findings
                if (f.report_id, f.report_version) == (report.report_id, report.version)
            )
        }


@contextmanager
def archive(home: Path, count: int = 60) -> Iterator[Made]:
    """`count` cases: some without images, reports, or findings; some with several of each."""
    random = Random(5)
    with build(Settings(home=home)) as services:
        with services.together():
            for number in range(count):
                _case(services.catalog, random, number)
            everything = AccessScope.everything()
            uids = list(services.catalog.study_uids(everything))
            index_cases(services, uids)
        app = Application(
            settings=Settings(home=home),
            services=services,
            key=bytes(KEY_SIZE),
            scope=everything,
        )
        yield Made(app, services.catalog.cases(uids, everything))


def _case(store: Catalog, random: Random, number: int) -> None:
    study, dataset = f"1.2.{number:03d}", f"d{number % 2}"
    for image in range(random.choice((1, 1, 2, 3))):
        store.put_instance(_instance(random, study, image), dataset, StudyKeys())
    for report_id in [f"r{n}" for n in range(random.choice((0, 1, 1, 1, 2)))]:
        for text in ("first", "second")[: random.choice((1, 1, 2))]:
            stored = store.put_report(
                Report(report_id=report_id, study_uid=study, text=text), dataset
            )
            if stored.version == 1 and random.random() < 0.2:
                continue
            findings = [_finding(random, stored) for _ in range(random.randrange(6))]
            store.put_findings(study, report_id, findings)


def _instance(random: Random, study: str, image: int) -> Instance:
    age = random.choice((None, 3.0, 59.5, 60.0, 69.9, 104.0))
    day = random.choice((None, date(2018, 12, 30) + timedelta(random.randrange(800))))
    return Instance(
        instance_uid=f"{study}.{image}",
        series_uid=f"{study}.0",
        study_uid=study,
        patient=f"P{study}",
        pixel_hash=f"{study}{image}",
        modality=random.choice(("CR", "CT")),
        sex=random.choice(SEXES),
        age_years=age,
        study_date=day,
    )


def _finding(random: Random, report: Report) -> Finding:
    finding_id, code = random.choice(KNOWN)
    return Finding(
        report_id=report.report_id,
        report_version=report.version,
        text="words",
        begin=0,
        end=5,
        finding_id=finding_id,
        code=code,
        assertion=random.choice(list(Assertion)),
        tagger_id="random",
    )
