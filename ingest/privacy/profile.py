"""What happens to each attribute: the PS3.15 Annex E table and the options taken, as one look-up.

The Basic Profile's actions come from the kept table of `dicom-anonymizer` (edition 2026c). It does
not hold the options' columns, so those are listed here. `docs/deidentification.md` explains them.
"""

from enum import Enum, auto
from functools import cache

from dicomanonymizer.dicom_anonymization_databases import dicomfields_2026c as basic
from pydicom.datadict import dictionary_has_tag, dictionary_keyword, dictionary_VR
from pydicom.tag import BaseTag

from ingest.privacy.vocabulary import words


class Action(Enum):
    """What to do with an attribute."""

    KEEP = auto()
    REMOVE = auto()
    EMPTY = auto()  # present without a value (Z)
    DUMMY = auto()  # a value that says nothing (D)
    UID = auto()  # keyed pseudonym
    SHIFT = auto()  # date moved by the patient's shift
    CLEAN = auto()  # text without what identifies (C)
    ITEMS = auto()  # a sequence whose items are treated one by one


# Retain Patient Characteristics Option (113108). Free text among them is not kept but removed.
PATIENT_CHARACTERISTICS = words(
    "PatientSex PatientAge PatientSize PatientWeight EthnicGroup SmokingStatus PregnancyStatus "
    "PatientSexNeutered"
)

# Clean Descriptors Option (113105): text about the pictures, which search lives on.
DESCRIPTORS = words(
    "AcquisitionComments AcquisitionContextDescription AcquisitionDeviceProcessingDescription "
    "AcquisitionFieldOfViewLabel AcquisitionProtocolDescription AdmittingDiagnosesDescription "
    "AnnotationGroupDescription AnnotationGroupLabel BeamDescription BolusDescription "
    "ChannelDerivationDescription ChannelLabel CommentsOnRadiationDose "
    "CommentsOnThePerformedProcedureStep CompensatorDescription ConceptualVolumeDescription "
    "ConceptualVolumeCombinationDescription ContrastBolusAgent DecompositionDescription "
    "DerivationDescription DeviceDescription DischargeDiagnosisDescription "
    "DisplacementReferenceLabel DoseReferenceDescription EntityDescription EntityLabel "
    "EntityLongLabel EntityName EquipmentFrameOfReferenceDescription FilterLookupTableDescription "
    "FixationDeviceDescription FractionGroupDescription FrameComments ImageComments "
    "ImagePresentationComments ImagingServiceRequestComments Impressions InterlockDescription "
    "InterlockOriginDescription InterpretationDiagnosisDescription InterpretationText "
    "ModifiedImageDescription MultienergyAcquisitionDescription MultiplexGroupLabel "
    "PerformedProcedureStepDescription PositionAcquisitionTemplateDescription "
    "PositionAcquisitionTemplateName PreMedication PrescriptionDescription "
    "PriorTreatmentDoseDescription ProtocolName PyramidDescription PyramidLabel "
    "RadiationDoseIdentificationLabel RadiationDoseInVivoMeasurementLabel "
    "RadiationGenerationModeDescription RadiationGenerationModeLabel ReasonForOmissionDescription "
    "ReasonForStudy ReasonForTheImagingServiceRequest ReasonForTheRequestedProcedure "
    "RequestedContrastAgent RequestedProcedureComments RequestedProcedureDescription "
    "RequestedSeriesDescription RespiratoryMotionCompensationTechniqueDescription ResultsComments "
    "ROIDescription ROIGenerationDescription ROIName ROIObservationDescription ROIObservationLabel "
    "RTPlanDescription RTPlanLabel RTPlanName RTPrescriptionLabel RTToleranceSetLabel "
    "RTTreatmentApproachLabel ScheduledProcedureStepDescription SeriesDescription "
    "SetupTechniqueDescription ShieldingDeviceDescription SpecimenDetailedDescription "
    "SpecimenShortDescription StructureSetDescription StructureSetLabel StructureSetName "
    "StudyDescription TextComments TreatmentPositionGroupLabel TreatmentSite TreatmentSites "
    "TreatmentToleranceViolationDescription UserContentLabel UserContentLongLabel "
    "WaveformFilterDescription XRayDetectorLabel"
)

# Where the table leaves a choice or goes less far than we do.
_CHOICES = {
    "ContentSequence": Action.ITEMS,  # Clean Structured Content Option (113104)
    "VerifyingObserverSequence": Action.ITEMS,  # required when verified; its names are replaced
    "GraphicAnnotationSequence": Action.REMOVE,  # its text cannot be trusted; no Clean Graphics
    "PersonIdentificationCodeSequence": Action.EMPTY,
    "FlowIdentifierSequence": Action.REMOVE,
    "DeviceSerialNumber": Action.DUMMY,  # type 1 in enhanced images
    "PatientBirthDate": Action.EMPTY,  # the age says what is needed of it
    "PatientBirthTime": Action.REMOVE,
    "PatientBirthDateInAlternativeCalendar": Action.REMOVE,
    "PatientDeathDateInAlternativeCalendar": Action.REMOVE,
    "PatientAlternativeCalendar": Action.REMOVE,
    "LastMenstrualDate": Action.SHIFT,
    "GPSDateStamp": Action.REMOVE,
    "GPSTimeStamp": Action.REMOVE,
    "SelectorDAValue": Action.SHIFT,
    "TimezoneOffsetFromUTC": Action.REMOVE,
    "IssuerOfAccessionNumberSequence": Action.REMOVE,
    "LocalNamespaceEntityID": Action.REMOVE,
    "UniversalEntityID": Action.REMOVE,
}

