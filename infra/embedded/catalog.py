"""`Catalog` on SQLite: studies, their objects, reports, findings and measurements."""

from collections.abc import Iterable, Iterator, Sequence

from infra.codec import from_json, list_to_json
from infra.embedded.case_rows import (
    GIVEN,
    IN_SCOPE,
    given,
    in_scope,
    read_cases,
    read_heads,
)
from infra.embedded.database import Database
from infra.embedded.finding_rows import (
    forget_tagger,
    put_findings,
    taggers_of,
    untagged_after,
)
from infra.embedded.measurement_rows import meters_of, put_measurements, unmeasured_after
from infra.embedded.report_versions import add_version, is_current
from infra.embedded.scratch import Scratch
from infra.embedded.study_rows import known_study, put_object, touch
from infra.errors import NotFound
from infra.ports import Stored
from infra.query import AccessScope
from infra.records import (
    Attachment,
    Case,
    CaseHead,
    Finding,
    Instance,
    Marks,
    Measurement,
    Report,
    StudyKeys,
)

PAGE = 1_000


class EmbeddedCatalog:
    """The source of truth for cases on one machine."""

    def __init__(self, database: Database, scratch: Scratch) -> None:
        self._database = database
        self._scratch = scratch

    # --- writing ----------------------------------------------------------------------------------

    def put_instance(
        self, instance: Instance, dataset: str, keys: StudyKeys, *, replace: bool = False
    ) -> Stored:
        """See Catalog. Replacing pixels drops the measurements that were made of the old ones."""
        with self._database.write() as connection:
            return put_object(
                connection, instance, instance.pixel_hash, dataset, keys, replace=replace
            )

    def put_attachment(
        self, attachment: Attachment, dataset: str, keys: StudyKeys, *, replace: bool = False
    ) -> Stored:
        """See Catalog."""
        with self._database.write() as connection:
            return put_object(
                connection, attachment, attachment.content_hash, dataset, keys, replace=replace
            )

    def put_report(self, report: Report, dataset: str) -> Report:
        """See Catalog."""
        with self._database.write() as connection:
            study, present = known_study(connection, report.study_uid)
            if present != dataset:
                raise NotFound("The study of this report is in another dataset.")
            stored, changed = add_version(connection, study, report)
            if changed:
                touch(connection, study)
                forget_tagger(connection, study, report.report_id)
            return stored

    def put_findings(
        self,
        study_uid: str,
        report_id: str,
        findings: Sequence[Finding],
        *,
        version: int | None = None,
        tagger_id: str = "",
    ) -> None:
        """See Catalog."""
        with self._database.write() as connection:
            study, _ = known_study(connection, study_uid)
            if version is not None and not is_current(connection, study, report_id, version):
                return
            put_findings(connection, study, report_id, list_to_json(findings), tagger_id)

    def put_measurements(
        self, instance_uid: str, measurements: Sequence[Measurement], *, model_id: str = ""
    ) -> None:
        """See Catalog."""
        with self._database.write() as connection:
            put_measurements(connection, instance_uid, list_to_json(measurements), model_id)

    def delete_study(self, study_uid: str) -> Case | None:
        """See Catalog."""
        with self._database.write() as connection:
            case = self.cases([study_uid], AccessScope.everything()).get(study_uid)
            connection.execute("DELETE FROM studies WHERE study_uid = ?", (study_uid,))
            return case

    def scrub(self) -> None:
        """See Catalog. Seconds for 100,000 images: the database is written anew.

        `secure_delete` zeroes a row where it lies, but not the copies that SQLite leaves in free
        parts of pages when it moves rows between them; and segments of the full-text index keep
        deleted words until they are merged.
        """
        with self._database.write() as connection:
            for (table,) in connection.execute(
                "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'"
            ).fetchall():
                connection.execute(f'INSERT INTO "{table}" ("{table}") VALUES (\'optimize\')')
        self._database.rewrite(self._scratch.path)

    # --- reading ----------------------------------------------------------------------------------

    def instances(self, uids: Iterable[str], scope: AccessScope) -> dict[str, Instance]:
        """See Catalog."""
        found = self._objects(uids, scope, images=True)
        return {uid: from_json(Instance, record) for uid, record in found}

    def attachments(self, uids: Iterable[str], scope: AccessScope) -> dict[str, Attachment]:
        """See Catalog."""
        found = self._objects(uids, scope, images=False)
        return {uid: from_json(Attachment, record) for uid, record in found}

    def _objects(
        self, uids: Iterable[str], scope: AccessScope, *, images: bool
    ) -> list[tuple[str, str]]:
        """(UID, record) of images or attachments."""
        with self._database.read() as connection:
            return connection.execute(
                f"SELECT instance_uid, record FROM objects JOIN studies USING (study)"
                f" WHERE image = :images AND instance_uid IN ({GIVEN}) AND {IN_SCOPE}",
                {"images": images, "given": given(uids), "scope": in_scope(scope)},
            ).fetchall()

    def heads(self, study_uids: Iterable[str], scope: AccessScope) -> dict[str, CaseHead]:
        """See Catalog."""
        with self._database.read() as connection:
            return read_heads(connection, study_uids, scope)

    def cases(self, study_uids: Iterable[str], scope: AccessScope) -> dict[str, Case]:
        """See Catalog."""
        with self._database.read() as connection:
            return read_cases(connection, study_uids, scope)

    def studies_of_instances(self, uids: Iterable[str], scope: AccessScope) -> dict[str, str]:
        """See Catalog."""
        with self._database.read() as connection:
            found = connection.execute(
                f"SELECT instance_uid, study_uid FROM objects JOIN studies USING (study)"
                f" WHERE instance_uid IN ({GIVEN}) AND {IN_SCOPE}",
                {"given": given(uids), "scope": in_scope(scope)},
            )
            return dict(found.fetchall())

    def blob_keys(self, study_uid: str) -> set[str]:
        """See Catalog."""
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT json_extract(record, '$.original'),"
                " coalesce(json_extract(record, '$.thumbnail'), '')"
                " FROM objects JOIN studies USING (study) WHERE study_uid = ?1"
                " UNION SELECT json_extract(value, '$.trace'), ''"
                " FROM measurements JOIN studies USING (study), json_each(records)"
                " WHERE study_uid = ?1",
                (study_uid,),
            )
            return {key for keys in found for key in keys} - {"", None}

    def study_uids(
        self, scope: AccessScope, *, dataset: str = "", patient: str = ""
    ) -> Iterator[str]:
        """See Catalog. A study is of a patient when one of its objects is."""
        last = ""
        while True:
            with self._database.read() as connection:
                found = connection.execute(
                    f"SELECT study_uid FROM studies WHERE study_uid > :last AND {IN_SCOPE}"
                    " AND (:dataset = '' OR dataset = :dataset)"
                    " AND (:patient = '' OR study IN"
                    "  (SELECT study FROM objects WHERE patient = :patient))"
                    " ORDER BY study_uid LIMIT :page",
                    {
                        "last": last,
                        "scope": in_scope(scope),
                        "dataset": dataset,
                        "patient": patient,
                        "page": PAGE,
                    },
                ).fetchall()
            yield from (uid for (uid,) in found)
            if len(found) < PAGE:
                return
            (last,) = found[-1]

    def untagged(self, tagger_id: str = "") -> Iterator[tuple[str, str]]:
        """See Catalog."""
        last: tuple[int, str] = (0, "")
        while True:
            with self._database.read() as connection:
                found = untagged_after(connection, last, tagger_id, PAGE)
            yield from ((study_uid, report_id) for _, report_id, study_uid in found)
            if len(found) < PAGE:
                return
            last = found[-1][:2]

    def unmeasured(self, model_id: str = "") -> Iterator[str]:
        """See Catalog."""
        last = ""
        while True:
            with self._database.read() as connection:
                found = unmeasured_after(connection, last, model_id, PAGE)
            yield from found
            if len(found) < PAGE:
                return
            last = found[-1]

    def studies_by_accession(self, accession_key: str) -> list[str]:
        """See Catalog."""
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT study_uid FROM studies WHERE accession_key = ? AND accession_key <> ''"
                " ORDER BY study_uid",
                (accession_key,),
            )
            return [uid for (uid,) in found]

    def studies_by_patient_key(self, patient_key: str) -> list[str]:
        """See Catalog."""
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT study_uid FROM studies WHERE patient_key = ? AND patient_key <> ''"
                " ORDER BY study_uid",
                (patient_key,),
            )
            return [uid for (uid,) in found]

    def study_keys(self, study_uid: str) -> StudyKeys | None:
        """See Catalog."""
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT keys FROM studies WHERE study_uid = ?", (study_uid,)
            ).fetchone()
            return None if found is None else from_json(StudyKeys, found[0])

    def marks(self, study_uid: str) -> Marks:
        """See Catalog."""
        with self._database.read() as connection:
            return Marks(
                taggers=taggers_of(connection, study_uid), meters=meters_of(connection, study_uid)
            )

    def datasets(self, scope: AccessScope) -> dict[str, int]:
        """See Catalog."""
        with self._database.read() as connection:
            found = connection.execute(
                f"SELECT dataset, count(*) FROM studies WHERE {IN_SCOPE}"
                " GROUP BY dataset ORDER BY dataset",
                {"scope": in_scope(scope)},
            )
            return dict(found.fetchall())
