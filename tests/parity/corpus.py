"""A few hundred studies: pydicom's files, and seeded films with reports of seeded sentences."""

import csv
from pathlib import Path
from random import Random

from tests.flow.archive import film
from tests.samples import pydicom_files

FILMS = 280
STUDIES = 220
LARGEST = 200_000  # bytes of pydicom's files: reading them is not what is tested
FIRST = 5_000  # numbers of films, ten to a study
WITH_REPORT = 0.8
NEVER_COMES = 99_999  # a study whose report waits

REGIONS = ("lung", "left lung", "right lower lobe", "left upper lobe", "mediastinum", "chest")
FINDINGS = (
    "pleural effusion", "pneumothorax", "consolidation", "atelectasis", "cardiomegaly", "nodule",
    "mass", "edema", "emphysema", "hernia", "fracture of a rib", "fibrosis", "pneumonia",
)  # fmt: skip
SENTENCES = (
    "There is a {size} {finding} in the {region}.",
    "No {finding}.",
    "No evidence of {finding} or {other}.",
    "Possible {finding} in the {region}, follow-up in {weeks} weeks.",
    "The heart is of normal size. The {region} is clear.",
    "History of {finding}.",
    "Compared with the last film the {finding} is {change}.",
)
WORDS = (
    "effusion", "pleural", "lung", "lobe", "clear", "heart", "normal", "nodule", "mass", "edema",
    "possible", "history", "film", "weeks", "large", "small", "unchanged", "rib", "hernia",
)  # fmt: skip


def write(folder: Path) -> tuple[Path, ...]:
    """Files in `folder`/films, and reports of most of their studies in `folder`/reports.csv."""
    random = Random(20_261_121)
    (folder / "films").mkdir()
    studies = [FIRST // 10 + n for n in range(STUDIES)]
    for number in range(FILMS):
        study, place = studies[number % STUDIES], number // STUDIES
        data = film(10 * study + place, **_attributes(Random(study)))
        (folder / "films" / f"{study}-{place}.dcm").write_bytes(data)
    with (folder / "reports.csv").open("w", newline="") as handle:
        table = csv.writer(handle)
        table.writerow(("accession", "report_id", "text", "date"))
        for study in studies:
            if random.random() < WITH_REPORT:
                table.writerow(_report(study, random))
        table.writerow(_report(NEVER_COMES, random))
    small = [path for path in pydicom_files() if path.stat().st_size < LARGEST]
    return (folder / "films", *small)


def _attributes(random: Random) -> dict[str, str]:
    """The same for all films of a study."""
    return {
        "Modality": random.choice(("CR", "DX", "CT", "MR")),
        "BodyPartExamined": random.choice(("CHEST", "CHEST", "ABDOMEN", "HEAD")),
        "PatientSex": random.choice("MFO"),
        "PatientAge": f"{random.randint(0, 99):03d}Y",
        "StudyDate": f"{random.randint(2010, 2024)}{random.randint(1, 12):02d}15",
        "ImageLaterality": random.choice("LR"),
        "ViewPosition": random.choice(("PA", "AP", "LL")),
        "Manufacturer": random.choice(("Acme", "Zenith", "acme")),
        "StudyDescription": random.choice(("Thorax in zwei Ebenen", "Chest film", "Follow-up")),
    }


def _report(study: int, random: Random) -> tuple[str, str, str, str]:
    text = " ".join(_sentence(random) for _ in range(random.randint(2, 7)))
    date = f"{random.randint(2010, 2024)}-{random.randint(1, 12):02d}-16"
    return f"ACC{study:05d}", f"R{study}", text, date


def _sentence(random: Random) -> str:
    finding, other = random.sample(FINDINGS, 2)
    return random.choice(SENTENCES).format(
        finding=finding,
        other=other,
        region=random.choice(REGIONS),
        size=random.choice(("small", "large", "moderate")),
        weeks=random.randint(2, 12),
        change=random.choice(("unchanged", "larger", "smaller")),
    )
