"""`similis wrap`: research pictures and a table become DICOM files."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ingest.wrap.wrap import WrapOptions, WrapSummary

EXAMPLE = """\b
Example:
  similis wrap films/labels.csv --out films-dicom \\
    --set modality=CR --set body_part=CHEST --map view=view_position
"""


def _pairs(
    _context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if any(not name or not equals for name, equals, _ in pairs):
        raise click.BadParameter("write NAME=VALUE", param=option)
    return {name: value for name, _, value in pairs}


@click.command(epilog=EXAMPLE)
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the files.")
@click.option(
    "--map",
    "renamed",
    multiple=True,
    callback=_pairs,
    metavar="OURS=THEIRS",
    help="The table's name of one of our columns; repeat as needed.",
)
@click.option(
    "--set",
    "constants",
    multiple=True,
    callback=_pairs,
    metavar="COLUMN=VALUE",
    help="A value for all rows that have none; repeat as needed.",
)
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    help="Folder that files are relative to and may not leave; the table's by default.",
)
@click.option(
    "--name",
    default="",
    metavar="NAME",
    help="Name of the data set, part of every UID; the root folder's name by default.",
)
@click.option("--jobs", default=1, type=click.IntRange(1, 64), help="Processes; 1 by default.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def wrap(
    table: Path,
    out: Path,
    renamed: dict[str, str],
    constants: dict[str, str],
    root: Path | None,
    name: str,
    jobs: int,
    as_json: bool,
) -> None:
    """Turn the pictures that TABLE lists into DICOM files with stable UIDs.

    PNG, JPEG, TIFF, NIfTI and MetaImage become CR, DX, MG, US, CT, MR or secondary capture objects.
    Columns: file, and optional patient_id, study_id, series_id, modality, body_part, view,
    laterality, sex, age, date, spacing_mm, labels (a|b), report, accession, frame_rate,
    orientation, burned_in. Rows that cannot be wrapped are listed on stderr.
    """
    from infra.settings import Settings
    from ingest.wrap.wrap import WrapOptions

    options = WrapOptions(
        renamed=renamed,
        constants=constants,
        root=root,
        dataset=name,
        jobs=jobs,
        max_pixels_mb=Settings.from_environment().max_pixels_mb,
    )
    summary = _run(table, out, options)
    for row in summary.refused:
        click.echo(f"line {row.line}: {row.file}: {row.reason}", err=True)
    click.echo(_json(summary) if as_json else _text(summary))


def _run(table: Path, out: Path, options: "WrapOptions") -> "WrapSummary":
    from tqdm import tqdm

    from ingest.wrap.wrap import count_rows, wrap_table

    shown = sys.stderr.isatty()
    total = count_rows(table) if shown else None
    with tqdm(total=total, unit="row", disable=not shown) as bar:
        return wrap_table(table, out, options, on_row=bar.update)


def _json(summary: "WrapSummary") -> str:
    counts = {"written": summary.written, "refused": len(summary.refused)}
    return json.dumps({**counts, "unchanged": summary.unchanged, "kinds": summary.kinds})


def _text(summary: "WrapSummary") -> str:
    kinds = "".join(f"\n  {count} {kind}" for kind, count in sorted(summary.kinds.items()))
    return f"{summary.written} files written, {len(summary.refused)} rows refused{kinds}"
