"""`Annotations` on SQLite."""

import json
from collections.abc import Iterable, Sequence

from infra.codec import from_json, sortable, to_json
from infra.embedded.database import Database
from infra.records import Annotation


class EmbeddedAnnotations:
    """What people said about cases; no part of a case, so re-ingest never touches it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, annotation: Annotation, *, seen: Sequence[Annotation] | None = None) -> bool:
        """See Annotations."""
        with self._database.write() as connection:
            if seen is not None:
                now = self.of_studies([annotation.study_uid], annotation.kind)
                if now.get(annotation.study_uid, []) != list(seen):
                    return False
            connection.execute(
                "INSERT OR REPLACE INTO annotations VALUES (?, ?, ?, ?, ?)",
                (
                    annotation.annotation_id,
                    annotation.study_uid,
                    annotation.kind,
                    sortable(annotation.at),
                    to_json(annotation),
                ),
            )
        return True

    def of_studies(self, study_uids: Iterable[str], kind: str = "") -> dict[str, list[Annotation]]:
        """See Annotations. Studies without any are left out."""
        annotations: dict[str, list[Annotation]] = {}
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT study_uid, record FROM annotations"
                " WHERE study_uid IN (SELECT value FROM json_each(?1)) AND (?2 = '' OR kind = ?2)"
                " ORDER BY study_uid, at, annotation_id",
                (json.dumps(list(study_uids)), kind),
            )
            for study_uid, record in found:
                annotations.setdefault(study_uid, []).append(from_json(Annotation, record))
        return annotations

    def delete_study(self, study_uid: str) -> int:
        """See Annotations."""
        with self._database.write() as connection:
            return connection.execute(
                "DELETE FROM annotations WHERE study_uid = ?", (study_uid,)
            ).rowcount
