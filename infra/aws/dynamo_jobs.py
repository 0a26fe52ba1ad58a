"""`JobStore` on DynamoDB, in the table `work`.

| item | pk | sk |
|---|---|---|
| a job | `job#JOB_ID` | `job` |
| the jobs of an owner, newest first | `jobs-of#OWNER` | time counted down, job_id |

Progress and state are attributes of their own: a step of progress writes a few bytes, however large
the job's payload is.
"""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from time import time_ns
from uuid import uuid4

from infra.aws.dynamo_bodies import body_of, part_keys, parts_written, texts_of
from infra.aws.dynamo_conditions import as_read
from infra.aws.dynamo_table import Write
from infra.aws.dynamo_values import Item, Key, key_of
from infra.aws.dynamo_work import InWork
from infra.codec import from_json, to_json
from infra.errors import NotFound
from infra.records import Job, JobState

OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
LAST = 10**19  # nanoseconds since 1970, in the year 2286: later times sort first


class DynamoJobs(InWork):
    """What long work there is and how far it has come."""

    def put(self, job: Job) -> None:
        """See JobStore. A job without created_at is created now."""
        stored = replace(job, created_at=job.created_at or datetime.now(UTC))
        self._tables.until_done(lambda: self._put(stored))

    def get(self, job_id: str) -> Job:
        """See JobStore."""
        return self._tables.until_done(lambda: self._jobs([job_id]))[0]

    def of_owner(self, owner: str, limit: int = 100) -> list[Job]:
        """See JobStore."""
        named = self._table.query(f"jobs-of#{owner}", page=max(1, limit))
        job_ids = [str(item["job_id"]) for item in islice(named, limit)]
        return self._tables.until_done(lambda: self._jobs(job_ids))

    def progress(self, job_id: str, done: int, total: int) -> bool:
        """See JobStore. Raises NotFound."""
        return self._tables.until_done(
            lambda: self._change(job_id, (JobState.CANCELLED,), {"done": done, "total": total})
        )

    def cancel(self, job_id: str) -> bool:
        """See JobStore. Raises NotFound."""
        return self._tables.until_done(
            lambda: self._change(job_id, OVER, {"state": JobState.CANCELLED.value})
        )

    # --- inside -----------------------------------------------------------------------------------

    def _put(self, job: Job) -> None:
        table, key = self._table, _key(job.job_id)
        old = table.get(*key)
        body = body_of(key, to_json(job))
        way = _way(job, old)
        item: Item = {
            "pk": key[0],
            "sk": key[1],
            "state": job.state.value,
            "done": job.done,
            "total": job.total,
            "updated_at": job.updated_at and job.updated_at.isoformat(),
            "way_pk": way[0],
            "way_sk": way[1],
            "rev": uuid4().hex,
            **body.attributes,
        }
        writes: list[Write] = [table.putting(item, as_read(old))]
        if old is None or (old["way_pk"], old["way_sk"]) != way:
            writes.append(table.putting({"pk": way[0], "sk": way[1], "job_id": job.job_id}))
            writes += [table.deleting((old["way_pk"], old["way_sk"]))] if old else []
        with parts_written(table, body.parts, part_keys(old)):
            self._tables.transact(writes)

    def _jobs(self, job_ids: list[str]) -> list[Job]:
        """Jobs in this order. Raises NotFound when one is missing."""
        items = self._table.get_many(map(_key, job_ids))
        if len(items) < len(set(job_ids)):
            raise _missing()
        texts = texts_of(self._table, items)
        return [_job(items[key], texts[key]) for key in map(_key, job_ids)]

    def _change(
        self, job_id: str, unless: tuple[JobState, ...], changes: dict[str, int | str]
    ) -> bool:
        """Change a job and note when; False where it is in one of these states."""
        item = self._table.get(*_key(job_id))
        if item is None:
            raise _missing()
        if item["state"] in unless:
            return False
        noted = {"updated_at": datetime.now(UTC).isoformat(), "rev": uuid4().hex}
        change = self._table.changing(key_of(item), {**changes, **noted}, as_read(item))
        self._tables.transact([change])
        return True


def _key(job_id: str) -> Key:
    return f"job#{job_id}", "job"


def _way(job: Job, old: Item | None) -> Key:
    """Where the owner's list names a job; of equal times the one that was put last comes first."""
    moment = job.created_at or datetime.now(UTC)
    created = LAST - int(moment.timestamp() * 1_000_000) * 1_000
    put = str(old["way_sk"]).split("#")[1] if old else f"{LAST - time_ns():020d}"
    return f"jobs-of#{job.owner}", f"{created:020d}#{put}#{job.job_id}"


def _job(item: Item, text: str) -> Job:
    updated_at = item.get("updated_at")
    return replace(
        from_json(Job, text),
        state=JobState(item["state"]),
        done=item["done"],
        total=item["total"],
        updated_at=datetime.fromisoformat(updated_at) if updated_at else None,
    )


def _missing() -> NotFound:
    return NotFound("There is no such job.")
