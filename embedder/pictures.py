"""Query pictures that are not DICOM: PNG, JPEG, TIFF and WebP -> light."""

from io import BytesIO

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from embedder.display import Display
from embedder.light import Image, render
from infra.errors import RejectedFile
from infra.settings import MEGA, Settings

FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
DEEP_MODES = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
GREY_MODES = ("1", "L", "LA", "La")


def open_picture(data: bytes, settings: Settings) -> Image:
    """A picture file -> light: uint8 (rows, columns) or (rows, columns, 3).

    Turned upright by its EXIF orientation; transparency becomes black; of several pages the first.
    Grey of more than 8 bits gets the automatic range, exactly as a DICOM of the same values without
    a window would. Raises RejectedFile for anything else, and for more light than
    `settings.max_pixels_mb` or Pillow's own limit of 179 million pixels.
    """
    try:
        picture = Pillow.open(BytesIO(data), formats=FORMATS)
        _check_size(picture, settings)
        picture.load()
        return _light(ImageOps.exif_transpose(picture))
    except RejectedFile:
        raise
    except Pillow.DecompressionBombError as exc:
        raise _too_large() from exc
    except Exception as exc:  # untrusted bytes: decoders raise a dozen kinds of errors
        raise RejectedFile(
            "undecodable_pixels",
            "This is no readable PNG, JPEG, TIFF or WebP picture; export it again.",
        ) from exc


def _check_size(picture: Pillow.Image, settings: Settings) -> None:
    # Four bytes a pixel, three times: colour with alpha, the black below it, and both as one.
    if picture.width * picture.height * 12 > settings.max_pixels_mb * MEGA:
        raise _too_large()


def _too_large() -> RejectedFile:
    return RejectedFile(
        "too_large", "The picture has too many pixels; make it smaller and ask again."
    )


def _light(picture: Pillow.Image) -> Image:
    if picture.mode in DEEP_MODES:
        # TIFF and PNG of more than 8 bits: raw values, whatever bits they really use.
        return render(np.asarray(picture), Display(bits_stored=16))
    has_alpha = picture.has_transparency_data
    grey = picture.mode in GREY_MODES
    if has_alpha:
        picture = picture.convert("LA" if grey else "RGBA")
        picture = Pillow.alpha_composite(
            Pillow.new("RGBA", picture.size, (0, 0, 0, 255)), picture.convert("RGBA")
        )
    picture = picture.convert("L" if grey else "RGB")
    return render(np.asarray(picture), Display(colour=not grey))
