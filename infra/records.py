"""The words of Similis as frozen dataclasses. Start here.

UIDs keep their DICOM keyword in snake case (PS3.3). Unless identity was kept at ingest, every UID,
patient and accession in a record is a keyed pseudonym, and every date is shifted per patient.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float32]
Day = date  # for classes with a field named date

VECTOR_SIZE = 1024  # of our own models; that of others is in their ModelRecord
LARGEST_VECTOR = 4096
DEFAULT_DATASET = "default"


class Outcome(StrEnum):
    """What became of a received file."""

    INDEXED = "indexed"
    ATTACHED = "attached"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    REFUSED = "refused"


class VectorKind(StrEnum):
    """What part of an instance a vector stands for."""

    IMAGE = "image"  # a still, or a cine in time (mean of up to 8 evenly spaced frames)
    SLICE = "slice"  # one frame of a stack in space
    TILE = "tile"  # a region of a frame


class Assertion(StrEnum):
    """How a report speaks of a finding."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"
    HISTORICAL = "historical"
    HYPOTHETICAL = "hypothetical"
    FAMILY = "family"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One DICOM image object (a still, a cine or a multi-frame stack) as the catalog knows it.

    Text attributes are "" where the header has none. `spacing_mm` is (row, column) distance in mm.
    `pixel_hash` is the sha256 (hex) of the decoded pixels, independent of the encoding.
    `original` and `thumbnail` are blob keys, "" where not kept.
    """

    instance_uid: str
    series_uid: str
    study_uid: str
    patient: str
    pixel_hash: str
    sop_class_uid: str = ""
    transfer_syntax_uid: str = ""
    modality: str = ""
    body_part: str = ""
    view: str = ""
    laterality: str = ""
    sex: str = ""
    age_years: float | None = None
    study_date: date | None = None
    study_description: str = ""
    series_description: str = ""
    series_number: int | None = None
    instance_number: int | None = None
    manufacturer: str = ""
    device: str = ""
    accession: str = ""
    photometric: str = ""
    rows: int = 0
    columns: int = 0
    frames: int = 1
    spacing_mm: tuple[float, float] | None = None
    frame_time_ms: float | None = None
    lossy: bool = False
    labels: tuple[str, ...] = ()
    identity_kept: bool = False
    original: str = ""
    thumbnail: str = ""

    @property
    def wording(self) -> frozenset[str]:
        """What search finds it by as text: its descriptions and labels."""
        return frozenset({self.study_description, self.series_description, *self.labels}) - {""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A DICOM object that is not an image (SR, SEG, PR, PDF, …), kept with its case."""

    instance_uid: str
    series_uid: str
    study_uid: str
    patient: str
    sop_class_uid: str
    modality: str = ""
    title: str = ""
    content_hash: str = ""
    original: str = ""
    identity_kept: bool = False

    @property
    def wording(self) -> frozenset[str]:
        """What search finds it by as text: its title."""
        return frozenset({self.title}) - {""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One version of a report, already scrubbed of personal data unless identity was kept.

    `version` counts from 1 within a `report_id`; exactly one version is `current`: the one with the
    latest `date`, and among equal or missing dates the one that arrived last.
    """

    report_id: str
    study_uid: str
    text: str
    version: int = 1
    status: str = ""
    date: Day | None = None
    current: bool = True
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A span of a report linked to ICD-10-CM. `begin`/`end` count Unicode code points.

    `laterality`, `severity` and `location` are "" where the report does not say them.
    """

    report_id: str
    report_version: int
    text: str
    begin: int
    end: int
    finding_id: str
    code: str
    assertion: Assertion
    trigger: str = ""
    section: str = ""
    score: float = 1.0
    tagger_id: str = ""
    laterality: str = ""
    severity: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A number from a segmentation; `value` is None with a `reason` where it cannot be known.

    `trace` is the key of a blob with the contours it was made of, "" without one.
    """

    instance_uid: str
    name: str
    value: float | None
    unit: str
    method: str
    model_id: str
    threshold_set: str = ""
    grade: str = ""
    per_beat: tuple[float, ...] = ()
    reason: str = ""
    quality: tuple[str, ...] = ()
    trace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What a person said about a case; never overwritten by re-ingest. `body` is JSON."""

    annotation_id: str
    study_uid: str
    instance_uid: str
    kind: str
    body: str
    author: str
    at: datetime
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHead:
    """A case without its objects: it stays small however many images the case has.

    `has_images` tells whether there is one. `wording` is what all images and attachments are found
    by as text, each once, sorted. `corrections` are what people said of its findings and hearts;
    they are no part of the catalog, and put here before the case is indexed. The rest is as in
    Case.
    """

    study_uid: str
    dataset: str
    patient: str
    version: int
    has_images: bool = False
    wording: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()
    findings: tuple[Finding, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    corrections: tuple[Annotation, ...] = ()

    @property
    def current_reports(self) -> tuple[Report, ...]:
        """The version of each report that search uses."""
        return tuple(r for r in self.reports if r.current)

    @property
    def current_findings(self) -> tuple[Finding, ...]:
        """Findings of the reports' current versions; older ones say what is no longer said."""
        return _current_findings(self.reports, self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A study with everything known of it: what a user looks for and at.

    `version` grows with every change to the case; the index keeps the highest version it was given.
    `accession_key` and `name_keys` are keyed hashes used to join and scrub reports that come later.
    """

    study_uid: str
    dataset: str
    patient: str
    version: int
    instances: tuple[Instance, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reports: tuple[Report, ...] = ()
    findings: tuple[Finding, ...] = ()
    measurements: tuple[Measurement, ...] = ()

    @property
    def current_reports(self) -> tuple[Report, ...]:
        """The version of each report that search uses."""
        return tuple(r for r in self.reports if r.current)

    @property
    def current_findings(self) -> tuple[Finding, ...]:
        """As of CaseHead."""
        return _current_findings(self.reports, self.findings)

    @property
    def head(self) -> CaseHead:
        """The same without images and attachments."""
        words = [instance.wording for instance in self.instances]
        words += [attachment.wording for attachment in self.attachments]
        return CaseHead(
            study_uid=self.study_uid,
            dataset=self.dataset,
            patient=self.patient,
            version=self.version,
            has_images=bool(self.instances),
            wording=tuple(sorted(frozenset().union(*words))),
            reports=self.reports,
            findings=self.findings,
            measurements=self.measurements,
        )


def _current_findings(
    reports: tuple[Report, ...], findings: tuple[Finding, ...]
) -> tuple[Finding, ...]:
    current = {(r.report_id, r.version) for r in reports if r.current}
    return tuple(f for f in findings if (f.report_id, f.report_version) in current)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyKeys:
    """Keyed hashes by which later files find a study; nothing in it can be read back.

    `accession_key` joins reports by accession number; `name_keys` are hashes of the words of the
    patient's names and numbers, so that a report that comes later can be scrubbed of them;
    `date_shift_days` is the patient's shift (0 where identity is kept). `patient_key` is a hash of
    PatientID alone, by which a patient is found; `patient_tomb` is the patient's tombstone token.
    """

    accession_key: str = ""
    patient_key: str = ""
    patient_tomb: str = ""
    name_keys: frozenset[str] = frozenset()
    date_shift_days: int = 0
    identity_kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What has looked at a study: `taggers` has the tagger that has read all of a report's current
    version, by report id; `meters` what has measured an image ("" where that was not said), by UID.
    """

    taggers: dict[str, str] = field(default_factory=dict)
    meters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vector:
    """float32 of L2 norm 1, as many as its model makes, that stand for an instance, slice or tile.

    `frame` counts from 0 (None for an image); `box` is (left, top, right, bottom) in pixels.
    """

    instance_uid: str
    model_id: str
    values: Values
    kind: VectorKind = VectorKind.IMAGE
    frame: int | None = None
    box: tuple[int, int, int, int] | None = None

    @property
    def vector_id(self) -> str:
        """Stable name: the same part of the same instance always has the same id."""
        place = "" if self.frame is None else f"/{self.frame}"
        region = "" if self.box is None else "/" + ",".join(map(str, self.box))
        return f"{self.instance_uid}/{self.kind}{place}{region}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """What happened to one received file. `file` is "ARCHIVE!/member" for archive members.

    `size` (bytes) and `mtime_ns` let a second run see that a file has not changed.
    """

    file: str
    sha256: str
    outcome: Outcome
    instance_uid: str = ""
    study_uid: str = ""
    dataset: str = DEFAULT_DATASET
    reason: str = ""
    message: str = ""
    size: int = 0
    mtime_ns: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingReport:
    """A report whose study has not come yet, sealed (encrypted with the home's key) until then.

    `key` is a keyed hash of the study UID or accession number it names. One that names an accession
    number stays when it has `joined` a study, for others of that number that come later.
    """

    waiting_id: str
    key: str
    sealed: bytes
    received_at: datetime | None = None
    joined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfinishedStudy:
    """A note that blobs of a study are being put: what a killed run leaves is found by it.

    `note_id` is another one each time. `patient_key` and `patient_tomb` as in StudyKeys.
    """

    note_id: str
    study_uid: str
    dataset: str = DEFAULT_DATASET
    patient_key: str = ""
    patient_tomb: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRecord:
    """A model that has made vectors here. `meaningful` is False for seeded (random) weights.

    `dimension` is how many numbers its vectors have, 1 to LARGEST_VECTOR.
    """

    model_id: str
    architecture: str
    weights_sha256: str
    pixel_path: str
    precision: str
    source: str
    meaningful: bool = True
    created_at: datetime | None = None
    dimension: int = VECTOR_SIZE


class JobState(StrEnum):
    """Where a job is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of long work: what, whose, how far. `payload` and `result` are JSON."""

    job_id: str
    kind: str
    payload: str
    owner: str
    state: JobState = JobState.QUEUED
    done: int = 0
    total: int = 0
    attempts: int = 0
    result: str = ""
    error: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """What the index knows of one instance: where it belongs and its filter keys.

    A case without images has one row with `instance_uid` "". `keys` maps a field name of
    `infra/fields.py` to its values: text for keywords, float for numbers, ISO text for dates.
    """

    instance_uid: str
    series_uid: str
    study_uid: str
    dataset: str
    version: int
    keys: dict[str, tuple[str, ...] | tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseText:
    """The searchable text of one case."""

    study_uid: str
    dataset: str
    version: int
    text: str
