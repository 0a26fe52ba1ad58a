"""`similis reindex`."""

import sys
from functools import partial

import click

from api.commands.common import home, jobs_option, json_option, print_json, seeded_option


@click.command(epilog="Example: SIMILIS_WEIGHTS=new.safetensors similis reindex --embed")
@click.option(
    "--embed", "embed_again", is_flag=True, help="Make all vectors anew with the configured model."
)
@click.option(
    "--model",
    metavar="FILE|NAME",
    help="Make all vectors anew with these weights, a file or a candidate, and use it from now on.",
)
@click.option("--tag", "tag_again", is_flag=True, help="Tag again what another tagger has read.")
@jobs_option
@seeded_option
@json_option
def reindex(
    embed_again: bool,
    model: str | None,
    tag_again: bool,
    jobs: int | None,
    seeded_weights: bool,
    as_json: bool,
) -> None:
    """Rebuild the search index from the catalog and the stored vectors.

    With --embed the kept originals are embedded by the configured model first; search uses it once
    all are done, and the old vectors stay (`similis models --use`). --model does so with other
    weights, and goes on using them (`similis models rollback` goes back). What is ingested
    meanwhile gets the vectors of both models.
    """
    from tqdm import tqdm

    from api.models import change_model
    from infra.reindexing import rebuild
    from ingest.correcting import work_out_all
    from ingest.embedding.embed_again import embed_archive
    from ingest.joining.tagging import Tagging
    from ingest.reports.opening import open_configured

    if embed_again and model is not None:
        raise click.UsageError("--embed takes the configured weights, --model others: give one.")
    with (
        home(seeded_weights=seeded_weights) as app,
        tqdm(disable=not sys.stderr.isatty(), unit="case") as bar,
    ):
        document: dict[str, object] = {}
        if embed_again:
            done = embed_archive(
                app.services,
                app.settings,
                app.embedder,
                jobs or app.settings.job_count,
                lambda: None,
            )
            document = {"embedded": done.embedded, "without_original": done.without_original}
            document |= {"failed": done.failed, "model_id": app.embedder.record.model_id}
        if model is not None:
            document |= change_model(app, model, jobs or app.settings.job_count)
        if tag_again:
            tagged = Tagging(app.services, partial(open_configured, app.settings)).tag_again()
            document |= {"reports_tagged": tagged.tagged, "reports_untagged": tagged.left}
        if model is None or tag_again:  # whatever is changed without a pause is in the index by now
            work_out_all(app.services)
            document |= rebuild(app.services, bar.update)
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        click.echo(f"{name.replace('_', ' '):18} {value}")
