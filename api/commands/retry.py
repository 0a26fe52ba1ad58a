"""`similis retry`."""

from collections import defaultdict
from pathlib import Path

import click

from api.commands.common import home, jobs_option, json_option, seeded_option
from api.commands.ingest import progress_bar, show
from ingest.reasons import SENTENCES


@click.command(epilog="Example: similis retry --reason too_slow")
@click.option(
    "--reason",
    "reasons",
    multiple=True,
    type=click.Choice(list(SENTENCES)),
    metavar="CODE",
    help="Only files refused for this reason; repeat as needed.",
)
@jobs_option
@click.option("--keep-identity", is_flag=True, help="Do not de-identify (if you are allowed to).")
@seeded_option
@json_option
def retry(
    reasons: tuple[str, ...],
    jobs: int | None,
    keep_identity: bool,
    seeded_weights: bool,
    as_json: bool,
) -> None:
    """Ingest again what was refused, from where it was then."""
    from ingest.arrival.items import MEMBER_MARK
    from ingest.arrival.request import Request
    from ingest.pipeline import Pipeline
    from ingest.summary import Summary

    total = Summary()
    with home(seeded_weights=seeded_weights) as app:
        files: dict[str, set[str]] = defaultdict(set)
        for row in app.services.ledger.rows(refused=True):
            if not reasons or row.reason in reasons:
                files[row.dataset].add(row.file)
        pipeline = Pipeline(
            services=app.services, settings=app.settings, key=app.key, embedder=app.open_model
        )
        for dataset, only in sorted(files.items()):
            paths = sorted({Path(file.partition(MEMBER_MARK)[0]) for file in only})
            request = Request(
                paths=[path for path in paths if path.exists()],
                dataset=dataset,
                jobs=jobs or app.settings.job_count,
                keep_identity=keep_identity,
                again=True,
                only=frozenset(only),
            )
            with progress_bar() as progress:
                total.merge(pipeline.run(request, progress))
        total.waiting_reports = app.services.ledger.count_waiting()
    show(total, as_json)
