"""The key of a home and what is derived from it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.uid import UID

from infra.errors import BadSetup
from ingest.privacy.identity import KEY_SIZE, Pseudonyms, fold, load_key, spellings

ONE, OTHER = Pseudonyms(b"1" * 32), Pseudonyms(b"2" * 32)
ORIGINAL = "1.2.840.113619.2.5.1762583153.215519.978957063.78"
exactly = settings(derandomize=True, deadline=None, max_examples=50)


# --- the key --------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    key = load_key(home)
    assert len(key) == KEY_SIZE
    assert load_key(home) == key
    assert (home / "key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.iterdir()] == ["key"]


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    assert load_key(tmp_path / "a") != load_key(tmp_path / "b")


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from ingest.privacy.identity import load_key; "
    code += "print(load_key(Path(sys.argv[1])).hex())"
    root = Path(__file__).parents[2]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "home")], cwd=root, stdout=subprocess.PIPE
        )
        for _ in range(4)
    ]
    keys = {process.communicate()[0] for process in started}
    assert len(keys) == 1
    assert len(keys.pop().strip()) == 2 * KEY_SIZE


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(BadSetup, match="damaged"):
        load_key(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    load_key(tmp_path)
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(BadSetup, match="chmod 600"):
        load_key(tmp_path)


def test_a_key_that_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir(mode=0o700)
    with pytest.raises(BadSetup):
        load_key(tmp_path)


# --- pseudonyms -----------------------------------------------------------------------------------


@exactly
@given(st.text(min_size=1).filter(lambda text: text.strip(" \0")))
def test_uids_are_valid_stable_and_keyed(original: str) -> None:
    uid = ONE.uid(original)
    assert UID(uid).is_valid
    assert len(uid) <= 64
    assert uid == ONE.uid(original) != OTHER.uid(original)
    assert ONE.uid(uid) == uid, "a pseudonym maps to itself"
    assert OTHER.uid(uid) != uid, "but not one of another key"


def test_uid_padding_does_not_matter_and_empty_stays_empty() -> None:
    assert ONE.uid(ORIGINAL + "\0") == ONE.uid(ORIGINAL)
    assert ONE.uid("") == ""


@pytest.mark.parametrize("uid", ["2.25.", "2.25.01", "2.25." + "9" * 39, "2.25.1", "2.25.١"])
def test_other_2_25_uids_are_mapped(uid: str) -> None:
    assert ONE.uid(uid) != uid


def test_patients_stay_together_and_apart() -> None:
    assert ONE.patient("4711", "UCH", "1.2") == ONE.patient(" 4711 ", "uch", "1.3")
    assert ONE.patient("4711", "UCH", "1.2") != ONE.patient("4711", "Other", "1.2")
    assert ONE.patient("4711", "", "") != OTHER.patient("4711", "", "")
    name = ONE.patient("4711", "UCH", "1.2")
    assert ONE.patient(name, "", "anything") == name


@pytest.mark.parametrize(
    "placeholder", ["", " ", "0", "000000", "ANONYMOUS", "No ID", "XXXX", "n/a"]
)
def test_placeholders_do_not_merge_strangers(placeholder: str) -> None:
    assert ONE.patient(placeholder, "", "1.2") != ONE.patient(placeholder, "", "1.3")
    assert ONE.patient(placeholder, "", "1.2") == ONE.patient("", "", "1.2")


@pytest.mark.parametrize("number", ["1", "11", "22", "7"])
def test_short_numbers_of_research_sets_are_patients(number: str) -> None:
    assert ONE.patient(number, "", "1.2") == ONE.patient(number, "", "1.3")


def test_shifts_differ_and_stay_in_range() -> None:
    shifts = {ONE.shift_days(ONE.patient(str(n), "", "")) for n in range(1, 300)}
    assert len(shifts) > 200
    assert all(-3650 <= shift <= -30 for shift in shifts)


def test_join_keys_know_originals_and_pseudonyms() -> None:
    assert ONE.study_key(ORIGINAL) == ONE.study_key(ONE.uid(ORIGINAL)) != OTHER.study_key(ORIGINAL)
    assert ONE.accession_key(" A1 ") == ONE.accession_key("A1") != ""
    assert ONE.accession_key("") == ONE.study_key("") == ""


def test_tombstones_know_originals_and_pseudonyms() -> None:
    assert ONE.tomb("study", ORIGINAL) == ONE.tomb("study", ONE.uid(ORIGINAL))
    assert ONE.tomb("study", ORIGINAL) != ONE.tomb("report", ORIGINAL)
    assert ONE.tomb("patient", "4711") == ONE.tomb("patient", ONE.patient("4711", "", ""))
    assert ORIGINAL not in ONE.tomb("study", ORIGINAL)
    with pytest.raises(ValueError, match="kind"):
        ONE.tomb("series", ORIGINAL)


def test_words_are_folded() -> None:
    assert ONE.word_key("MÜLLER") == ONE.word_key("muller") != OTHER.word_key("muller")
    assert fold("O’Brien") == fold("O'BRIEN") == "obrien"
    assert fold("Łukasz Sørensen") == "lukasz sorensen"
    assert list(spellings("Müller")) == ["Müller", "mueller"]


# --- seals ----------------------------------------------------------------------------------------


def test_a_seal_opens_with_its_key_only() -> None:
    sealed = ONE.seal("Répört".encode())
    assert ONE.unseal(sealed).decode() == "Répört"
    assert sealed != ONE.seal("Répört".encode()), "every seal has its own nonce"
    for broken in (sealed[:-1], sealed[:5], b"", bytes([sealed[0] ^ 1]) + sealed[1:]):
        with pytest.raises(BadSetup):
            ONE.unseal(broken)
    with pytest.raises(BadSetup):
        OTHER.unseal(sealed)


def test_nothing_shows_the_key() -> None:
    assert "1111" not in repr(ONE)
    with pytest.raises(BadSetup):
        Pseudonyms(b"short")
