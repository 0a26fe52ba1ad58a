"""`similis ingest`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.commands.common import home, jobs_option, json_option, print_json, seeded_option

if TYPE_CHECKING:
    from ingest.arrival.request import Progress
    from ingest.summary import Summary


@click.command(epilog="Example: similis ingest /archive/2019 --reports reports.csv --dataset chest")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--reports",
    type=click.Path(path_type=Path),
    help="Reports: a folder of text or SR files, or a CSV or JSONL table.",
)
@click.option(
    "--dataset", default="default", show_default=True, help="Name of the set that new cases go to."
)
@jobs_option
@click.option("--keep-identity", is_flag=True, help="Do not de-identify (if you are allowed to).")
@click.option("--dry-run", is_flag=True, help="Say what would happen; store nothing.")
@click.option(
    "--on-conflict",
    type=click.Choice(["keep", "replace"]),
    default="keep",
    show_default=True,
    help="What to do when a UID comes again with other content.",
)
@seeded_option
@json_option
def ingest(
    paths: tuple[Path, ...],
    reports: Path | None,
    dataset: str,
    jobs: int | None,
    keep_identity: bool,
    dry_run: bool,
    on_conflict: str,
    seeded_weights: bool,
    as_json: bool,
) -> None:
    """Index DICOM files, folders, zip archives and DICOMDIRs.

    Every file gets a row in the ledger. Running the same command again does only what is new.
    """
    from ingest.arrival.request import Request
    from ingest.pipeline import Pipeline

    if not paths and reports is None:
        raise click.UsageError("Name at least one file or folder, or --reports.")
    with home(seeded_weights=seeded_weights) as app:
        request = Request(
            paths=paths,
            reports=reports,
            dataset=dataset,
            jobs=jobs or app.settings.job_count,
            keep_identity=keep_identity,
            replace_conflicts=on_conflict == "replace",
        )
        pipeline = Pipeline(
            services=app.services, settings=app.settings, key=app.key, embedder=app.open_model
        )
        with progress_bar() as progress:
            run = pipeline.rehearse if dry_run else pipeline.run
            summary = run(request, progress)
    show(summary, as_json)


def show(summary: "Summary", as_json: bool) -> None:
    """Print the summary of a run; reports that were refused have no ledger row, so name them."""
    for report in summary.refused_reports:
        click.echo(f"{report.source}: {report.reason}: {report.message}", err=True)
    if as_json:
        print_json(summary.as_json())
        return
    document = summary.as_json()
    for told in document.pop("reports", []):
        click.echo(f"{told['outcome']:10} {told['source']}")
    reasons = document.pop("reasons")
    for name, value in document.items():
        click.echo(f"{name.replace('_', ' '):16} {value}")
    for reason, number in reasons.items():
        click.echo(f"  {reason:28} {number}")


class progress_bar:  # noqa: N801  reads as a function
    """A bar on stderr (files/s, ETA, refused so far), only on a terminal."""

    def __enter__(self) -> "Progress":
        from tqdm import tqdm

        from ingest.arrival.request import Progress

        self._bar = bar = tqdm(
            unit="file", disable=not sys.stderr.isatty(), smoothing=0.1, dynamic_ncols=True
        )

        def start(total: int) -> None:
            bar.reset(total)

        def step(summary: "Summary") -> None:
            bar.set_postfix(indexed=summary.outcomes["indexed"], refused=summary.refused)
            bar.update(summary.received - bar.n)

        return Progress(start=start, step=step)

    def __exit__(self, *_error: object) -> None:
        self._bar.close()
