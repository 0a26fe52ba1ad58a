"""What people said about cases."""

import json
from datetime import datetime

import strawberry
from strawberry import field

from infra import records


@strawberry.type(description="What a person said about a case, kept beside it.")
class Annotation:
    """`infra.records.Annotation` in GraphQL."""

    annotation_id: strawberry.ID = field(description="Stable id.")
    kind: str = field(description="What is said, e.g. not_useful.")
    author: str = field(description="Who said it.")
    at: datetime = field(description="When it was last said or withdrawn.")
    withdrawn: bool = field(description="Whether its author took it back.")
    comment: str = field(description='In the author\'s words; "" without any.')

    @classmethod
    def of(cls, record: records.Annotation) -> "Annotation":
        """The record as GraphQL shows it."""
        return cls(
            annotation_id=strawberry.ID(record.annotation_id),
            kind=record.kind,
            author=record.author,
            at=record.at,
            withdrawn=record.withdrawn,
            comment=_comment(record.body),
        )


def _comment(body: str) -> str:
    """The comment in a JSON body; other kinds of annotation need not have one."""
    try:
        document = json.loads(body)
    except ValueError:
        return ""
    return str(document.get("comment", "")) if isinstance(document, dict) else ""
