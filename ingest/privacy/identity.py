"""The home's secret key and everything derived from it: pseudonyms, join keys, tombstones, seals.

All names are HMAC-SHA256 with one domain per purpose, so two kinds of name never coincide and none
can be turned back without the key. Pseudonyms carry a check value: a pseudonym that comes back (an
exported file, a UID copied from a result) is recognised and maps to itself.
"""

import base64
import hmac
import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from infra.errors import BadSetup

KEY_SIZE = 32
KEY_FILE = "key"  # in the home
TOMB_KINDS = ("study", "patient", "report")

_UID_PREFIX = "2.25."
_UID_BYTES, _UID_CHECK_BYTES = 12, 4
_PATIENT_PREFIX = "P-"
_PATIENT_BYTES, _PATIENT_CHECK_BYTES = 7, 3
_SHIFT_LEAST, _SHIFT_MOST = 30, 3650
_NONCE_SIZE = 12

# Values that stand in PatientID where there is none; merging by them would join strangers.
_PLACEHOLDERS = {"anonymous", "anonymized", "anonymised", "anon", "unknown", "none", "null", "nil"}
_PLACEHOLDERS |= {"na", "notavailable", "noid", "nopatientid", "unspecified", "undefined", "id"}
_PLACEHOLDERS |= {"patient", "patientid", "test", "dummy", "deidentified", "removed", "default"}
# Letters that Unicode does not decompose into a base letter and a mark.
_FOLDED_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_APOSTROPHES = re.compile("['’‘ʼ`´]")


# --- the key --------------------------------------------------------------------------------------


def load_key(home: Path) -> bytes:
    """The 32 byte key of this home; made on first use, readable by its owner only.

    Two processes that start at once get the same key: it is written aside and linked into place.
    Raises BadSetup when it cannot be read or made, has the wrong size, or others may read it.
    """
    path = home / KEY_FILE
    try:
        if not path.exists():
            _create(path)
        _refuse_open_permissions(path)
        key = path.read_bytes()
    except OSError as exc:
        raise BadSetup(f"The key {path} cannot be used: {exc.strerror}.") from exc
    if len(key) != KEY_SIZE:
        raise BadSetup(f"The key {path} is damaged; put back the one from your backup.")
    return key


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".key-{os.urandom(8).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(os.urandom(KEY_SIZE))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return  # another process was first; its key is the key
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refuse_open_permissions(path: Path) -> None:
    # Refused rather than repaired: once others could read the key, its owner should know.
    if os.name != "nt" and path.stat().st_mode & 0o077:
        raise BadSetup(f"Others may read the key {path}; close it first: chmod 600 '{path}'.")


# --- words ----------------------------------------------------------------------------------------


def fold(word: str) -> str:
    """A word without case, diacritics and apostrophes: "O’Brien" becomes "obrien"."""
    if word.isascii():
        return _APOSTROPHES.sub("", word.casefold()) if "'" in word or "`" in word else word.lower()
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", word).casefold())
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return bare.translate(_FOLDED_LETTERS)


def spellings(word: str) -> Iterator[str]:
    """A word and the way it is written without umlauts: "Müller" -> "Müller", "mueller"."""
    yield word
    written_out = unicodedata.normalize("NFKC", word).casefold().translate(_UMLAUTS)
    if written_out != word.casefold():
        yield written_out


# --- pseudonyms -----------------------------------------------------------------------------------


