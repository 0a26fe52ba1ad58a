"""An uploaded file that is asked about and not stored."""

from datetime import datetime

import strawberry
from starlette.concurrency import run_in_threadpool
from strawberry import field

from api.headers import HeaderRow, rows_of
from api.held import HeldQuery
from api.schema.context import Context
from api.schema.pictures import HeaderElement
from infra.errors import NotFound
from infra.query import AnyOf, Group, Page, Query
from infra.records import Day


@strawberry.type(description="An uploaded file that is asked about and not stored.")
class QueryFile:
    """What was understood of it; text is "" and numbers are 0 for a plain picture."""

    id: strawberry.ID = field(description="What SearchInput.queryFile takes.")
    modality: str = field(description="DICOM modality, e.g. CT.")
    body_part: str = field(description="Body part examined.")
    view: str = field(description="View position, e.g. PA.")
    laterality: str = field(description="L, R, B or U.")
    sex: str = field(description="M, F or O.")
    age_years: float | None = field(description="Age at the study in years.")
    date: Day | None = field(description="Study date (shifted as in the archive).")
    description: str = field(description="Series description, or else the study's.")
    rows: int = field(description="Height in pixels.")
    columns: int = field(description="Width in pixels.")
    frames: int = field(description="Number of frames.")
    spacing_mm: list[float] | None = field(
        description="Distance of rows and of columns in mm; null: uncalibrated."
    )
    frame_time_ms: float | None = field(description="Time of a cine's frame in ms.")
    lossy: bool = field(description="Whether it was ever compressed with loss.")
    is_dicom: bool = field(description="false for a plain picture.")
    thumbnail: str = field(description="Path of its thumbnail.")
    study_uid: strawberry.ID = field(description="Its study under /dicomweb, for this session.")
    series_uid: strawberry.ID = field(description="Its series there.")
    instance_uid: strawberry.ID = field(description="Its instance there.")
    stored: bool = field(description="Whether the same object is in the archive.")
    patient_cases: int = field(description="Cases of its patient in the archive.")
    expires_at: datetime = field(description="When it is forgotten.")
    held: strawberry.Private[HeldQuery]

    @field(description="Its header without identity, as the viewer has it.")
    async def header(self) -> list[HeaderElement]:
        """Rows in order, without pixel data."""
        rows = await run_in_threadpool(_header, self.held)
        return [HeaderElement.of(row) for row in rows]


def load(context: Context, query_id: str) -> QueryFile:
    """A query file of the caller's session. Raises NotFound."""
    held = context.held.get(query_id, context.session)
    shown = held.instance
    return QueryFile(
        id=strawberry.ID(held.query_id),
        modality=shown.modality,
        body_part=shown.body_part,
        view=shown.view,
        laterality=shown.laterality,
        sex=shown.sex,
        age_years=shown.age_years,
        date=shown.study_date,
        description=shown.series_description or shown.study_description,
        rows=shown.rows,
        columns=shown.columns,
        frames=shown.frames,
        spacing_mm=list(shown.spacing_mm) if shown.spacing_mm else None,
        frame_time_ms=shown.frame_time_ms,
        lossy=shown.lossy,
        is_dicom=held.is_dicom,
        thumbnail=f"/api/query-files/{held.query_id}/thumbnail",
        study_uid=strawberry.ID(shown.study_uid),
        series_uid=strawberry.ID(shown.series_uid),
        instance_uid=strawberry.ID(shown.instance_uid),
        stored=_is_stored(context, held),
        patient_cases=_patient_cases(context, held),
        expires_at=held.expires_at,
        held=held,
    )


def _header(held: HeldQuery) -> list[HeaderRow]:
    try:
        file = held.copy.open("rb")
    except FileNotFoundError:  # it expired since it was found
        raise NotFound("This query file is no longer held.") from None
    with file:
        return rows_of(file)


def forget(context: Context, query_id: str) -> bool:
    """Drop a query file of the caller's session; False when there is none."""
    return context.held.forget(query_id, context.session)


def _is_stored(context: Context, held: HeldQuery) -> bool:
    names = held.asked.identifiers.instances
    return bool(names and context.app.services.catalog.instances(names, context.app.scope))


def _patient_cases(context: Context, held: HeldQuery) -> int:
    patients = held.asked.identifiers.patients
    if not patients:
        return 0
    query = Query(filter=AnyOf("patient", patients), group=Group.CASE, page=Page(1))
    return context.app.services.index.search(query, context.app.scope).total
