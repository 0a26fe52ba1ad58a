"""The rows of a study and its objects, as the catalog writes them. All inside a `write()`."""

import sqlite3

from infra.catalog_rules import merged_keys
from infra.codec import from_json, to_json
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
    old: tuple[str, bool, str] | None = connection.execute(
        "SELECT study_uid, image, content_hash FROM objects JOIN studies USING (study)"
        " WHERE instance_uid = ?",
        (item.instance_uid,),
    ).fetchone()
    found = find_study(connection, item.study_uid)
    if found is not None and found[1] != dataset:
        return Stored.CONFLICT
    if old is not None:
        if old == (item.study_uid, isinstance(item, Instance), content_hash):
            return Stored.SAME
        if not replace or old[0] != item.study_uid:
            return Stored.CONFLICT
        _delete_object(connection, item.instance_uid)
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
    connection.executemany(
        "INSERT INTO wording VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET uses = uses + 1",
        [(study, text) for text in item.wording],
    )
    return Stored.CREATED if old is None else Stored.REPLACED


def _delete_object(connection: sqlite3.Connection, instance_uid: str) -> None:
    study, image, record = connection.execute(
        "DELETE FROM objects WHERE instance_uid = ? RETURNING study, image, record",
        (instance_uid,),
    ).fetchone()
    old = from_json(Instance, record) if image else from_json(Attachment, record)
    words = [(study, text) for text in old.wording]
    connection.executemany("UPDATE wording SET uses = uses - 1 WHERE study = ? AND text = ?", words)
    connection.executemany("DELETE FROM wording WHERE study = ? AND text = ? AND uses = 0", words)


def _merge_study(
    connection: sqlite3.Connection, item: Instance | Attachment, dataset: str, keys: StudyKeys
) -> int:
    """The number of the item's study, made or brought up to date."""
    found = connection.execute(
        "SELECT study, keys FROM studies WHERE study_uid = ?", (item.study_uid,)
    ).fetchone()
    if found is None:
        study = connection.execute(
            "INSERT INTO studies"
            " (study_uid, dataset, patient, version, accession_key, patient_key, keys)"
            " VALUES (?, ?, ?, 1, ?, ?, ?)",
            (
                item.study_uid,
                dataset,
                item.patient,
                keys.accession_key,
                keys.patient_key,
                to_json(keys),
            ),
        ).lastrowid
        assert study is not None  # an INSERT has one
        return study
    merged = merged_keys(from_json(StudyKeys, found[1]), keys)
    connection.execute(
        "UPDATE studies SET version = version + 1, accession_key = ?, patient_key = ?, keys = ?"
        " WHERE study = ?",
        (merged.accession_key, merged.patient_key, to_json(merged), found[0]),
    )
    return int(found[0])