class Pseudonyms:
    """Stable names for people, objects and words under one key."""

    def __init__(self, key: bytes) -> None:
        """Take the key of `load_key`. Raises BadSetup if it is not 32 bytes."""
        if len(key) != KEY_SIZE:
            raise BadSetup(f"A key has {KEY_SIZE} bytes, not {len(key)}.")
        self._key = key

    @property
    def mark(self) -> str:
        """What tells this key from others, and nothing about it."""
        return self._mac("key", "mark").hex()[:32]

    def uid(self, original: str) -> str:
        """A valid DICOM UID (2.25. and 128 bits, PS3.5 B.2) for a UID; "" for none.

        A pseudonym of this key maps to itself.
        """
        original = original.strip(" \0")
        if not original or self._is_own_uid(original):
            return original
        mark = self._checked("uid", original, _UID_BYTES, _UID_CHECK_BYTES)
        return _UID_PREFIX + str(int.from_bytes(mark, "big"))

    def patient(self, patient_id: str, issuer: str, fallback: str) -> str:
        """A name like P-ABCDEFGH23456723 (16 letters or digits) for a patient of an issuer.

        Where PatientID is missing or a placeholder, from `fallback` (the study UID), so that
        patients without a number are not taken for one. A pseudonym of this key maps to itself.
        """
        patient_id = " ".join(patient_id.replace("\0", " ").split())
        if self.is_own_patient(patient_id):
            return patient_id
        if _is_placeholder(patient_id):
            return self._patient_name("patient-of-study", self.uid(fallback))
        issuer = " ".join(issuer.replace("\0", " ").upper().split())
        return self._patient_name("patient", f"{patient_id}\0{issuer}")

    def is_own_patient(self, name: str) -> bool:
        """Whether this is a patient pseudonym of this key."""
        if not name.startswith(_PATIENT_PREFIX):
            return False
        try:
            mark = base64.b32decode(name.removeprefix(_PATIENT_PREFIX))
        except ValueError:
            return False
        return self._is_checked("patient", mark, _PATIENT_BYTES, _PATIENT_CHECK_BYTES)

    def shift_days(self, patient: str) -> int:
        """The one shift of all dates of a patient (by pseudonym), -3650…-30 days."""
        spread = _SHIFT_MOST - _SHIFT_LEAST + 1
        return -(_SHIFT_LEAST + int.from_bytes(self._mac("shift", patient)[:8], "big") % spread)

    def accession_key(self, accession: str) -> str:
        """Join key of an accession number; "" for none."""
        accession = accession.strip(" \0")
        return f"a-{self._mac('accession', accession).hex()[:32]}" if accession else ""

    def report_id(self, original: str) -> str:
        """Name of a report: its id may hold a study UID or accession number."""
        return f"r-{self._mac('report', original).hex()[:32]}"

    def patient_key(self, patient_id: str) -> str:
        """Hash of a PatientID alone, whoever issued it; "" for none."""
        patient_id = " ".join(patient_id.replace("\0", " ").split())
        return f"p-{self._mac('patient-id', patient_id).hex()[:32]}" if patient_id else ""

    def study_key(self, study_uid: str) -> str:
        """Join key of a study, the same for its UID and for its pseudonym; "" for none."""
        study = self.uid(study_uid)
        return f"s-{self._mac('study', study).hex()[:32]}" if study else ""

    def word_key(self, word: str) -> str:
        """Hash of a word of somebody's name or of a number, without regard to case and marks."""
        return self._mac("word", fold(word)).hex()[:16]

    def tomb(self, kind: str, value: str) -> str:
        """Tombstone token of a "study", a "patient" or the "report"s of a study.

        The same for an original and its pseudonym; a patient is named by the pseudonym, or by a
        PatientID without issuer.
        """
        if kind not in TOMB_KINDS:
            raise ValueError(f"kind must be one of {TOMB_KINDS}")
        name = self.patient(value, "", value) if kind == "patient" else self.uid(value)
        return f"{kind}-{self._mac(f'tomb-{kind}', name).hex()[:32]}"

    def seal(self, data: bytes) -> bytes:
        """Encrypt and authenticate (AES-256-GCM): nonce, then ciphertext and tag."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE_SIZE)
        return nonce + AESGCM(self._mac("seal", "")).encrypt(nonce, data, None)

    def unseal(self, sealed: bytes) -> bytes:
        """What `seal` was given. Raises BadSetup when it was changed or sealed with another key."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            nonce, body = sealed[:_NONCE_SIZE], sealed[_NONCE_SIZE:]
            return AESGCM(self._mac("seal", "")).decrypt(nonce, body, None)
        except (InvalidTag, ValueError) as exc:
            raise BadSetup("Sealed data does not open with the key of this home.") from exc

    def _mac(self, domain: str, value: str) -> bytes:
        message = f"similis/{domain}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, message, "sha256")

    def _checked(self, domain: str, value: str, size: int, check_size: int) -> bytes:
        mark = self._mac(domain, value)[:size]
        return mark + self._mac(f"{domain}-check", mark.hex())[:check_size]

    def _is_checked(self, domain: str, mark: bytes, size: int, check_size: int) -> bool:
        expected = self._mac(f"{domain}-check", mark[:size].hex())[:check_size]
        return len(mark) == size + check_size and hmac.compare_digest(mark[size:], expected)

    def _is_own_uid(self, uid: str) -> bool:
        digits = uid.removeprefix(_UID_PREFIX)
        if digits == uid or not digits.isdecimal() or not digits.isascii() or len(digits) > 39:
            return False
        number = int(digits)
        if number >= 1 << 128 or digits != str(number):
            return False
        return self._is_checked("uid", number.to_bytes(16, "big"), _UID_BYTES, _UID_CHECK_BYTES)

    def _patient_name(self, domain: str, value: str) -> str:
        mark = self._mac(domain, value)[:_PATIENT_BYTES]
        mark += self._mac("patient-check", mark.hex())[:_PATIENT_CHECK_BYTES]
        return _PATIENT_PREFIX + base64.b32encode(mark).decode("ascii")


def _is_placeholder(patient_id: str) -> bool:
    signs = "".join(sign for sign in fold(patient_id) if sign.isalnum())
    if signs in _PLACEHOLDERS or not signs.strip("0x"):
        return True
    return len(signs) >= 5 and len(set(signs)) == 1
