"""The archive that the page is tested with: what is in it, and how it is made.

- `films`: chest films of twelve drawn patients with one to three studies each, labels and reports.
- `ct`: three chest CTs as slices and one as a multi-frame stack.
- `echo`: two echo cines.
- `samples`: the pictures inside the pydicom wheel, with the demo's reports.

Names and numbers of the patients stand in the files, and must never be seen on the page.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.application import ConfiguredModel
from infra.settings import Settings
from infra.wiring import build
from ingest.arrival.request import Progress, Request
from ingest.pipeline import Pipeline
from ingest.privacy.identity import load_key
from ingest.reading.labels import set_labels
from tests.e2e import phantoms
from tests.flow.archive import without_workers
from tests.ingest.making import dataset, file_of
from tests.samples import pydicom_folder

ROOT = Path(__file__).parents[2]
SAMPLE_REPORTS = ROOT / "docs" / "samples" / "reports.csv"
FAMILY_NAME = "Quastenberg"  # of everybody here: wherever it turns up, identity leaked

CR_STORAGE = "1.2.840.10008.5.1.4.1.1.1"
CT_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
US_MULTIFRAME = "1.2.840.10008.5.1.4.1.1.3.1"
ROOT_UID = "1.2.826.0.1.3680043.10.999"
PATIENTS = 12
CTS, SLICES, STACK_FRAMES = 3, 20, 12
CINES, CINE_FRAMES = 2, 24

EFFUSION = "Moderate pleural effusion on the left. Heart of normal size. No pneumothorax."
NODULE = "Small nodule in the left upper lobe, 8 mm. No pleural effusion. Follow-up is suggested."
CLEAR = "Lungs are clear. No pleural effusion and no pneumothorax. Heart of normal size."


@dataclass(frozen=True)
class Film:
    """One chest film; a study has one."""

    patient: int
    study: int

    @property
    def sex(self) -> str:
        return "FM"[self.patient % 2]

    @property
    def age(self) -> int:
        return 42 + 4 * self.patient + self.study

    @property
    def effusion(self) -> bool:
        return (self.patient + self.study) % 3 != 1

    @property
    def nodule(self) -> bool:
        return self.patient % 4 == 1

    @property
    def labels(self) -> tuple[str, ...]:
        found = [("Effusion", self.effusion), ("Nodule", self.nodule)]
        return tuple(name for name, is_there in found if is_there) or ("No finding",)

    @property
    def report(self) -> str:
        if self.effusion:
            return f"{EFFUSION} {NODULE.split('. ')[0]}." if self.nodule else EFFUSION
        return NODULE if self.nodule else CLEAR

    @property
    def accession(self) -> str:
        return f"E2E{self.patient:02d}{self.study}"

    @property
    def date(self) -> str:
        return f"{2016 + self.study}-{1 + self.patient:02d}-15"

    @property
    def study_uid(self) -> str:
        return f"{ROOT_UID}.1.{self.patient + 1}.{self.study + 1}"

    def file(self, **attributes: Any) -> bytes:
        pixels = phantoms.chest_film(
            100 * self.patient + self.study, effusion=self.effusion, nodule=self.nodule
        )
        values = {
            "SOPClassUID": CR_STORAGE,
            "Modality": "CR",
            "BodyPartExamined": "CHEST",
            "ViewPosition": "PA" if self.study % 2 == 0 else "AP",
            "StudyDescription": "Chest radiograph",
            "AccessionNumber": self.accession,
            "StudyDate": self.date.replace("-", ""),
            "ImagerPixelSpacing": [0.8, 0.8],
            **_person(self.patient, self.sex, self.age),
            **_uids(self.study_uid, 1),
            **attributes,
        }
        return _file(pixels, 12, values, self.labels)


def films() -> list[Film]:
    """All that are in the archive."""
    return [
        Film(patient, study) for patient in range(PATIENTS) for study in range(_studies(patient))
    ]


def _studies(patient: int) -> int:
    return 1 + patient % 3


def asked_film() -> Film:
    """A film that is not in the archive, of a patient who has three others there."""
    return Film(patient=8, study=3)


def ct_slices(patient: int, slices: int = SLICES) -> Iterator[bytes]:
    """A chest CT, a file a slice."""
    study = f"{ROOT_UID}.2.{patient + 1}"
    for number, pixels in enumerate(phantoms.chest_ct(500 + patient, slices)):
        values = {
            **_ct(patient),
            **_uids(study, number + 1),
            "StudyDescription": "CT of the chest, slices",
            "InstanceNumber": number + 1,
            "ImagePositionPatient": [-135, -135, -5.0 * number],
            "SliceThickness": 5,
        }
        yield _file(pixels[None] - phantoms.AIR, 12, values)


def ct_stack() -> bytes:
    """A CT of frames in one object."""
    pixels = phantoms.chest_ct(600, STACK_FRAMES) - phantoms.AIR
    values = {**_ct(CTS), **_uids(f"{ROOT_UID}.2.{CTS + 1}", 1)}
    return _file(pixels, 12, {**values, "StudyDescription": "CT of the chest, frames"})


def _ct(patient: int) -> dict[str, Any]:
    return {
        "SOPClassUID": CT_STORAGE,
        "Modality": "CT",
        "BodyPartExamined": "CHEST",
        "SeriesDescription": "Axial 5 mm",
        "SeriesNumber": 2,
        "StudyDate": f"2020{patient + 3:02d}10",
        "RescaleIntercept": phantoms.AIR,
        "RescaleSlope": 1,
        "RescaleType": "HU",
        "WindowCenter": 40,
        "WindowWidth": 400,
        "PixelSpacing": [1.4, 1.4],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "FrameOfReferenceUID": f"{ROOT_UID}.2.{patient + 1}.9",
        **_person(20 + patient, "MF"[patient % 2], 50 + 5 * patient),
    }


def cine(number: int) -> bytes:
    """An echo of one beat, at 25 frames a second."""
    values = {
        "SOPClassUID": US_MULTIFRAME,
        "Modality": "US",
        "BodyPartExamined": "HEART",
        "StudyDescription": "Echocardiogram",
        "SeriesDescription": "Apical four-chamber",
        "StudyDate": f"2021{number + 1:02d}05",
        "FrameTime": 40.0,
        "FrameIncrementPointer": 0x00181063,
        **_person(30 + number, "FM"[number % 2], 61 + number),
        **_uids(f"{ROOT_UID}.3.{number + 1}", 1),
    }
    return _file(phantoms.heart_cine(700 + number, CINE_FRAMES), 8, values)


def _person(number: int, sex: str, age: int) -> dict[str, str]:
    return {
        "PatientID": f"E2E-{number:03d}",
        "PatientName": f"{FAMILY_NAME}^Number{number}",
        "PatientSex": sex,
        "PatientAge": f"{age:03d}Y",
    }


def _uids(study: str, number: int) -> dict[str, str]:
    series = f"{study}.1"
    return {
        "StudyInstanceUID": study,
        "SeriesInstanceUID": series,
        "SOPInstanceUID": f"{series}.{number}",
    }


def _file(
    pixels: phantoms.Pixels, bits: int, values: dict[str, Any], labels: tuple[str, ...] = ()
) -> bytes:
    stored = pixels.astype("uint8" if bits == 8 else "uint16")
    made = dataset(stored, bits, **values)
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    if labels:
        set_labels(made, labels)
    return file_of(made)


def write(folder: Path) -> None:
    """All files, a folder a dataset, and the films' reports."""
    files = {f"films/{film.accession}.dcm": film.file() for film in films()}
    for patient in range(CTS):
        files |= {f"ct/{patient}/{n}.dcm": data for n, data in enumerate(ct_slices(patient))}
    files["ct/stack.dcm"] = ct_stack()
    files |= {f"echo/{number}.dcm": cine(number) for number in range(CINES)}
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    with (folder / "films.csv").open("w", newline="", encoding="utf-8") as handle:
        rows = csv.writer(handle)
        rows.writerow(("accession", "date", "text"))
        rows.writerows((film.accession, film.date, film.report) for film in films())


def make(home: Path, scratch: Path) -> None:
    """Fill a new home with all of it, with seeded weights."""
    write(scratch)
    settings = Settings(home=home, seeded_weights=True, precision="fp32")
    model = ConfiguredModel()
    with build(settings) as services, pytest.MonkeyPatch.context() as patch:
        without_workers(patch)
        pipeline = Pipeline(
            services=services,
            settings=settings,
            key=load_key(home),
            embedder=lambda: model.open(settings),
        )

        def ingest(dataset: str, path: Path, reports: Path | None = None) -> None:
            pipeline.run(Request(paths=(path,), reports=reports, dataset=dataset), Progress())

        ingest("films", scratch / "films", scratch / "films.csv")
        ingest("ct", scratch / "ct")
        ingest("echo", scratch / "echo")
        ingest("samples", pydicom_folder(), SAMPLE_REPORTS)
