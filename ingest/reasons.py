"""Why a received file is not indexed: stable codes, each with one helpful sentence."""

from infra.errors import RejectedFile

SENTENCES: dict[str, str] = {
    # not readable as DICOM
    "not_dicom": "This is not a DICOM file; convert other pictures with `similis wrap`.",
    "truncated_file": "The file ends before its header does; send it again.",
    "bad_header": "The header contradicts itself or lacks what a picture needs; export it again.",
    "unreadable": "The file could not be read; check that it exists and may be read.",
    "too_large": "The file or what it expands to is larger than the limits in the settings allow.",
    "bad_archive": "The archive is damaged, encrypted or unsafe; unpack it and ingest the folder.",
    # no picture in it
    "no_pixel_data": "The header describes an image but there are no pixels in the file.",
    "truncated_pixel_data": "The file holds fewer pixels than its header promises; send it again.",
    "unsupported_transfer_syntax": (
        "The pixels are encoded in a way that cannot be decoded here (for example video); "
        "convert the file to Explicit VR Little Endian."
    ),
    "undecodable_pixels": "The pixels are damaged or not encoded as the header says; export again.",
    # out of bounds
    "too_many_frames": "The file has more frames than the setting max_frames allows.",
    "too_slow": "Reading took longer than the setting decode_seconds allows.",
    "too_much_memory": "Reading took more memory than the setting decode_memory_mb allows.",
    "decoder_crashed": "The decoder crashed on this file; it is probably damaged.",
    # readable, but not to be indexed
    "burned_in_text": (
        "The picture has personal data burned in that could not be removed; "
        "clean it first, or ingest it with --keep-identity."
    ),
    "erased": "This study or patient was deleted on purpose and is not taken in again.",
    # conflicts
    "other_pixels": "Another picture is already stored under this UID; see --on-conflict.",
    "other_dataset": "This study is already in another dataset.",
    "other_study": "This UID is already stored in another study; delete that study first.",
    "other_content": "Another object is already stored under this UID; see --on-conflict.",
    "replaced": (
        "A picture that came later under the same UID took the place of this one; to go back, "
        "touch this file and ingest it with --on-conflict replace."
    ),
    "internal_error": "The file could not be processed because of a fault in Similis; see the log.",
}


def sentence(code: str) -> str:
    """The sentence of a code. Raises KeyError for a code that is not in the table."""
    return SENTENCES[code]


def rejected(code: str, detail: str = "") -> RejectedFile:
    """A RejectedFile of this code; `detail` (no patient data) is added in brackets.

    Raises KeyError for a code that is not in the table.
    """
    text = SENTENCES[code]
    return RejectedFile(code, f"{text} ({detail})" if detail else text)
