"""`similis evaluate retrieval`."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from api.commands.common import (
    json_option,
    print_json,
    print_shortcuts,
    split_option,
    tables_option,
)


@click.command(
    epilog="Example: similis evaluate retrieval --labels films/labels.csv --split val --out card/"
)
@tables_option("Table of pictures: file, labels (a|b), patient_id, modality, split.")
@click.option(
    "--images",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder that the files are relative to; the table's own by default.",
)
@click.option(
    "--vectors",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Score these vectors, as `similis embed` writes them. Repeatable.",
)
@click.option(
    "--weights",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Score these weights, too, beside the configured ones. Repeatable.",
)
@split_option
@click.option(
    "--set", "constants", multiple=True, metavar="COLUMN=VALUE", help="A column the tables lack."
)
@click.option(
    "--no-baselines", is_flag=True, help="Leave out pixels, seeded network and EfficientNet-Lite0."
)
@click.option(
    "--disturbed",
    is_flag=True,
    help="Also ask with other windows, polarity, letters, crops, turns.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write scorecard.json and scorecard.html into this folder.",
)
@json_option
@click.pass_obj
def retrieval(
    json_before: bool,
    tables: tuple[Path, ...],
    images: Path | None,
    vectors: tuple[Path, ...],
    weights: tuple[Path, ...],
    split: str,
    constants: tuple[str, ...],
    no_baselines: bool,
    disturbed: bool,
    out: Path | None,
    as_json: bool,
) -> None:
    """Score how well neighbours share labels, with 95 % intervals over patients.

    The first model (of --vectors, then the configured weights, then --weights) is compared with
    every other one.
    """
    from api.scoring import Asked, read_asked, score
    from infra.logs import configure
    from infra.settings import Settings

    settings = Settings.from_environment()
    configure(settings.log_level, as_json=settings.log_json)
    asked = Asked(
        rows=read_asked(tables, images, split, _constants(constants)),
        vectors=vectors,
        settings=tuple(replace(settings, weights=w, seeded_weights=False) for w in weights),
        configured=not vectors,
        baselines=not no_baselines,
        disturbed=disturbed,
    )
    scored = score(asked, settings, lambda step: click.echo(step, err=True))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "scorecard.json").write_text(json.dumps(scored.document, indent=1), "utf-8")
        (out / "scorecard.html").write_text(scored.page, "utf-8")
    if as_json or json_before:
        print_json(scored.document)
        return
    _print_retrieval(scored.document)


def _constants(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if any(not sign for _, sign, _ in pairs):
        raise click.BadParameter("COLUMN=VALUE, such as modality=CR", param_hint="--set")
    return {name: value for name, _, value in pairs}


def _print_retrieval(document: dict[str, Any]) -> None:
    for name, model in document["models"].items():
        click.echo(name)
        for part, scores in {"overall": model["overall"], **model["tables"]}.items():
            shown = "  ".join(
                f"{metric} {found['mean']:.3f} ({found['low']:.3f}–{found['high']:.3f})"
                for metric, found in scores.items()
                if found["mean"] is not None
            )
            click.echo(f"  {part:<28} {shown}")
    print_shortcuts(document["shortcuts"])
