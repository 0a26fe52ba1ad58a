"""Contours that people corrected -> frames and masks, as `similis train-segmenter` takes them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from api import hearts
from api.application import Application
from infra.corrected_measurements import KIND
from infra.errors import NotFound, RejectedFile, StorageFull
from infra.records import Annotation, Instance
from ingest.fencing.fence import Fence
from ingest.showing.clips import Clip
from ingest.showing.query_file import item_of
from ingest.traces import stored_heart
from measure.heart import Heart
from measure.masks_on_disk import write_mask
from measure.segmenter import ATRIUM, CAVITY, MYOCARDIUM, Frame, Segmenter
from measure.ventricle import Ventricle

TABLE = "frames.csv"
COLUMNS = ("file", "mask_file", "patient", "phase", "sex", "row_spacing_mm", "col_spacing_mm",
           "study_uid", "instance_uid", "frame", "author")  # fmt: skip
Classes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Corrected:
    """The latest correction of an image, and what it makes of it."""

    instance: Instance
    annotation: Annotation
    frames: tuple[int, ...]
    heart: Heart


def write_truth(app: Application, folder: Path, segmenter: Segmenter) -> int:
    """Write the frames that people drew; how many there were. Of several corrections of an image
    the latest counts. Wall and atrium are the machine's, as far as the contour leaves them.

    Raises StorageFull.
    """
    try:
        for name in ("frames", "masks"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        with (folder / TABLE).open("w", newline="", encoding="utf-8") as handle:
            table = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
            table.writeheader()
            count = 0
            for row in _rows(app, folder, segmenter):
                table.writerow(row)
                count += 1
            return count
    except OSError as error:
        raise StorageFull(f"{folder} cannot be written.") from error


def _rows(app: Application, folder: Path, segmenter: Segmenter) -> Iterator[dict[str, object]]:
    settings = app.settings
    with Fence(1, settings.decode_seconds, settings.decode_memory_mb) as fence:
        for one in _corrected(app):
            try:
                shown = _frames(app, one, fence)
            except (NotFound, RejectedFile):
                continue  # its file was not kept, or cannot be read any more
            for number, frame in shown.items():
                name = f"{one.instance.instance_uid}_{number + 1:04d}.png"
                left, top, right, bottom = one.heart.box
                part = frame[top:bottom, left:right]
                (found,) = segmenter.segment([part])
                ventricle = one.heart.ventricles[number]
                assert ventricle is not None  # it was drawn
                mask = drawn_mask(found.classes, ventricle, (left, top))
                Image.fromarray(part).save(folder / "frames" / name)
                write_mask(folder / "masks" / name, mask)
                yield _row(one, number, name)


def drawn_mask(classes: Classes, ventricle: Ventricle, corner: tuple[int, int]) -> Classes:
    """The machine's classes with the cavity as it was drawn. What was cavity and is no more is
    wall, or atrium behind the mitral plane.
    """
    line = ventricle.line - corner
    picture = Image.new("1", (classes.shape[1], classes.shape[0]))
    ImageDraw.Draw(picture).polygon([(float(x), float(y)) for x, y in line], fill=1)
    inside = np.asarray(picture, np.bool_)
    begin, end = ventricle.middle_of_base - corner, ventricle.apex - corner
    y, x = np.mgrid[: classes.shape[0], : classes.shape[1]]
    behind = (x - begin[0]) * (end[0] - begin[0]) + (y - begin[1]) * (end[1] - begin[1]) < 0
    lost = (classes == CAVITY) & ~inside
    mask = classes.copy()
    mask[lost & behind], mask[lost & ~behind] = ATRIUM, MYOCARDIUM
    mask[inside] = CAVITY
    return mask


def _corrected(app: Application) -> Iterator[_Corrected]:
    services = app.services
    for study_uid in services.catalog.study_uids(app.scope):
        said = services.annotations.of_studies([study_uid], KIND).get(study_uid, [])
        if not any(not one.withdrawn for one in said):
            continue
        case = services.catalog.cases([study_uid], app.scope)[study_uid]
        for instance in case.instances:
            own = tuple(m for m in case.measurements if m.instance_uid == instance.instance_uid)
            key = next((m.trace for m in own if m.trace), "")
            if not key:
                continue
            seen = hearts.Seen(
                instance=instance, measurements=own, heart=stored_heart(services, key)
            )
            for latest in hearts.said_of(seen, said)[:1]:
                frames = tuple(sorted(latest.correction.contours))
                yield _Corrected(instance, latest.annotation, frames, latest.heart)


def _frames(app: Application, one: _Corrected, fence: Fence) -> dict[int, Frame]:
    copy = app.services.scratch() / f"{one.annotation.annotation_id}.clip"
    try:
        with app.services.blobs.open(one.instance.original) as source, copy.open("wb") as target:
            copyfileobj(source, target)
        clip = Clip.begin(item_of(copy), app.settings, fence)
        return {n: frame for n, frame in enumerate(clip.frames()) if n in one.frames}
    finally:
        copy.unlink(missing_ok=True)


def _row(one: _Corrected, number: int, name: str) -> dict[str, object]:
    beats, scale = one.heart.beats.beats, one.heart.scale
    phases = {b.end_diastole: "ED" for b in beats} | {b.end_systole: "ES" for b in beats}
    said = one.heart.facts.phase.value if len(one.heart.shapes) == 1 else ""  # of a still
    return {
        "file": f"frames/{name}",
        "mask_file": f"masks/{name}",
        "patient": one.instance.patient,
        "phase": phases.get(number, said),
        "sex": one.instance.sex,
        "row_spacing_mm": f"{scale.y_mm:.4f}" if scale.known else "",
        "col_spacing_mm": f"{scale.x_mm:.4f}" if scale.known else "",
        "study_uid": one.instance.study_uid,
        "instance_uid": one.instance.instance_uid,
        "frame": number,
        "author": one.annotation.author,
    }
