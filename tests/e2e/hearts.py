"""Small echo clips of hearts of known size, with a header."""

from tests.phantoms import Cine

ROOT_UID = "1.2.826.0.1.3680043.10.997"


def cine(number: int, ef: float, **attributes: object) -> bytes:
    """A clip of two beats, small."""
    edv = 130.0 + 6 * (number % 12)
    made = Cine(
        edv_ml=edv, esv_ml=edv * (1 - ef / 100), beats_ms=(800.0, 800.0), frame_ms=50.0, start=0.5,
        rows=240, columns=280, x_mm=0.66, y_mm=0.66, seed=number,
    )  # fmt: skip
    study = f"{ROOT_UID}.{number + 1}"
    values = {
        "PatientID": f"HEART-{number}",
        "PatientSex": "FM"[number % 2],
        "PatientAge": f"{60 + number:03d}Y",
        "StudyDescription": "Echocardiogram",
        "StudyDate": f"2022{number % 12 + 1:02d}05",
        "StudyInstanceUID": study,
        "SeriesInstanceUID": f"{study}.1",
        "SOPInstanceUID": f"{study}.1.1",
        **attributes,
    }
    return made.file(**values)
