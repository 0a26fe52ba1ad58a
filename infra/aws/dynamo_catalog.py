"""`Catalog` on DynamoDB: studies, their objects, reports, findings and measurements."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from infra.aws.dynamo_bodies import texts_of
from infra.aws.dynamo_cases import read_case, read_case_head, read_measurements, read_objects
from infra.aws.dynamo_erasing import delete_study
from infra.aws.dynamo_lists import partitions_of
from infra.aws.dynamo_measurements import meters_of, put_measurements, unmeasured
from infra.aws.dynamo_objects import put_object
from infra.aws.dynamo_reports import put_findings, put_report, taggers_of, untagged
from infra.aws.dynamo_studies import CASES, DATASETS, objects_pk, read_head, uid_key
from infra.aws.dynamo_table import Table
from infra.aws.dynamo_tables import DynamoTables
from infra.codec import from_json
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

R = TypeVar("R", Case, CaseHead)


class DynamoCatalog:
    """The source of truth for cases, for any number of machines."""

    def __init__(self, tables: DynamoTables) -> None:
        self._tables = tables

    @property
    def _table(self) -> Table:
        return self._tables.table(CASES)

    # --- writing ----------------------------------------------------------------------------------

    def put_instance(
        self, instance: Instance, dataset: str, keys: StudyKeys, *, replace: bool = False
    ) -> Stored:
        """See Catalog. Replacing pixels drops the measurements that were made of the old ones."""
        content = instance.pixel_hash
        return put_object(self._tables, instance, content, dataset, keys, replaces=replace)

    def put_attachment(
        self, attachment: Attachment, dataset: str, keys: StudyKeys, *, replace: bool = False
    ) -> Stored:
        """See Catalog."""
        content = attachment.content_hash
        return put_object(self._tables, attachment, content, dataset, keys, replaces=replace)

    def put_report(self, report: Report, dataset: str) -> Report:
        """See Catalog."""
        return put_report(self._tables, report, dataset)

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
        put_findings(self._tables, study_uid, report_id, findings, version, tagger_id)

    def put_measurements(
        self, instance_uid: str, measurements: Sequence[Measurement], *, model_id: str = ""
    ) -> None:
        """See Catalog."""
        put_measurements(self._tables, instance_uid, measurements, model_id)

    def delete_study(self, study_uid: str) -> Case | None:
        """See Catalog. Until it returns, parts of the study may still be found; when it raises,
        the study is partly deleted, and deleting it again finishes that.
        """
        return delete_study(self._tables, study_uid)

    def scrub(self) -> None:
        """See Catalog. There are no files of ours: what is deleted is gone for every reader at
        once, and the storage under it, encrypted, is the service's. Backups that were switched on
        (point-in-time recovery: up to 35 days) end by their own clock.
        """

    # --- reading ----------------------------------------------------------------------------------

    def instances(self, uids: Iterable[str], scope: AccessScope) -> dict[str, Instance]:
        """See Catalog."""
        found = self._objects(uids, scope, images=True)
        return {uid: from_json(Instance, record) for uid, record in found.items()}

    def attachments(self, uids: Iterable[str], scope: AccessScope) -> dict[str, Attachment]:
        """See Catalog."""
        found = self._objects(uids, scope, images=False)
        return {uid: from_json(Attachment, record) for uid, record in found.items()}

    def _objects(self, uids: Iterable[str], scope: AccessScope, *, images: bool) -> dict[str, str]:
        """UID -> record of images or attachments."""
        wanted = list(uids)

        def read() -> dict[str, str]:
            studies = self._studies_of(wanted, scope, images=images)
            keys = [(objects_pk(study), uid) for uid, study in studies.items()]
            texts = texts_of(self._table, self._table.get_many(keys))
            return {key[1]: text for key, text in texts.items()}

        return self._tables.until_done(read)

    def studies_of_instances(self, uids: Iterable[str], scope: AccessScope) -> dict[str, str]:
        """See Catalog."""
        return self._studies_of(uids, scope)

    def _studies_of(
        self, uids: Iterable[str], scope: AccessScope, *, images: bool | None = None
    ) -> dict[str, str]:
        """Instance UID -> study UID of images (False: attachments; None: both) in scope."""
        keys = {uid_key(uid): uid for uid in uids}
        found = self._table.get_many(keys, only=["study", "dataset", "image"])
        return {
            keys[key]: item["study"]
            for key, item in found.items()
            if scope.allows(item["dataset"]) and images in (None, item["image"])
        }

    def heads(self, study_uids: Iterable[str], scope: AccessScope) -> dict[str, CaseHead]:
        """See Catalog."""
        return self._each(partial(read_case_head, self._table, scope=scope), study_uids)

    def cases(self, study_uids: Iterable[str], scope: AccessScope) -> dict[str, Case]:
        """See Catalog."""
        return self._each(partial(read_case, self._table, scope=scope), study_uids)

    def _each(self, read: Callable[[str], R | None], study_uids: Iterable[str]) -> dict[str, R]:
        wanted = sorted({uid for uid in study_uids if uid})
        found = self._tables.at_once(
            lambda uid: self._tables.until_done(partial(read, uid)), wanted
        )
        return {uid: case for uid, case in zip(wanted, found, strict=True) if case is not None}

    def blob_keys(self, study_uid: str) -> set[str]:
        """See Catalog."""

        def read() -> set[str]:
            images, attachments = read_objects(self._table, study_uid)
            keys = {image.original for image in images} | {image.thumbnail for image in images}
            keys |= {attachment.original for attachment in attachments}
            return keys | {made.trace for made in read_measurements(self._table, study_uid)}

        return self._tables.until_done(read) - {""}

    def study_uids(
        self, scope: AccessScope, *, dataset: str = "", patient: str = ""
    ) -> Iterator[str]:
        """See Catalog. A study is of a patient when one of its objects is."""
        if patient:
            for item in self._table.query(f"patient#{patient}", only=["dataset"]):
                if scope.allows(item["dataset"]) and dataset in ("", item["dataset"]):
                    yield item["sk"]
            return
        names = [name for name in self.datasets(scope) if dataset in ("", name)]
        lists = partitions_of(f"dataset#{name}" for name in names)
        yield from (item["sk"] for item in self._table.merged(lists))

    def untagged(self, tagger_id: str = "") -> Iterator[tuple[str, str]]:
        """See Catalog."""
        return untagged(self._tables, tagger_id)

    def unmeasured(self, model_id: str = "") -> Iterator[str]:
        """See Catalog."""
        return unmeasured(self._tables, model_id)

    def studies_by_accession(self, accession_key: str) -> list[str]:
        """See Catalog."""
        return self._found_by("accession", accession_key)

    def studies_by_patient_key(self, patient_key: str) -> list[str]:
        """See Catalog."""
        return self._found_by("patient_key", patient_key)

    def _found_by(self, way: str, key: str) -> list[str]:
        return [item["sk"] for item in self._table.query(f"{way}#{key}")] if key else []

    def study_keys(self, study_uid: str) -> StudyKeys | None:
        """See Catalog."""
        head = read_head(self._table, study_uid)
        return None if head is None else head.keys

    def marks(self, study_uid: str) -> Marks:
        """See Catalog."""
        return Marks(
            taggers=taggers_of(self._table, study_uid), meters=meters_of(self._table, study_uid)
        )

    def datasets(self, scope: AccessScope) -> dict[str, int]:
        """See Catalog."""
        counts: dict[str, int] = {}
        for item in self._table.query(DATASETS, only=["dataset", "studies"]):
            if scope.allows(item["dataset"]):
                counts[item["dataset"]] = counts.get(item["dataset"], 0) + item["studies"]
        return {name: counts[name] for name in sorted(counts) if counts[name] > 0}
