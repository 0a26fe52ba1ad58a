"""`similis segment`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.common import jobs_option, json_option, print_json

if TYPE_CHECKING:
    from ingest.showing.segment_files import Origin
    from measure.segmenter import Segmented


@click.command(epilog="Example: similis segment clips/ --out masks/")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for masks.")
@click.option(
    "--weights",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file of train-segmenter, before SIMILIS_SEGMENTER_WEIGHTS.",
)
@jobs_option
@json_option
def segment(
    paths: tuple[Path, ...], out: Path, weights: Path | None, jobs: int | None, as_json: bool
) -> None:
    """Write a PNG of class numbers for each frame, of the frame's own size; store nothing.

    Takes DICOM, PNG, JPEG, TIFF and WebP. 0 is background, 1 the cavity of the left ventricle,
    2 its myocardium, 3 the left atrium (weights of your own may name others). A frame that shows
    no left ventricle gets an empty mask.
    """
    from dataclasses import asdict, replace

    from infra.logs import configure
    from infra.settings import Settings
    from ingest.showing.segment_files import FileSegmentation
    from measure.opening import open_segmenter

    settings = Settings.from_environment()
    configure(settings.log_level, as_json=settings.log_json)
    if weights is not None:
        settings = replace(settings, segmenter_weights=weights)
    segmenter = open_segmenter(settings)
    segmentation = FileSegmentation(settings, segmenter, jobs or settings.job_count)
    taken: dict[Path, str] = {}
    rows = [_written(out, origin, found, taken) for origin, found in segmentation.run(paths)]
    refused = [asdict(refusal) for refusal in segmentation.refused]
    if as_json:
        print_json({"model_id": segmenter.model_id, "masks": rows, "refused": refused})
        return
    for refusal in segmentation.refused:
        click.echo(f"refused: {refusal.file}: {refusal.message}", err=True)
    shown = sum(row["present"] >= 0.5 for row in rows)
    click.echo(f"{len(rows)} masks by {segmenter.model_id}, {shown} with a left ventricle")


def _written(
    out: Path, origin: "Origin", found: "Segmented", taken: dict[Path, str]
) -> dict[str, Any]:
    from measure.masks_on_disk import write_mask

    name = Path(origin.mask_name)
    if taken.setdefault(name, origin.file) != origin.file:  # heart.png after heart.jpg
        name = name.with_name(f"{origin.place.name}_{origin.frame:04d}.png")
    write_mask(out / name, found.classes)
    return {
        "file": origin.file,
        "frame": origin.frame,
        "mask": str(name),
        "present": round(found.present, 4),
        "confidence": round(found.confidence, 4),
    }
