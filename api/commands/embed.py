"""`similis embed`."""

import tempfile
from dataclasses import replace
from pathlib import Path

import click

from api.commands.common import jobs_option, json_option, print_json, seeded_option


@click.command(epilog="Example: similis embed films/ --out vectors.npz")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The .npz to write.")
@jobs_option
@seeded_option
@json_option
def embed(
    paths: tuple[Path, ...], out: Path, jobs: int | None, seeded_weights: bool, as_json: bool
) -> None:
    """Write vectors (n, d), files, model_id and refused to OUT; store nothing.

    Takes DICOM, PNG, JPEG, TIFF and WebP. One vector a file: the mean for a stack.
    """
    from embedder.runtime import open_embedder
    from infra.errors import NotFound
    from infra.logs import configure
    from infra.settings import Settings
    from ingest.embedding.embed_files import embed_files, write_npz

    if not out.absolute().parent.is_dir():
        raise NotFound(f"There is no folder {out.parent} to write into: make it first.")
    settings = Settings.from_environment()
    configure(settings.log_level, as_json=settings.log_json)
    if seeded_weights:
        settings = replace(settings, seeded_weights=True)
    embedder = open_embedder(settings)
    with tempfile.TemporaryDirectory(prefix="similis-") as folder:
        result = embed_files(
            paths, settings, embedder, jobs or settings.job_count, staging=Path(folder)
        )
    write_npz(out, result, embedder.record.model_id)
    document = {
        "written": len(result.files),
        "refused": list(result.refused),
        "model_id": embedder.record.model_id,
    }
    if as_json:
        print_json(document)
        return
    for file in result.refused:
        click.echo(f"refused: {file}", err=True)
    click.echo(f"{len(result.files)} vectors by {embedder.record.model_id}")
