"""`similis models`."""

from pathlib import Path
from typing import Any

import click

from api.commands.common import (
    home,
    jobs_option,
    json_option,
    print_json,
    split_option,
    tables_option,
)


@click.group(
    invoke_without_command=True,
    epilog="Example: similis models add new.safetensors, then similis models compare NAME "
    "--labels films/labels.csv, then similis models promote NAME",
)
@click.option("--use", "model_id", metavar="MODEL_ID", help="Search with this model's vectors.")
@json_option
@click.pass_context
def models(context: click.Context, model_id: str | None, as_json: bool) -> None:
    """List the models that made vectors here; --use goes back to one that has all of them."""
    context.obj = as_json
    if context.invoked_subcommand is not None:
        return
    from api.models import list_candidates, list_models, use

    with home() as app:
        if model_id:
            use(app, model_id)
        document = list_models(app)
        added = list_candidates(app.settings)
    if as_json:
        print_json(document + added)
        return
    for row in document:
        mark = "*" if row["active"] else " "
        note = "" if row["meaningful"] else "  (seeded: ranking is not meaningful)"
        click.echo(f"{mark} {row['model_id']}  {row['vectors']} vectors{note}")
    for row in added:
        mark = "*" if row["promoted"] else " "
        click.echo(f"{mark} candidate {row['candidate']}  {_said(row['comparison'])}")


def numbers(text: str) -> tuple[float, ...]:
    """One number, or several with commas between. Raises ValueError."""
    return tuple(float(part) for part in text.split(","))


@models.command(
    epilog="Example: similis models add extractor.onnx --output features --mean "
    "0.485,0.456,0.406 --std 0.229,0.224,0.225"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--size", type=click.IntRange(min=1), help="ONNX: side of its square input in pixels."
)
@click.option("--channels", type=click.IntRange(1, 3), help="ONNX: 1 (grey) or 3 (RGB).")
@click.option("--mean", type=numbers, metavar="NUMBER,…", help="ONNX: taken off each channel.")
@click.option(
    "--std", type=numbers, metavar="NUMBER,…", help="ONNX: each channel is divided by it."
)
@click.option(
    "--range",
    "low_high",
    type=numbers,
    metavar="LOW,HIGH",
    help="ONNX: what black and white are before that; 0,1 by default.",
)
@click.option("--output", default="", metavar="NAME", help="ONNX: the tensor that is the vector.")
@json_option
@click.pass_obj
def add(
    json_before: bool,
    file: Path,
    size: int | None,
    channels: int | None,
    mean: tuple[float, ...] | None,
    std: tuple[float, ...] | None,
    low_high: tuple[float, ...] | None,
    output: str,
    as_json: bool,
) -> None:
    """Keep a weights FILE, or an ONNX feature extractor, in the home as a candidate."""
    from api.models import add
    from embedder.onnx_input import Wanted
    from infra.settings import Settings

    wanted = Wanted(
        size=size,
        channels=channels,
        mean=mean or (),
        std=std or (),
        range=low_high or (),
        output=output,
    )
    name = add(Settings.from_environment(), file, wanted)
    if as_json or json_before:
        print_json({"candidate": name})
        return
    click.echo(name)


@models.command(epilog="Example: similis models compare 0123456789ab --labels films/labels.csv")
@click.argument("name")
@tables_option("Table of labelled pictures, as for `similis evaluate retrieval`.")
@split_option
@json_option
@click.pass_obj
def compare(
    json_before: bool, name: str, tables: tuple[Path, ...], split: str, as_json: bool
) -> None:
    """Score a candidate beside the weights in use; the outcome is kept for promote."""
    from dataclasses import asdict

    from api.models import compare
    from api.scoring import read_asked
    from infra.settings import Settings

    settings = Settings.from_environment()
    found = compare(
        settings,
        name,
        read_asked(tables, None, split, {}),
        lambda step: click.echo(step, err=True),
    )
    if as_json or json_before:
        print_json(asdict(found) | {"better": found.better})
        return
    click.echo(f"{found.candidate} against {found.against}: {_said(asdict(found))}")


@models.command(epilog="Example: similis models promote 0123456789ab")
@click.argument("name")
@click.option("--force", is_flag=True, help="Promote without a comparison that it has won.")
@jobs_option
@json_option
@click.pass_obj
def promote(json_before: bool, name: str, force: bool, jobs: int | None, as_json: bool) -> None:
    """Make all vectors anew with a candidate that measured better, then use it here."""
    from api.models import promote

    with home() as app:
        document = promote(app, name, jobs or app.settings.job_count, force=force)
    if as_json or json_before:
        print_json(document)
        return
    click.echo(f"{document['model_id']} is in use; {document['embedded']} instances embedded")


@models.command(epilog="Example: similis models rollback")
@jobs_option
@json_option
@click.pass_obj
def rollback(json_before: bool, jobs: int | None, as_json: bool) -> None:
    """Go back to the model that was used before the last promotion."""
    from api.models import roll_back

    with home() as app:
        model_id = roll_back(app, jobs or app.settings.job_count)
    if as_json or json_before:
        print_json({"model_id": model_id})
        return
    click.echo(f"{model_id or 'the default weights'} in use again")


def _said(comparison: dict[str, Any] | None) -> str:
    if comparison is None:
        return "not compared yet"
    return ", ".join(
        f"{metric} {gain['mean']:+.3f} ({gain['low']:+.3f} to {gain['high']:+.3f})"
        for metric, gain in comparison["gains"].items()
        if gain["mean"] is not None
    )
