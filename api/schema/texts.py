"""Report texts in marked pieces."""

import strawberry
from starlette.concurrency import run_in_threadpool
from strawberry import field

from api import excerpts
from infra import records


@strawberry.type(description="A run of text; the pieces of a text together are the text.")
class TextPiece:
    """`api.excerpts.Piece` in GraphQL."""

    text: str = field(description="The run.")
    marked: bool = field(description="Whether it matches what was asked.")

    @classmethod
    def of(cls, piece: excerpts.Piece) -> "TextPiece":
        """The piece as GraphQL shows it."""
        return cls(text=piece.text, marked=piece.marked)


@strawberry.type(description="One version of a report.")
class Report:
    """`infra.records.Report` in GraphQL."""

    record: strawberry.Private[records.Report]
    report_id: strawberry.ID = field(description="Id that all versions of a report share.")
    version: int = field(description="Counts from 1.")
    status: str = field(description='As received, e.g. final; "" where not said.')
    date: records.Day | None = field(
        description="Day of the report (shifted unless identity is kept)."
    )
    current: bool = field(description="Whether search uses this version.")

    @field(description="The whole text in pieces; what matches `text` is marked.")
    async def pieces(self, text: str | None = None) -> list[TextPiece]:
        """Pieces in order."""
        found = await run_in_threadpool(excerpts.marked_text, self.record.text, text or "")
        return [TextPiece.of(piece) for piece in found]

    @classmethod
    def of(cls, record: records.Report) -> "Report":
        """The record as GraphQL shows it."""
        return cls(
            record=record,
            report_id=strawberry.ID(record.report_id),
            version=record.version,
            status=record.status,
            date=record.date,
            current=record.current,
        )
