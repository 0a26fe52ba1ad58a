"""The rows of a study and its objects, as the catalog writes them. All inside a `write()`."""

import sqlite3

from infra.embedded.codec import from_json, to_json
from infra.errors import NotFound
from infra.ports import Stored
from infra.records import Attachment, Instance, StudyKeys


def known_study(connection: sqlite3.Connection, study_uid: str) -> tuple[int, str]:
    """(number, dataset) of a study. Raises NotFound."""
    found = find_study(connection, study_uid)
    if found is None:
        raise NotFound("There is no such study.")
    return found


def find_study(connection: sqlite3.Connection, study_uid: str) -> tuple[int, str] | None:
    """(number, dataset) of a study, or None."""
    found: tuple[int, str] | None = connection.execute(
        "SELECT study, dataset FROM studies WHERE study_uid = ?", (study_uid,)
    ).fetchone()
    return found


def touch(connection: sqlite3.Connection, study: int) -> None:
    """Note that a case has changed."""
    connection.execute("UPDATE studies SET version = version + 1 WHERE study = ?", (study,))


def put_object(
    connection: sqlite3.Connection,
    item: Instance | Attachment,
    content_hash: str,
    dataset: str,
    keys: StudyKeys,
    *,
    replace: bool,
) -> Stored:
    """Store an image or attachment by the rules of `Catalog.put_instance`."""
    old: tuple[int, bool, str, str] | None = connection.execute(
        "SELECT study, image, content_hash, dataset FROM objects JOIN studies USING (study)"
        " WHERE instance_uid = ?",
        (item.instance_uid,),
    ).fetchone()
    found = find_study(connection, item.study_uid)
    if found is not None and found[1] != dataset:
        return Stored.CONFLICT
    if old is not None:
        if found is not None and old[:3] == (found[0], isinstance(item, Instance), content_hash):
            return Stored.SAME
        if not replace or old[3] != dataset:
            return Stored.CONFLICT
        connection.execute("DELETE FROM objects WHERE instance_uid = ?", (item.instance_uid,))
    study = _merge_study(connection, item, dataset, keys)
    connection.execute(
        "INSERT INTO objects VALUES (?, ?, ?, ?, ?, ?)",
        (
            item.instance_uid,
            study,
            isinstance(item, Instance),
            item.patient,
            content_hash,
            to_json(item),
        ),
    )
    if old is not None and old[0] != study:
        _leave(connection, old[0])
    return Stored.CREATED if old is None else Stored.REPLACED


def _merge_study(
    connection: sqlite3.Connection, item: Instance | Attachment, dataset: str, keys: StudyKeys
) -> int:
    """The number of the item's study, made or brought up to date."""
    found = connection.execute(
        "SELECT study, keys FROM studies WHERE study_uid = ?", (item.study_uid,)
    ).fetchone()
    if found is None:
        study = connection.execute(
            "INSERT INTO studies (study_uid, dataset, patient, version, accession_key, keys)"
            " VALUES (?, ?, ?, 1, ?, ?)",
            (item.study_uid, dataset, item.patient, keys.accession_key, to_json(keys)),
        ).lastrowid
        assert study is not None  # an INSERT has one
        return study
    merged = _merged(from_json(StudyKeys, found[1]), keys)
    connection.execute(
        "UPDATE studies SET version = version + 1, accession_key = ?, keys = ? WHERE study = ?",
        (merged.accession_key, to_json(merged), found[0]),
    )
    return int(found[0])


def _merged(stored: StudyKeys, new: StudyKeys) -> StudyKeys:
    """Names of both; what can be only once stays as it was first known."""
    return StudyKeys(
        accession_key=stored.accession_key or new.accession_key,
        name_keys=stored.name_keys | new.name_keys,
        date_shift_days=stored.date_shift_days or new.date_shift_days,
        identity_kept=stored.identity_kept or new.identity_kept,
    )


def _leave(connection: sqlite3.Connection, study: int) -> None:
    """An object has moved out of this study; one that has nothing left is no case any more."""
    touch(connection, study)
    connection.execute(
        "DELETE FROM studies WHERE study = ?1"
        " AND NOT EXISTS (SELECT 1 FROM objects WHERE study = ?1)"
        " AND NOT EXISTS (SELECT 1 FROM reports WHERE study = ?1)",
        (study,),
    )
