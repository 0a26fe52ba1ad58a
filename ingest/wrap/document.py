"""Report text as a Basic Text SR document (PS3.3 A.35.1)."""

from pydicom import Dataset
from pydicom.uid import BasicTextSRStorage

from ingest.wrap.anatomy import code
from ingest.wrap.modules import Place, empty_sequence, new_object
from ingest.wrap.table import Row
from ingest.wrap.uids import uid

# A document must have a date. This one, long before there were any, means that none is known.
UNKNOWN_DAY = "19000101"


def report_document(row: Row, place: Place, text: str) -> Dataset:
    """The report of a study, one a study: another text replaces it under the same UID."""
    made = new_object(row, place, BasicTextSRStorage, uid("report", place.study_uid))
    made.Modality = "SR"
    made.SeriesInstanceUID, made.SeriesNumber = uid("report series", place.study_uid), 9000
    made.InstanceNumber = 1
    made.ReferencedPerformedProcedureStepSequence = empty_sequence()
    made.PerformedProcedureCodeSequence = empty_sequence()
    made.ContentDate, made.ContentTime = made.StudyDate or UNKNOWN_DAY, "000000"
    made.CompletionFlag, made.VerificationFlag = "COMPLETE", "UNVERIFIED"
    made.ValueType, made.ContinuityOfContent = "CONTAINER", "SEPARATE"
    made.ConceptNameCodeSequence = [_title()]
    made.ContentSequence = [_text(text)]
    return made


def _title() -> Dataset:
    return code("18748-4", "LN", "Diagnostic imaging study")


def _text(text: str) -> Dataset:
    """The whole text in one item, named like the document: its own headings are inside."""
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", "TEXT"
    item.ConceptNameCodeSequence = [_title()]
    item.TextValue = text
    return item
