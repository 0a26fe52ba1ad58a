"""Not-useful marks: what a person says of a hit for one question, kept as an annotation."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from api.application import Application
from infra import corrected_measurements
from infra.errors import BadQuery, Forbidden, NotFound
from infra.records import Annotation
from infra.reindexing import INDEXED, index_as_said
from infra.text import fold
from ingest.correcting import work_out

NOT_USEFUL = "not_useful"
SAID_AT = "said_at"  # in the body of what was withdrawn
MAX_COMMENT = 2_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A hit, by `instance_uid` or as a whole case (""), that does not help for a question."""

    query: str
    study_uid: str
    instance_uid: str
    author: str
    comment: str = ""


def query_key(*, like: str = "", pixels: str = "", frame: int | None = None, text: str = "") -> str:
    """The same text for the same question: of a stored instance, of a file by the hash of its
    pixels, of words without regard to case, diacritics and blanks; "" for no question at all.
    """
    words = " ".join(fold([text])[0]) if text else ""
    parts = {"like": like, "pixels": pixels, "frame": frame, "text": words}
    asked = {name: value for name, value in parts.items() if value not in ("", None)}
    return json.dumps(asked, sort_keys=True) if asked else ""


def put(app: Application, mark: Mark) -> Annotation:
    """Keep a mark. The same mark again replaces its comment and lifts a withdrawal.

    Raises NotFound for a case or instance outside the scope, BadQuery without a question.
    """
    if not mark.query:
        raise BadQuery("A hit is not useful for a question: say what was asked.")
    if len(mark.comment) > MAX_COMMENT:
        raise BadQuery(f"A comment has at most {MAX_COMMENT:,} characters.")
    _check_seen(app, mark)
    annotation = Annotation(
        annotation_id=_id(mark),
        study_uid=mark.study_uid,
        instance_uid=mark.instance_uid,
        kind=NOT_USEFUL,
        body=json.dumps({"query": mark.query, "comment": mark.comment}),
        author=mark.author,
        at=datetime.now(UTC),
    )
    app.services.annotations.put(annotation)
    return annotation


def withdraw(app: Application, study_uid: str, annotation_id: str, author: str) -> Annotation:
    """Take one's own annotation back. Raises NotFound, or Forbidden for another's."""
    if not app.services.catalog.cases([study_uid], app.scope):
        raise NotFound("There is no such annotation.")
    found = app.services.annotations.of_studies([study_uid]).get(study_uid, [])
    annotation = next((one for one in found if one.annotation_id == annotation_id), None)
    if annotation is None:
        raise NotFound("There is no such annotation.")
    if annotation.author != author:
        raise Forbidden("Only its author can take an annotation back.")
    if annotation.withdrawn:
        return annotation
    annotation = replace(_as_said_then(annotation), withdrawn=True, at=datetime.now(UTC))
    with app.services.together():
        app.services.annotations.put(annotation)
        if annotation.kind in INDEXED:
            index_as_said(app.services, study_uid)
    if annotation.kind == corrected_measurements.KIND:  # what others said of it counts now
        work_out(app.services, [study_uid])
        index_as_said(app.services, study_uid)
    return annotation


def _as_said_then(annotation: Annotation) -> Annotation:
    """With the time at which it was said in its body: `at` becomes that of the withdrawal."""
    body = {**_body(annotation), SAID_AT: annotation.at.isoformat()}
    return replace(annotation, body=json.dumps(body, ensure_ascii=False))


def said_at(annotation: Annotation) -> datetime:
    """When it was said, also of one that was withdrawn since."""
    said = _body(annotation).get(SAID_AT)
    return datetime.fromisoformat(said) if annotation.withdrawn and said else annotation.at


def annotations(app: Application, study_uids: Sequence[str]) -> list[list[Annotation]]:
    """What was said about each study, in one round trip."""
    found = app.services.annotations.of_studies(study_uids)
    return [found.get(uid, []) for uid in study_uids]


def mark_of(
    said: Iterable[Annotation], query: str, instance_uid: str, author: str
) -> Annotation | None:
    """The author's mark of a hit for this question, of its instance or of its whole case."""
    for annotation in said:
        if (
            annotation.kind == NOT_USEFUL
            and not annotation.withdrawn
            and annotation.author == author
            and annotation.instance_uid in ("", instance_uid)
            and _body(annotation).get("query") == query
        ):
            return annotation
    return None


def _check_seen(app: Application, mark: Mark) -> None:
    case = app.services.catalog.cases([mark.study_uid], app.scope).get(mark.study_uid)
    if case is None:
        raise NotFound("There is no study of this UID.")
    known = {"", *(instance.instance_uid for instance in case.instances)}
    if mark.instance_uid not in known:
        raise NotFound("This study has no instance of this UID.")


def _id(mark: Mark) -> str:
    """One id for one author, hit and question, so that a second click adds nothing."""
    said = [NOT_USEFUL, mark.author, mark.study_uid, mark.instance_uid, mark.query]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


def _body(annotation: Annotation) -> dict[str, Any]:
    document = json.loads(annotation.body)
    return document if isinstance(document, dict) else {}
