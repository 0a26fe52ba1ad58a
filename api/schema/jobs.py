"""Long work and how far it has come."""

from datetime import UTC, datetime

import strawberry
from starlette.concurrency import run_in_threadpool
from strawberry import field

from api import job_files
from api.schema.context import Context, Info
from api.schema.enums import JobState, Outcome
from infra import records
from infra.errors import BadQuery, NotFound

MOST = 100


@strawberry.type(description="What became of one uploaded file.")
class JobFile:
    """A file of an upload job."""

    name: str = field(description="As it was uploaded; members of archives after a !/.")
    outcome: Outcome | None = field(description="null while it waits.")
    reason: str = field(description='Code of a refusal or conflict; "" otherwise.')
    message: str = field(description="One sentence that says what to do.")
    study_uid: strawberry.ID | None = field(description="The case it belongs to.")
    instance_uid: strawberry.ID | None = field(description="The stored object.")

    @classmethod
    def of(cls, file: job_files.JobFile) -> "JobFile":
        """The file as GraphQL shows it."""
        return cls(
            name=file.name,
            outcome=Outcome(file.outcome.value) if file.outcome else None,
            reason=file.reason,
            message=file.message,
            study_uid=strawberry.ID(file.study_uid) if file.study_uid else None,
            instance_uid=strawberry.ID(file.instance_uid) if file.instance_uid else None,
        )


@strawberry.type(description="A piece of long work of the caller's.")
class Job:
    """`infra.records.Job` in GraphQL."""

    record: strawberry.Private[records.Job]
    job_id: strawberry.ID = field(description="Stable id.")
    kind: str = field(description="What is done, e.g. upload.")
    state: JobState = field(description="Where it is in its life.")
    done: int = field(description="How much of `total` is done.")
    total: int = field(description="How much there is to do; 0 while that is not known.")
    error: str | None = field(description="Why it failed.")
    created_at: datetime = field(description="When it was asked for.")
    updated_at: datetime = field(description="When it last moved.")

    @field(description="For an upload: what became of each file, in order.")
    async def files(self, info: Info) -> list[JobFile]:
        """Only the session that sent them sees their names."""
        context = info.context
        files = await run_in_threadpool(context.intake.files, self.record, context.session)
        context.budget.spend(len(files))
        return [JobFile.of(file) for file in files]

    @classmethod
    def of(cls, record: records.Job) -> "Job":
        """The record as GraphQL shows it."""
        created = record.created_at or datetime.fromtimestamp(0, UTC)
        return cls(
            record=record,
            job_id=strawberry.ID(record.job_id),
            kind=record.kind,
            state=JobState(record.state.value),
            done=record.done,
            total=record.total,
            error=record.error or None,
            created_at=created,
            updated_at=record.updated_at or created,
        )


def load(context: Context, job_id: str) -> Job:
    """A job of the caller's. Raises NotFound."""
    return Job.of(_own(context, job_id))


def load_all(context: Context, first: int) -> list[Job]:
    """The caller's last jobs. Raises BadQuery."""
    if not 1 <= first <= MOST:
        raise BadQuery(f"Ask for 1 to {MOST} jobs.")
    return [Job.of(job) for job in context.app.services.jobs.of_owner(context.caller.name, first)]


def cancel(context: Context, job_id: str) -> Job:
    """Ask a job of the caller's to stop. Raises NotFound."""
    _own(context, job_id)
    context.app.services.jobs.cancel(job_id)
    return load(context, job_id)


def _own(context: Context, job_id: str) -> records.Job:
    job = context.app.services.jobs.get(job_id)
    if job.owner != context.caller.name:
        raise NotFound("There is no such job.")
    return job
