"""`similis measure`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import home, json_option, print_json

if TYPE_CHECKING:
    from api.measure_results import Result

SPECIES = ("human", "mouse")  # those of measure.species and measure.thresholds, which load slowly
THRESHOLD_SETS = ("ase2015", "usal", "ase2005")


@click.command(epilog="Example: similis measure echo/ --overlay checked/ --json")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--overlay",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for pictures of how each file was measured, a table (CSV) and a sheet (PDF).",
)
@click.option(
    "--threshold-set",
    type=click.Choice(THRESHOLD_SETS),
    default=THRESHOLD_SETS[0],
    show_default=True,
    help="The limits by which ejection fractions are graded.",
)
@click.option(
    "--species",
    type=click.Choice(SPECIES),
    default=SPECIES[0],
    show_default=True,
    help="Whose hearts these are: formulas, units and how fast they beat.",
)
@click.option(
    "--reference",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV of values that others measured (file, ef, edv, esv, …): says how well both agree.",
)
@click.option(
    "--again", is_flag=True, help="Measure the archive anew where another model, or none, has."
)
@click.option(
    "--corrections",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write what people corrected in the archive into this folder, to train a segmenter with.",
)
@json_option
def measure(
    paths: tuple[Path, ...],
    overlay: Path | None,
    threshold_set: str,
    species: str,
    reference: Path | None,
    again: bool,
    corrections: Path | None,
    as_json: bool,
) -> None:
    """Measure hearts in echo clips (DICOM): volumes, ejection fraction by beat, heart rate.

    Nothing is stored, except with --again. What cannot be known has a reason instead of a number.
    """
    if (bool(paths), again, corrections is not None).count(True) != 1:
        raise click.UsageError("Name files to measure, or --again or --corrections of the archive.")
    if corrections is not None:
        _write_corrections(corrections, as_json)
        return
    if again:
        _again(as_json)
        return
    from tqdm import tqdm

    from api.measure_files import measure_files
    from api.reference_values import compare, read_references
    from infra.logs import configure
    from infra.settings import Settings
    from ingest.arrival.walk import count
    from measure.measuring import Asked
    from measure.species import Species

    settings = Settings.from_environment()
    configure(settings.log_level, as_json=settings.log_json)
    asked = Asked(species=Species(species), threshold_set=threshold_set)
    references = read_references(reference) if reference else {}
    with tqdm(unit="file", disable=not sys.stderr.isatty(), dynamic_ncols=True) as bar:
        bar.reset(count(paths, settings))
        results = measure_files(paths, settings, asked, overlay, step=bar.update)
    agreements = [one.document() for one in compare(results, references)]
    if as_json:
        files = [result.document() for result in results]
        print_json({"files": files, "reference": agreements} if reference else files)
        return
    for result in results:
        _print(result)
    for one in agreements:
        _print_agreement(one)


def _again(as_json: bool) -> None:
    with home() as app:
        from ingest.measuring import Measuring

        done = Measuring(app.services, app.settings, lambda: app.segmenter).measure_again()
    counts = {"measured": done.measured, "without": done.without, "failed": done.failed}
    if as_json:
        print_json(counts)
        return
    click.echo(
        f"{done.measured} images measured, {done.without} hold nothing that can be measured, "
        f"{done.failed} could not be read"
    )


def _write_corrections(folder: Path, as_json: bool) -> None:
    with home() as app:
        from api.contour_truth import write_truth

        count = write_truth(app, folder, app.segmenter)
    if as_json:
        print_json({"written": count})
        return
    click.echo(f"{count} corrected frames written")


def _print(result: "Result") -> None:
    click.echo(f"{result.file}  {result.view}")
    for row in result.document()["measurements"]:
        click.echo(f"  {_line(row)}")
    if result.refused:
        click.echo(f"  refused: {result.message}")


def _print_agreement(one: dict[str, Any]) -> None:
    found = one["agreement"]
    numbers = "too few to compare"
    if found:
        numbers = (
            f"mean absolute error {found['mae']:.3g}, bias {found['bias']:+.3g}, limits of "
            f"agreement {found['low']:.3g} to {found['high']:.3g}"
        )
        if found["pearson_r"] is not None:
            numbers += f", r {found['pearson_r']:.3f}"
    without = f"; {len(one['missing'])} without a number of ours" if one["missing"] else ""
    click.echo(f"{one['name']} against the reference: {one['count']} files; {numbers}{without}")


def _line(row: dict[str, Any]) -> str:
    name = f"{row['name']} ({row['method']})" if row["method"] else row["name"]
    if row["value"] is None:
        return f"{name}: {row['reason']}"
    grade = f"  {row['class']}" if row["class"] else ""
    beats = row["per_beat"]
    spread = f"  beats {', '.join(f'{b:g}' for b in beats)}" if len(beats) > 1 else ""
    return f"{name}: {row['value']:g} {row['unit']}{grade}{spread}"
