"""What a caller may look at: stored objects in their scope, and their own query files."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from starlette.requests import Request

from api.application import Application
from api.held import HeldQueries, HeldQuery
from api.server.caller import application_of, session_of
from infra.errors import NotFound
from infra.records import Attachment, Case, Instance

MISSING = "There is nothing of this UID."


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An object's file: `version` is another one when its bytes are."""

    record: Instance | Attachment
    version: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Viewer:
    """One caller's view. Nothing outside of it can be told from what does not exist."""

    app: Application
    held: HeldQueries
    session: str

    @classmethod
    def of(cls, request: Request) -> "Viewer":
        """Of whoever sends a request. Raises Unauthenticated."""
        return cls(application_of(request), request.app.state.held, session_of(request))

    def case(self, study_uid: str) -> Case:
        """A study with its objects; a query file is a study of one instance. Raises NotFound."""
        query = self.held.of_study(study_uid, self.session)
        if query is not None:
            return case_of_query(query)
        cases = self.app.services.catalog.cases([study_uid], self.app.scope)
        if study_uid not in cases:
            raise NotFound(MISSING)
        return cases[study_uid]

    def file(self, study_uid: str, series_uid: str, instance_uid: str) -> StoredFile:
        """The file of one object; "" for study or series matches any. Raises NotFound."""
        query = self.held.of_instance(instance_uid, self.session)
        if query is not None:
            found = self.held_file(query)
        else:
            found = self.stored_file(self._record(instance_uid))
        record = found.record
        if study_uid not in ("", record.study_uid) or series_uid not in ("", record.series_uid):
            raise NotFound(MISSING)
        return found

    def files(self, study_uid: str, series_uid: str = "") -> list[StoredFile]:
        """The files of a study or series that were kept. Raises NotFound where there are none."""
        query = self.held.of_study(study_uid, self.session)
        if query is not None:
            found = [self.held_file(query)]
        else:
            objects = objects_of(self.case(study_uid))
            found = [self.stored_file(one) for one in objects if one.original]
        found = [file for file in found if series_uid in ("", file.record.series_uid)]
        if not found:
            raise NotFound(MISSING)
        return found

    def stored_file(self, record: Instance | Attachment) -> StoredFile:
        """The file of an object in the archive. Raises NotFound when it was not kept."""
        key = record.original
        if not key:
            raise NotFound("The file of this object was not kept: see the setting keep_originals.")
        return StoredFile(record, key, lambda: self.app.services.blobs.open(key))

    def held_file(self, query: HeldQuery) -> StoredFile:
        """The viewer's copy of a query file."""
        return StoredFile(query.instance, query.query_id, lambda: _open(query))

    def _record(self, instance_uid: str) -> Instance | Attachment:
        catalog, scope = self.app.services.catalog, self.app.scope
        images = catalog.instances([instance_uid], scope)
        if instance_uid in images:
            return images[instance_uid]
        others = catalog.attachments([instance_uid], scope)
        if instance_uid in others:
            return others[instance_uid]
        raise NotFound(MISSING)


def case_of_query(query: HeldQuery) -> Case:
    """A query file as if it were a study of the archive."""
    instance = query.instance
    return Case(
        study_uid=instance.study_uid,
        dataset="",
        patient=instance.patient,
        version=0,
        instances=(instance,),
    )


def objects_of(case: Case) -> list[Instance | Attachment]:
    """Images, then everything else."""
    return [*case.instances, *case.attachments]


def _open(query: HeldQuery) -> BinaryIO:
    try:
        return query.copy.open("rb")
    except FileNotFoundError:  # it expired since it was found
        raise NotFound(MISSING) from None