# UIDs that name a kind of thing, not a thing.
_CLASS_UIDS = words(
    "SOPClassUID RelatedGeneralSOPClassUID OriginalSpecializedSOPClassUID SOPClassesInStudy "
    "ReferencedSOPClassUID SOPClassesSupported CodingSchemeUID ContextGroupExtensionCreatorUID "
    "ContextUID MappingResourceUID StoredInstanceTransferSyntaxUID AvailableTransferSyntaxUID "
    "FlowTransferSyntaxUID MACCalculationTransferSyntaxUID EncryptedContentTransferSyntaxUID "
    "PertinentSOPClassesInStudy PertinentSOPClassesInSeries CreatorVersionUID"
)
# Byte strings that are pictures, tables of numbers or curves; every other one is removed.
_BULK = words(
    "PixelData FloatPixelData DoubleFloatPixelData WaveformData WaveformPaddingValue "
    "ChannelMinimumValue ChannelMaximumValue ICCProfile TrianglePointIndexList "
    "EdgePointIndexList VertexPointIndexList PrimitivePointIndexList "
    "RecommendedDisplayCIELabValueList CoefficientsSDVN CoefficientsSDHN CoefficientsSDDN "
    "LUTData ExtendedOffsetTable ExtendedOffsetTableLengths "
    "BlendingLookupTableData WeightingLookupTableData"
)
_TEXT_VRS = frozenset({"LO", "LT", "SH", "ST", "UC", "UT"})
_BULK_VRS = frozenset({"OB", "OW", "OB or OW", "US or OW", "US or SS or OW", "UN"})
# Text outside the table that names an institution, an order, a person or one machine.
_NAMING = ("PlacerOrderNumber", "FillerOrderNumber", "HL7InstanceIdentifier", "OwnerID")
_NAMING_EXACT = words(
    "BreedRegistrationNumber AssignedLocation ContactDisplayName DeviceID GridID PrinterName "
    "RadiationMachineName SOPAuthorizationComment PrintJobID ItineraryID BoardingPassID CarrierID "
    "ItineraryIDAssigningAuthority RouteID RouteIDAssigningAuthority NTPSourceAddress "
    "StorageMediaFileSetID HangingProtocolUserGroupName ProductLotIdentifier"
)
_DATE_VRS = frozenset({"DA", "DT"})

_BY_TABLE = {
    **{tag: Action.DUMMY for tag in basic.D_TAGS},
    **{tag: Action.EMPTY for tag in basic.Z_TAGS},
    **{tag: Action.REMOVE for tag in basic.X_TAGS},
    **{tag: Action.UID for tag in basic.U_TAGS},
    # Z/D, X/Z, X/Z/D: an empty attribute is allowed everywhere but in type 1.
    **{tag: Action.EMPTY for tag in (*basic.Z_D_TAGS, *basic.X_Z_TAGS, *basic.X_Z_D_TAGS)},
    **{tag: Action.REMOVE for tag in basic.X_D_TAGS},
    **{tag: Action.ITEMS for tag in basic.X_Z_U_STAR_TAGS},
}


@cache
def action_of(tag: BaseTag) -> Action:
    """The action for a standard attribute; what the dictionary does not know is removed."""
    if tag.group < 0x0008 or tag.is_private or tag.element == 0 or not dictionary_has_tag(tag):
        return Action.REMOVE
    if 0x5000 <= tag.group < 0x5100 or 0x6000 <= tag.group < 0x6100:
        return Action.REMOVE  # curves and overlays
    keyword, vr = dictionary_keyword(tag), dictionary_VR(tag)
    return _by_option(keyword) or _by_date(vr) or _by_table(tag) or _by_kind(keyword, vr)


def _by_option(keyword: str) -> Action | None:
    if keyword in _CHOICES:
        return _CHOICES[keyword]
    if keyword in PATIENT_CHARACTERISTICS:
        return Action.KEEP
    return Action.CLEAN if keyword in DESCRIPTORS else None


def _by_date(vr: str) -> Action | None:
    """Retain Longitudinal Temporal Information with Modified Dates (113107): times stay."""
    if vr in _DATE_VRS:
        return Action.SHIFT
    return Action.KEEP if vr == "TM" else None


def _by_table(tag: BaseTag) -> Action | None:
    return _BY_TABLE.get((tag.group, tag.element))


def _by_kind(keyword: str, vr: str) -> Action:
    if vr == "UI":
        return Action.KEEP if keyword in _CLASS_UIDS else Action.UID
    if vr in _BULK_VRS:
        tables = keyword.endswith(("ColorLookupTableData", "LUTData")) or keyword in _BULK
        numbers = vr.startswith("US")
        return Action.KEEP if tables or numbers else Action.REMOVE
    if vr == "PN":
        return Action.EMPTY
    if vr in ("AE", "UR") or keyword.startswith(_NAMING) or keyword in _NAMING_EXACT:
        return Action.REMOVE
    if vr == "SQ":
        return Action.ITEMS
    return Action.CLEAN if vr in _TEXT_VRS else Action.KEEP


# (code, meaning) of PS3.16 CID 7050 for DeidentificationMethodCodeSequence.
BASIC_PROFILE = ("113100", "Basic Application Confidentiality Profile")
CLEAN_PIXEL_DATA = ("113101", "Clean Pixel Data Option")
CLEAN_STRUCTURED_CONTENT = ("113104", "Clean Structured Content Option")
CLEAN_DESCRIPTORS = ("113105", "Clean Descriptors Option")
MODIFIED_DATES = ("113107", "Retain Longitudinal Temporal Information Modified Dates Option")
KEPT_CHARACTERISTICS = ("113108", "Retain Patient Characteristics Option")
