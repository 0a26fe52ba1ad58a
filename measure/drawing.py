"""Pictures of how a heart was measured, for people to check it: contours, axis, curve, beats."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from textwrap import wrap

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from measure.heart import Heart
from measure.linear import Strip
from measure.segmenter import Frame
from measure.ventricle import Ventricle
from measure.volumes import DISCS

PANEL = 480  # pixels of a side
CURVE = 220
WIDTH = 125  # characters of a line of text
MOST_ANIMATED = 240  # frames of an animation
LINE, AXIS, DISC, INK, PAPER = "#ffd54a", "#4fc3f7", "#2f7f9f", "#202124", "#ffffff"
DIASTOLE, SYSTOLE = "#2e7d32", "#c62828"
FOOT = "Not for diagnosis."

Picture = Image.Image
Numbers = npt.NDArray[np.float64]


def ends_to_draw(heart: Heart) -> tuple[int, int] | None:
    """End-diastole and end-systole of the beat whose areas are in the middle."""
    beats = heart.beats.beats
    if not beats:
        return None
    areas = heart.areas
    change = [areas[b.end_diastole] - areas[b.end_systole] for b in beats]
    middle = beats[int(np.argsort(change)[len(beats) // 2])]
    return middle.end_diastole, middle.end_systole


def quality_picture(heart: Heart, shown: Mapping[int, Frame], said: Sequence[str]) -> Picture:
    """End-diastole and end-systole with contour and axis, the area curve with its beats, text.

    `shown` are frames by number: those of `ends_to_draw`, or of a clip without beats the first.
    """
    lines = _wrapped(said)
    page = Image.new("RGB", (2 * PANEL, PANEL + CURVE + 20 * (len(lines) + 2)), PAPER)
    ends = ends_to_draw(heart)
    chosen = ends or tuple(shown)[:1]
    names = ("End-diastole", "End-systole") if ends else ("First frame",)
    for place, (number, name) in enumerate(zip(chosen, names, strict=False)):
        panel = panel_of(shown[number], heart.ventricles[number], f"{name}, frame {number + 1}")
        page.paste(panel, (place * PANEL, 0))
    page.paste(curve_picture(heart, 2 * PANEL, CURVE), (0, PANEL))
    _write(page, PANEL + CURVE + 6, lines)
    return page


def strip_picture(strip: Strip, frame: Frame, said: Sequence[str]) -> Picture:
    """An M-mode with its four lines, and its beats."""
    left, top, right, bottom = strip.place.box
    part = _rgb(frame[top:bottom, left:right])
    scale = min(2 * PANEL / part.width, PANEL / part.height)
    part = part.resize((round(part.width * scale), round(part.height * scale)))
    draw = ImageDraw.Draw(part)
    if strip.walls is not None:
        walls = strip.walls
        for rows in (walls.septum_top, walls.septum, walls.posterior, walls.posterior_bottom):
            columns = (np.arange(len(rows)) + 0.5) * scale
            draw.line(list(zip(columns, rows * scale, strict=True)), fill=LINE, width=2)
        for beat in strip.beats.beats:
            for column, colour in ((beat.end_diastole, DIASTOLE), (beat.end_systole, SYSTOLE)):
                draw.line([(column * scale, 0), (column * scale, part.height)], fill=colour)
    lines = _wrapped(said)
    page = Image.new("RGB", (2 * PANEL, PANEL + 20 * (len(lines) + 2)), PAPER)
    page.paste(part, (0, 0))
    _write(page, PANEL + 6, lines)
    return page


def text_picture(said: Sequence[str]) -> Picture:
    """A page for what could not be measured."""
    lines = _wrapped(said)
    page = Image.new("RGB", (2 * PANEL, 20 * (len(lines) + 3)), PAPER)
    _write(page, 10, lines)
    return page


def panel_of(frame: Frame, ventricle: Ventricle | None, title: str) -> Picture:
    """A square of a frame with contour, long axis and discs."""
    picture = _rgb(frame)
    scale = PANEL / max(picture.size)
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    panel = Image.new("RGB", (PANEL, PANEL), "black")
    panel.paste(picture, (0, 0))
    draw = ImageDraw.Draw(panel)
    if ventricle is not None:
        _draw_ventricle(draw, ventricle, scale, discs=True)
    draw.text((8, PANEL - 24), title, fill="white", font=_font(15))
    return panel


def curve_picture(heart: Heart, width: int, height: int) -> Picture:
    """Area by time: as measured (dots), smoothed (line), with end-diastole and end-systole."""
    picture = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(picture)
    smooth, areas = heart.beats.smooth, heart.areas
    known = areas[~np.isnan(areas)]
    if len(smooth) < 2 or not len(known):
        draw.text((10, 10), "No area curve.", fill=INK, font=_font(14))
        return picture
    low, high = float(known.min()), float(known.max())
    span = max(high - low, 1e-6)

    def at(frame: float, value: float) -> tuple[float, float]:
        x = 20 + frame / (len(smooth) - 1) * (width - 40)
        return x, height - 44 - (value - low) / span * (height - 68)

    for frame, value in enumerate(areas):
        if np.isfinite(value):
            x, y = at(frame, value)
            draw.ellipse((x - 1.5, y - 1.5, x + 1.5, y + 1.5), fill="#9aa0a6")
    draw.line([at(n, float(v)) for n, v in enumerate(smooth)], fill=AXIS, width=2)
    for beat in heart.beats.beats:
        for frame, colour, name in (
            (beat.end_diastole, DIASTOLE, "ED"),
            (beat.end_systole, SYSTOLE, "ES"),
        ):
            x, y = at(frame, float(smooth[frame]))
            draw.line([(x, 18), (x, height - 40)], fill=colour)
            draw.text(
                (x + 2, 2 if name == "ED" else height - 38), name, fill=colour, font=_font(12)
            )
    unit = "cm2" if heart.scale.known else "px2"
    part = 100 if heart.scale.known else 1
    label = f"Area of the cavity, {low / part:.1f} to {high / part:.1f} {unit}"
    draw.text((20, height - 19), label, fill=INK, font=_font(13))
    return picture


def write_animation(path: Path, heart: Heart, frames: Iterable[Frame]) -> None:
    """The clip with its contours as a WebP that plays at its own speed."""
    step = -(-len(heart.ventricles) // MOST_ANIMATED)
    usual = heart.times.step_ms if heart.times else 33.0
    pictures = _animated(heart, frames, step)
    first = next(pictures, None)
    if first is not None:
        duration = max(10, round(usual * step))
        first.save(
            path, "WEBP", save_all=True, append_images=list(pictures), duration=duration,
            loop=0, quality=70, method=0,
        )  # fmt: skip


def _animated(heart: Heart, frames: Iterable[Frame], step: int) -> Iterator[Picture]:
    marks = {b.end_diastole: "ED" for b in heart.beats.beats}
    marks |= {b.end_systole: "ES" for b in heart.beats.beats}
    for number, frame in enumerate(frames):
        if number % step and number not in marks:
            continue
        picture = _rgb(frame)
        scale = min(1.0, PANEL / max(picture.size))
        picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
        draw = ImageDraw.Draw(picture)
        found = heart.ventricles[number] if number < len(heart.ventricles) else None
        if found is not None:
            _draw_ventricle(draw, found, scale, discs=False)
        text = f"{number + 1}/{len(heart.ventricles)} {marks.get(number, '')}"
        draw.text((6, picture.height - 20), text, fill="white", font=_font(13))
        yield picture


def write_sheet(path: Path, pages: Iterable[Picture]) -> None:
    """All pages as one PDF; one page is held at a time."""
    pages = iter(pages)
    first = next(pages, None)
    for number, page in enumerate(chain(() if first is None else (first,), pages)):
        page.save(path, "PDF", append=number > 0, resolution=100)


def _draw_ventricle(
    draw: ImageDraw.ImageDraw, ventricle: Ventricle, scale: float, *, discs: bool
) -> None:
    # the middle of the first pixel is (0, 0) in contours, and (½, ½) of a picture that is resized
    def put(points: Numbers) -> list[tuple[float, float]]:
        return [(float(x), float(y)) for x, y in (np.atleast_2d(points) + 0.5) * scale]

    if discs:
        for line in _disc_lines(ventricle):
            draw.line(put(line), fill=DISC, width=1)
    outline = put(ventricle.line)
    draw.line([*outline, outline[0]], fill=LINE, width=2)
    draw.line(put(np.stack([ventricle.middle_of_base, ventricle.apex])), fill=AXIS, width=2)
    draw.line(put(ventricle.base), fill=AXIS, width=2)


def _disc_lines(ventricle: Ventricle) -> Iterator[Numbers]:
    """Across the axis at the middle of each disc, as far as the contour reaches, in pixels."""
    begin = ventricle.middle_of_base
    axis = ventricle.apex - begin
    length = float(np.hypot(*axis))
    if length == 0:
        return
    along, across = axis / length, np.array([-axis[1], axis[0]]) / length
    u, v = (ventricle.line - begin) @ along, (ventricle.line - begin) @ across
    for place in (np.arange(DISCS) + 0.5) / DISCS * length:
        crossed = np.flatnonzero((u <= place) != (np.roll(u, -1) <= place))
        if len(crossed) >= 2:
            middle = begin + along * place
            sides = v[crossed]
            yield np.stack([middle + across * sides.min(), middle + across * sides.max()])


def _rgb(frame: Frame) -> Picture:
    return Image.fromarray(np.ascontiguousarray(frame)).convert("RGB")


def _wrapped(lines: Sequence[str]) -> list[str]:
    return [part for line in lines for part in wrap(line, WIDTH) or [""]]


def _write(page: Picture, top: int, lines: Sequence[str]) -> None:
    draw = ImageDraw.Draw(page)
    for number, line in enumerate((*lines, FOOT)):
        draw.text((10, top + 20 * number), line, fill=INK, font=_font(14))


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
