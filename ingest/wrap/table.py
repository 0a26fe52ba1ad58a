"""A table of pictures: columns by any name -> rows with checked values."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from infra.errors import NotFound, UserError
from ingest.reading.tables import Line, Table, read_table
from ingest.wrap import fields
from ingest.wrap.fields import BadRow

COLUMNS = (
    "file", "patient_id", "study_id", "series_id", "modality", "body_part", "view", "laterality",
    "sex", "age", "date", "spacing_mm", "labels", "report", "accession",
    "frame_rate", "orientation", "burned_in",
)  # fmt: skip

LONGEST_ID = 1024
LONGEST_REPORT = 1_000_000  # characters

# Imaging modalities (PS3.3 C.7.3.1.1.1); what has no object of its own becomes secondary capture.
MODALITIES = frozenset((
    "BI", "BMD", "CR", "CT", "DG", "DX", "ES", "GM", "IO", "IVOCT", "IVUS", "LS", "MG", "MR", "NM",
    "OAM", "OCT", "OP", "OPM", "OPT", "OPTENF", "OPTBSV", "OPV", "OSS", "OT", "PT", "PX", "RF",
    "RG", "SM", "SMR", "TG", "US", "VA", "XA", "XC",
))  # fmt: skip
ALIASES = {"SC": "OT"}  # SC names an object, not a modality, but tables say it


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a table says about one picture file, as DICOM writes it; "" or None where it is silent.

    `spacing_mm` is (row, column) distance. `body_part` and `view` are CS values, `age` is an AS
    value. `line` counts the header as line 1.
    """

    line: int
    file: str
    modality: str
    patient_id: str = ""
    study_id: str = ""
    series_id: str = ""
    body_part: str = ""
    view: str = ""
    laterality: str = ""
    sex: str = ""
    age: str = ""
    study_date: date | None = None
    spacing_mm: tuple[float, float] | None = None
    frame_rate: float | None = None
    orientation: tuple[str, str] | None = None
    burned_in: bool = False
    labels: tuple[str, ...] = ()
    report: str = ""
    accession: str = ""


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """Open a CSV or TSV file (UTF-8). Raises NotFound, UserError for another encoding."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            yield read_table(handle)
    except FileNotFoundError:
        raise NotFound(f"There is no table {path}.") from None
    except UnicodeDecodeError:
        raise UserError(f"{path.name} is not UTF-8; save it as UTF-8 and repeat.") from None


@dataclass(frozen=True, slots=True)
class Reader:
    """Turns lines of a table into rows: our column names -> theirs, and constants for the rest."""

    names: Mapping[str, str]
    constants: Mapping[str, str]

    @classmethod
    def of(
        cls, columns: Sequence[str], renamed: Mapping[str, str], constants: Mapping[str, str]
    ) -> "Reader":
        """Match a table's columns; a column renamed to "" is not read.

        Raises UserError naming what is unknown or missing.
        """
        for name in (*renamed, *constants):
            if name not in COLUMNS:
                raise UserError(f"There is no column {name}; ours are {', '.join(COLUMNS)}.")
        for name in renamed.values():
            if name and name not in columns:
                raise UserError(f"The table has no column {name}; it has {', '.join(columns)}.")
        names = {name: renamed.get(name, name) for name in COLUMNS}
        names = {ours: theirs for ours, theirs in names.items() if theirs in columns}
        if "file" not in names:
            raise UserError("The table has no column file; use --map file=ITS_NAME.")
        return cls(names, constants)

    def row(self, line: Line) -> Row:
        """The row of a line. Raises BadRow."""
        if line.problem:
            raise BadRow(line.problem)
        value = {ours: line.values[theirs] for ours, theirs in self.names.items()}
        value = {name: value.get(name) or self.constants.get(name, "") for name in COLUMNS}
        if not value["file"] or "\x00" in value["file"]:
            raise BadRow("file is empty")
        view, side = _view_and_side(value)
        return Row(
            line=line.number,
            file=value["file"],
            modality=_modality(value["modality"]),
            patient_id=fields.plain("patient_id", value["patient_id"], LONGEST_ID),
            study_id=fields.plain("study_id", value["study_id"], LONGEST_ID),
            series_id=fields.plain("series_id", value["series_id"], LONGEST_ID),
            body_part=fields.code_string("body_part", value["body_part"]),
            view=fields.code_string("view", view),
            laterality=fields.laterality(side),
            sex=fields.sex(value["sex"]),
            age=fields.age(value["age"]),
            study_date=fields.study_day(value["date"]),
            spacing_mm=fields.spacing(value["spacing_mm"]),
            frame_rate=fields.frames_per_second(value["frame_rate"]),
            orientation=fields.orientation(value["orientation"]),
            burned_in=value["burned_in"].lower() in ("yes", "y", "1", "true"),
            labels=fields.labels(value["labels"]),
            report=_report(value["report"]),
            accession=fields.plain("accession", value["accession"], 16),
        )


def _modality(text: str) -> str:
    code = ALIASES.get(text.upper(), text.upper())
    if not code:
        raise BadRow("it has no modality; give all rows one with --set modality=CR")
    if code not in MODALITIES:
        raise BadRow(f"modality {text!r} is not a DICOM modality such as CR, DX, US, CT, MR, OT")
    return code


def _view_and_side(value: Mapping[str, str]) -> tuple[str, str]:
    """A mammogram's view often carries its side: MLO-R, R-MLO, RMLO -> MLO and R."""
    view, side = value["view"], value["laterality"]
    if value["modality"].upper() == "MG" and not side:
        letters = view.upper().replace("-", "").replace("_", "").replace(" ", "")
        for name in ("MLO", "CC", "ML", "LM"):
            for letter in ("L", "R"):
                if letters in (name + letter, letter + name):
                    return name, letter
    return view, side


def _report(text: str) -> str:
    if len(text) > LONGEST_REPORT:
        raise BadRow(f"the report is longer than {LONGEST_REPORT:,} characters")
    clean = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in clean if c in "\n\t" or ord(c) >= 32).strip()
