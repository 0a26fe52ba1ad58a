"""Query files that a caller uploaded: kept for an hour to ask again, to refine and to look at.

They never enter the archive. What is kept of one is what was understood of it, and a copy without
identity for the viewer, under random UIDs, in this process's scratch folder. Only the session that
uploaded it gets to it; to all others it does not exist.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.application import Application
from api.search import AskedFile, understand
from infra.errors import NotFound
from infra.records import Instance
from infra.settings import MEGA
from ingest.arrival.prepare import Options
from ingest.fencing.fence import Fence
from ingest.showing.query_file import item_of
from ingest.showing.viewer_copy import Names, write_viewer_copy

KEPT_SECONDS = 3600.0
MOST_FILES = 64
MOST_BYTES = 4096 * MEGA  # of all copies and vectors together
WORKERS = 2  # one slow file does not keep everybody else waiting


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldQuery:
    """A query file that is kept for its session.

    `asked` answers searches. `instance` describes the viewer's copy at `copy`: its UIDs are random,
    its dates are shifted as in the archive. `expires_at` is in UTC.
    """

    query_id: str
    session: str
    asked: AskedFile
    instance: Instance
    copy: Path
    expires_at: datetime

    @property
    def is_dicom(self) -> bool:
        """Whether it came as DICOM; else it was a plain picture."""
        return self.asked.instance is not None


@dataclass(frozen=True, slots=True)
class _Kept:
    query: HeldQuery
    until: float
    size: int


class HeldQueries:
    """The query files of all sessions of one server. Threads may share it."""

    def __init__(
        self, application: Application, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`clock` gives seconds."""
        self._application = application
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}  # oldest first
        self._starting = threading.Lock()
        self._fence: Fence | None = None

    @property
    def fence(self) -> Fence:
        """Worker processes for untrusted bytes, started when first asked for.

        They are shared by everything in the server that decodes; the fence itself replaces workers
        that die.
        """
        with self._starting:
            if self._fence is None:
                settings = self._application.settings
                fence = Fence(WORKERS, settings.decode_seconds, settings.decode_memory_mb)
                self._fence = fence.__enter__()
            return self._fence

    def take(self, path: Path, session: str) -> HeldQuery:
        """Understand a file and hold it for a session; the file itself stays where it is.

        Raises RejectedFile, NotFound for an archive without vectors, BadSetup without a model.
        """
        asked = understand(self._application, path, self.fence)
        copy = self._application.services.scratch() / f"{secrets.token_hex(16)}.query"
        try:
            instance = self._copy(path, copy, asked)
            query = HeldQuery(
                query_id=secrets.token_urlsafe(16),
                session=session,
                asked=asked,
                instance=instance,
                copy=copy,
                expires_at=datetime.now(UTC) + timedelta(seconds=KEPT_SECONDS),
            )
            self._keep(query)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
        return query

    def get(self, query_id: str, session: str) -> HeldQuery:
        """A session's query file. Raises NotFound for others' and for what has expired."""
        with self._lock:
            self._drop_old()
            kept = self._kept.get(query_id)
        if kept is None or kept.query.session != session:
            raise NotFound("This query file is no longer held; drop it on the page again.")
        return kept.query

    def of_study(self, study_uid: str, session: str) -> HeldQuery | None:
        """The session's query file that is shown under this study UID, if it is one."""
        return self._first(lambda held: held.instance.study_uid == study_uid, session)

    def of_instance(self, instance_uid: str, session: str) -> HeldQuery | None:
        """The session's query file that is shown under this instance UID, if it is one."""
        return self._first(lambda held: held.instance.instance_uid == instance_uid, session)

    def forget(self, query_id: str, session: str) -> bool:
        """Drop a query file now; False when the session holds none of this id."""
        with self._lock:
            kept = self._kept.get(query_id)
            if kept is None or kept.query.session != session:
                return False
            self._drop(query_id)
            return True

    def close(self) -> None:
        """Drop everything and end the worker processes."""
        with self._lock:
            for query_id in list(self._kept):
                self._drop(query_id)
        with self._starting:
            fence, self._fence = self._fence, None
        if fence is not None:
            fence.__exit__(None, None, None)

    # --- inside -----------------------------------------------------------------------------------

    def _copy(self, path: Path, copy: Path, asked: AskedFile) -> Instance:
        app = self._application
        options = Options(settings=app.settings, key=app.key, size=0)
        names = Names(*(f"2.25.{secrets.randbits(128)}" for _ in range(3)))
        task = self.fence.submit(write_viewer_copy, item_of(path), copy, names, options)
        return task.result()

    def _keep(self, query: HeldQuery) -> None:
        size = query.copy.stat().st_size + sum(v.values.nbytes for v in query.asked.vectors)
        with self._lock:
            self._kept[query.query_id] = _Kept(query, self._clock() + KEPT_SECONDS, size)
            self._drop_old()
            while len(self._kept) > 1 and self._is_full():
                self._drop(next(iter(self._kept)))

    def _is_full(self) -> bool:
        size = sum(kept.size for kept in self._kept.values())
        return len(self._kept) > MOST_FILES or size > MOST_BYTES

    def _first(self, wanted: Callable[[HeldQuery], bool], session: str) -> HeldQuery | None:
        with self._lock:
            self._drop_old()
            held = (kept.query for kept in self._kept.values() if kept.query.session == session)
            return next(filter(wanted, held), None)

    def _drop_old(self) -> None:
        now = self._clock()
        for query_id in [key for key, kept in self._kept.items() if kept.until <= now]:
            self._drop(query_id)

    def _drop(self, query_id: str) -> None:
        """Forget one. A viewer that is just reading its copy keeps the open file."""
        self._kept.pop(query_id).query.copy.unlink(missing_ok=True)
