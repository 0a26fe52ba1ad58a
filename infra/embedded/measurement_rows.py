"""The rows of measurements, and what has measured which image. Writing is inside a `write()`."""

import sqlite3

from infra.embedded.study_rows import touch
from infra.errors import NotFound


def put_measurements(
    connection: sqlite3.Connection, instance_uid: str, records: str, model_id: str
) -> None:
    """Replace the measurements (JSON) of an image; its case has changed only if they have.

    Raises NotFound for an unknown image.
    """
    found = connection.execute(
        "SELECT study, records FROM objects LEFT JOIN measurements USING (instance_uid, study)"
        " WHERE instance_uid = ? AND image",
        (instance_uid,),
    ).fetchone()
    if found is None:
        raise NotFound("There is no such instance to measure.")
    study, before = found
    connection.execute(
        "INSERT INTO measurements (instance_uid, study, model_id, records) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT DO UPDATE SET model_id = ?3, records = ?4",
        (instance_uid, study, model_id, records),
    )
    if records != (before or "[]"):
        touch(connection, study)


def meters_of(connection: sqlite3.Connection, study_uid: str) -> dict[str, str]:
    """Instance UID -> what has measured it, where anything has."""
    found = connection.execute(
        "SELECT instance_uid, model_id FROM measurements JOIN studies USING (study)"
        " WHERE study_uid = ?",
        (study_uid,),
    )
    return dict(found.fetchall())


def unmeasured_after(
    connection: sqlite3.Connection, last: str, model_id: str, limit: int
) -> list[str]:
    """UIDs of ultrasound images that this model ("": any) has not measured, in order."""
    found = connection.execute(
        "SELECT instance_uid FROM objects LEFT JOIN measurements USING (instance_uid)"
        " WHERE image = 1 AND json_extract(record, '$.modality') = 'US' AND instance_uid > ?1"
        " AND (model_id IS NULL OR (?2 <> '' AND model_id <> ?2))"
        " ORDER BY instance_uid LIMIT ?3",
        (last, model_id, limit),
    )
    return [uid for (uid,) in found]
