"""Body parts and views as codes: SNOMED CT, from PS3.16 CID 4031, 4010 and 4014 and Annex L."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydicom import Dataset


@dataclass(frozen=True, slots=True)
class Part:
    """A body part as a code."""

    value: str
    meaning: str


PARTS: Mapping[str, Part] = {
    "ABDOMEN": Part("818981001", "Abdomen"),
    "ANKLE": Part("70258002", "Ankle joint"),
    "BRAIN": Part("12738006", "Brain"),
    "BREAST": Part("76752008", "Breast"),
    "CHEST": Part("816094009", "Chest"),
    "CLAVICLE": Part("51299004", "Clavicle"),
    "CSPINE": Part("122494005", "Cervical spine"),
    "ELBOW": Part("16953009", "Elbow joint"),
    "EYE": Part("81745001", "Eye"),
    "FEMUR": Part("71341001", "Femur"),
    "FINGER": Part("7569003", "Finger"),
    "FOOT": Part("56459004", "Foot"),
    "FOREARM": Part("14975008", "Forearm"),
    "HAND": Part("85562004", "Hand"),
    "HEAD": Part("69536005", "Head"),
    "HEART": Part("80891009", "Heart"),
    "HIP": Part("29836001", "Hip"),
    "HUMERUS": Part("85050009", "Humerus"),
    "KNEE": Part("72696002", "Knee"),
    "LSPINE": Part("122496007", "Lumbar spine"),
    "NECK": Part("45048000", "Neck"),
    "PELVIS": Part("816092008", "Pelvis"),
    "SCAPULA": Part("79601000", "Scapula"),
    "SHOULDER": Part("16982005", "Shoulder"),
    "SKULL": Part("89546000", "Skull"),
    "SPINE": Part("421060004", "Spine"),
    "THIGH": Part("68367000", "Thigh"),
    "TOE": Part("29707007", "Toe"),
    "TSPINE": Part("122495006", "Thoracic spine"),
    "WRIST": Part("74670003", "Wrist joint"),
}

UNPAIRED = frozenset({
    "ABDOMEN", "AORTA", "BLADDER", "BRAIN", "CHEST", "COCCYX", "COLON", "CSPINE", "CTSPINE",
    "DUODENUM", "ESOPHAGUS", "GALLBLADDER", "HEAD", "HEART", "JAW", "LARYNX", "LIVER", "LSPINE",
    "LSSPINE", "MEDIASTINUM", "NECK", "PANCREAS", "PELVIS", "PROSTATE", "RECTUM", "SKULL", "SPINE",
    "SPLEEN", "SSPINE", "STERNUM", "STOMACH", "THYROID", "TLSPINE", "TRACHEA", "TSPINE", "UTERUS",
    "WHOLEBODY",
})  # fmt: skip

# Shown upright by convention: frontal films have the patient's left on the right.
TRUNK = frozenset({"ABDOMEN", "CHEST", "CSPINE", "HEAD", "LSPINE", "NECK", "PELVIS", "SKULL",
                   "SPINE", "TSPINE"})  # fmt: skip

VIEWS: Mapping[str, tuple[str, str]] = {
    "AP": ("399348003", "antero-posterior"),
    "PA": ("272479007", "postero-anterior"),
}
MAMMOGRAPHY_VIEWS: Mapping[str, tuple[str, str]] = {
    "MLO": ("399368009", "medio-lateral oblique"),
    "CC": ("399162004", "cranio-caudal"),
    "ML": ("399260004", "medio-lateral"),
    "LM": ("399352003", "latero-medial"),
}


def region(body_part: str) -> Dataset:
    """The code of a body part; a local one for parts that are not in the table."""
    part = PARTS.get(body_part)
    if part is None:
        return code(body_part, "99SIMILIS", body_part)
    return code(part.value, "SCT", part.meaning)


def code(value: str, scheme: str, meaning: str) -> Dataset:
    """A coded entry (PS3.3 8.8)."""
    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = value, scheme, meaning
    return made
