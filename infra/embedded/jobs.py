"""`JobQueue` and `JobStore` on SQLite."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from json import dumps
from secrets import token_hex

from infra.codec import from_json, sortable, to_json
from infra.embedded.database import Database
from infra.errors import NotFound
from infra.records import Job, JobState

_OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class EmbeddedQueue:
    """Work to be done once. A lease is a random token; this object remembers those it took."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds that all processes of the home agree on."""
        self._database = database
        self._clock = clock
        self._leases: dict[str, str] = {}

    def send(self, job_id: str, kind: str) -> None:
        """See JobQueue."""
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO queue (job_id, kind) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (job_id, kind),
            )

    def lease(self, kinds: Sequence[str], seconds: float) -> str | None:
        """See JobQueue."""
        now, token = self._clock(), token_hex(16)
        with self._database.write() as connection:
            found = connection.execute(
                "UPDATE queue SET lease = ?, free_at = ? WHERE place ="
                " (SELECT min(place) FROM queue WHERE free_at <= ?"
                "  AND kind IN (SELECT value FROM json_each(?))) RETURNING job_id",
                (token, now + seconds, now, dumps(list(kinds))),
            ).fetchone()
        if found is None:
            return None
        self._leases[found[0]] = token
        return str(found[0])

    def extend(self, job_id: str, seconds: float) -> bool:
        """See JobQueue. A lease that ran out is lost, taken by another or not."""
        now = self._clock()
        with self._database.write() as connection:
            held = connection.execute(
                "UPDATE queue SET free_at = ? WHERE job_id = ? AND lease = ? AND free_at > ?",
                (now + seconds, job_id, self._leases.get(job_id, "none"), now),
            )
            return held.rowcount == 1

    def done(self, job_id: str) -> None:
        """See JobQueue."""
        with self._database.write() as connection:
            connection.execute("DELETE FROM queue WHERE job_id = ?", (job_id,))
        self._leases.pop(job_id, None)

    def failed(self, job_id: str, retry_in: float | None) -> None:
        """See JobQueue. Changes nothing when another worker has taken the job since."""
        held = (job_id, self._leases.pop(job_id, ""))
        with self._database.write() as connection:
            if retry_in is None:
                connection.execute("DELETE FROM queue WHERE job_id = ? AND lease IN (?, '')", held)
                return
            connection.execute(
                "UPDATE queue SET free_at = ?, lease = '' WHERE job_id = ? AND lease IN (?, '')",
                (self._clock() + retry_in, *held),
            )


class EmbeddedJobs:
    """What long work there is and how far it has come."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, job: Job) -> None:
        """See JobStore. A job without created_at is created now."""
        stored = replace(job, created_at=job.created_at or datetime.now(UTC))
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO jobs (job_id, owner, state, created_at, record)"
                " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE"
                " SET owner = ?2, state = ?3, created_at = ?4, record = ?5",
                (job.job_id, job.owner, job.state, sortable(stored.created_at), to_json(stored)),
            )

    def get(self, job_id: str) -> Job:
        """See JobStore."""
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT record FROM jobs WHERE job_id = ?", (job_id,)
            ).fetchone()
        if found is None:
            raise NotFound("There is no such job.")
        return from_json(Job, found[0])

    def of_owner(self, owner: str, limit: int = 100) -> list[Job]:
        """See JobStore."""
        with self._database.read() as connection:
            found = connection.execute(
                "SELECT record FROM jobs WHERE owner = ?"
                " ORDER BY created_at DESC, place DESC LIMIT ?",
                (owner, limit),
            )
            return [from_json(Job, record) for (record,) in found]

    def progress(self, job_id: str, done: int, total: int) -> bool:
        """See JobStore. Raises NotFound."""
        with self._database.write():
            job = self.get(job_id)
            if job.state is JobState.CANCELLED:
                return False
            self.put(replace(job, done=done, total=total, updated_at=datetime.now(UTC)))
            return True

    def cancel(self, job_id: str) -> bool:
        """See JobStore. Raises NotFound."""
        with self._database.write():
            job = self.get(job_id)
            if job.state in _OVER:
                return False
            self.put(replace(job, state=JobState.CANCELLED, updated_at=datetime.now(UTC)))
            return True
