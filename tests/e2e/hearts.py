"""Small echo clips of hearts of known size, with a header."""

from dataclasses import replace

from tests.phantoms import Cine, MMode

ROOT_UID = "1.2.826.0.1.3680043.10.997"


def cine(number: int, ef: float, **attributes: object) -> bytes:
    """A clip of two beats, small."""
    return _heart(number, ef).file(**{**_header(number), **attributes})


def two_chambers(number: int, ef: float) -> bytes:
    """The other plane of the same study, named so."""
    uid = f"{ROOT_UID}.{number + 1}.1.2"
    return cine(number, ef, SOPInstanceUID=uid, SeriesDescription="Apical 2 chamber")


def stills(number: int, ef: float) -> list[bytes]:
    """End-diastole and end-systole of a study as two single frames."""
    heart = replace(_heart(number, ef), start=0.0)
    systole = int(heart.volumes.argmin())
    files = []
    for place, (frame, end) in enumerate(((0, "ED"), (systole, "ES"))):
        others = tuple(n for n in range(len(heart.times)) if n != frame)
        header = {
            **_header(number),
            "SOPInstanceUID": f"{ROOT_UID}.{number + 1}.1.{place + 1}",
            "SeriesDescription": f"A4C {end}",
        }
        files.append(replace(heart, dropped=others).file(**header))
    return files


def m_mode(number: int, *, is_still: bool = False) -> bytes:
    """A strip of three beats, or of walls that do not move."""
    made = MMode(beats_ms=(850.0, 850.0, 850.0))
    if is_still:
        made = replace(made, lvid=(44.0, 44.0), septum=(9.0, 9.0), posterior=(10.0, 10.0))
    return made.file(**_header(number))


def _heart(number: int, ef: float) -> Cine:
    edv = 130.0 + 6 * (number % 12)
    return Cine(
        edv_ml=edv, esv_ml=edv * (1 - ef / 100), beats_ms=(800.0, 800.0), frame_ms=50.0, start=0.5,
        rows=240, columns=280, x_mm=0.66, y_mm=0.66, seed=number,
    )  # fmt: skip


def _header(number: int) -> dict[str, object]:
    study = f"{ROOT_UID}.{number + 1}"
    return {
        "PatientID": f"HEART-{number}",
        "PatientSex": "FM"[number % 2],
        "PatientAge": f"{60 + number:03d}Y",
        "StudyDescription": "Echocardiogram",
        "StudyDate": f"2022{number % 12 + 1:02d}05",
        "StudyInstanceUID": study,
        "SeriesInstanceUID": f"{study}.1",
        "SOPInstanceUID": f"{study}.1.1",
    }
