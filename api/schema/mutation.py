"""What can be changed."""

from contextlib import suppress

import strawberry
from starlette.concurrency import run_in_threadpool
from strawberry import mutation

from api import corrections, marks
from api.cases import case_of
from api.schema import hearts as heart_types
from api.schema import jobs as job_types
from api.schema import query_files
from api.schema.annotations import Annotation
from api.schema.cases import Case
from api.schema.context import Info
from api.schema.corrections import CorrectionInput
from api.schema.heart_inputs import HeartCorrectionInput
from api.schema.hearts import HeartView
from api.schema.inputs import MarkInput
from api.schema.jobs import Job
from api.schema.questions import mark_of


@strawberry.type(description="What can be changed.")
class Mutation:
    """The root of mutations."""

    @mutation(
        description="Say that a hit does not help for this question; it is kept as an annotation "
        "beside the case. Saying it again changes nothing but the comment."
    )
    async def mark_not_useful(self, info: Info, input: MarkInput) -> Annotation:
        """NOT_FOUND for a study that the caller may not see."""
        mark = await run_in_threadpool(mark_of, info.context, input)
        return Annotation.of(await run_in_threadpool(marks.put, info.context.app, mark))

    @mutation(
        description="Correct, add or remove a finding: kept as an annotation beside what the "
        "tagger found, which stays as it is. `withdrawAnnotation` takes it back."
    )
    async def correct_finding(self, info: Info, input: CorrectionInput) -> Case:
        """The case as it is now. BAD_QUERY when the report has changed since it was read."""
        context = info.context
        said = input.said_by(context.caller.name)
        await run_in_threadpool(corrections.correct, context.app, said)
        with suppress(KeyError):  # an earlier mutation may have read what was said before
            context.loaders.annotations.clear(said.study_uid)
        return Case.of(await run_in_threadpool(case_of, context.app, said.study_uid))

    @mutation(
        description="Correct contours or beats of a heart: kept as an annotation beside the "
        "machine's, with its numbers. `withdrawAnnotation` takes it back."
    )
    async def correct_heart(self, info: Info, input: HeartCorrectionInput) -> HeartView:
        """The image as it is now. BAD_QUERY for what does not fit the clip."""
        view = await run_in_threadpool(heart_types.correct, info.context, input)
        info.context.loaders.annotations.clear_all()  # an earlier mutation may have read them
        return view

    @mutation(description="Take an annotation of one's own back.")
    async def withdraw_annotation(
        self, info: Info, id: strawberry.ID, study_uid: strawberry.ID
    ) -> Annotation:
        """FORBIDDEN for another's."""
        context = info.context
        record = await run_in_threadpool(
            marks.withdraw, context.app, study_uid, id, context.caller.name
        )
        return Annotation.of(record)

    @mutation(description="Stop a piece of one's own long work; what is done stays.")
    async def cancel_job(self, info: Info, id: strawberry.ID) -> Job:
        """A job that is over stays as it is."""
        return await run_in_threadpool(job_types.cancel, info.context, id)

    @mutation(description="Forget an uploaded query file now; false when it was forgotten before.")
    async def forget_query_file(self, info: Info, id: strawberry.ID) -> bool:
        """Only one's own."""
        return await run_in_threadpool(query_files.forget, info.context, id)
