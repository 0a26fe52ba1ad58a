"""Small records to put into stores."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from infra.query import AccessScope
from infra.records import (
    VECTOR_SIZE,
    Annotation,
    Assertion,
    Attachment,
    Finding,
    Instance,
    Job,
    LedgerRow,
    Measurement,
    ModelRecord,
    Outcome,
    Report,
    StudyKeys,
    Vector,
    VectorKind,
)

ALL = AccessScope.everything()
KEYS = StudyKeys()
NOON = datetime(2024, 5, 17, 12, tzinfo=UTC)


def later(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def instance(uid: str = "1.2.3.1", study: str = "1.2.3", **changes: object) -> Instance:
    made = Instance(
        instance_uid=uid,
        series_uid=f"{study}.9",
        study_uid=study,
        patient="patient-1",
        pixel_hash=f"pixels of {uid}",
    )
    return replace(made, **changes)


FULL_INSTANCE = Instance(
    instance_uid="1.2.840.1.1",
    series_uid="1.2.840.1",
    study_uid="1.2.840",
    patient="påtiënt-1",
    pixel_hash="ab" * 32,
    sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
    transfer_syntax_uid="1.2.840.10008.1.2.1",
    modality="CT",
    body_part="CHEST",
    view="AP",
    laterality="L",
    sex="F",
    age_years=61.5,
    study_date=date(2019, 2, 28),
    study_description='Thorax "nativ" \N{SNOWMAN}',
    series_description="axial",
    series_number=3,
    instance_number=17,
    manufacturer="Maker",
    device="Model 1",
    accession="A1",
    photometric="MONOCHROME2",
    rows=512,
    columns=256,
    frames=4,
    spacing_mm=(0.1, 0.7000000000000001),
    frame_time_ms=33.3,
    lossy=True,
    labels=("edema", "effusion"),
    identity_kept=True,
    original="1.2.840/" + "ab" * 32 + ".dcm",
    thumbnail="1.2.840/" + "cd" * 32 + ".webp",
)


def attachment(uid: str = "1.2.3.7", study: str = "1.2.3", **changes: object) -> Attachment:
    made = Attachment(
        instance_uid=uid,
        series_uid=f"{study}.8",
        study_uid=study,
        patient="patient-1",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.88.11",
        modality="SR",
        title="Report",
        content_hash=f"content of {uid}",
    )
    return replace(made, **changes)


def report(text: str, study: str = "1.2.3", **changes: object) -> Report:
    return replace(Report(report_id="r1", study_uid=study, text=text), **changes)


def finding(code: str = "J90", **changes: object) -> Finding:
    made = Finding(
        report_id="r1",
        report_version=1,
        text="effusion",
        begin=3,
        end=11,
        finding_id="effusion",
        code=code,
        assertion=Assertion.PRESENT,
        trigger="small",
        section="findings",
        score=0.25,
        tagger_id="rules-1",
    )
    return replace(made, **changes)


def measurement(name: str = "lv_ef", **changes: object) -> Measurement:
    made = Measurement(
        instance_uid="1.2.3.1",
        name=name,
        value=61.2,
        unit="%",
        method="area-length",
        model_id="m1",
        threshold_set="ase-2015",
        grade="normal",
        per_beat=(60.0, 62.4),
        quality=("short clip",),
    )
    return replace(made, **changes)


def annotation(name: str = "a1", study: str = "1.2.3", **changes: object) -> Annotation:
    made = Annotation(
        annotation_id=name,
        study_uid=study,
        instance_uid="",
        kind="label",
        body='{"label": "edema"}',
        author="reader-1",
        at=NOON,
    )
    return replace(made, **changes)


def model(name: str = "m1", **changes: object) -> ModelRecord:
    made = ModelRecord(
        model_id=name,
        architecture="densenet121",
        weights_sha256="00" * 32,
        pixel_path="1",
        precision="fp32",
        source="seeded",
        meaningful=False,
        created_at=NOON,
    )
    return replace(made, **changes)


def job(name: str = "j1", **changes: object) -> Job:
    return replace(Job(job_id=name, kind="ingest", payload="{}", owner="me"), **changes)


def ledger_row(file: str = "a.dcm", sha256: str = "aa", **changes: object) -> LedgerRow:
    made = LedgerRow(file=file, sha256=sha256, outcome=Outcome.REFUSED, at=NOON)
    return replace(made, **changes)


def vector(
    instance_uid: str = "1.2.3.1",
    seed: int = 0,
    model_id: str = "m1",
    kind: VectorKind = VectorKind.IMAGE,
    frame: int | None = None,
    box: tuple[int, int, int, int] | None = None,
) -> Vector:
    values = np.random.default_rng(seed).normal(size=VECTOR_SIZE)
    return Vector(
        instance_uid=instance_uid,
        model_id=model_id,
        values=(values / np.linalg.norm(values)).astype(np.float32),
        kind=kind,
        frame=frame,
        box=box,
    )


def same(one: Vector, other: Vector) -> bool:
    """Equal in everything, values bit for bit."""
    return (
        (one.vector_id, one.model_id, one.kind, one.frame, one.box)
        == (other.vector_id, other.model_id, other.kind, other.frame, other.box)
    ) and one.values.tobytes() == other.values.tobytes()
