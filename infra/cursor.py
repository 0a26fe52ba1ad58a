"""Page cursors: where a page ended, tied to the query it belongs to. Opaque to everyone else."""

import base64
import hashlib
import json
from dataclasses import dataclass
from math import isfinite

from infra.errors import BadQuery
from infra.query import Query


@dataclass(frozen=True, slots=True)
class Position:
    """The last group of a page. The next page holds what is ranked after its score and id."""

    rank: int
    score: float
    group_id: str


def write_cursor(query: Query, position: Position) -> str:
    """The text that continues `query` after `position`; the page size may change on the way."""
    fields = [_fingerprint(query), position.rank, position.score, position.group_id]
    return base64.urlsafe_b64encode(json.dumps(fields).encode()).decode()


def read_cursor(query: Query) -> Position | None:
    """Where `query.page` continues, None for the first page.

    Raises BadQuery for text that is no cursor or the cursor of another query.
    """
    if query.page.after is None:
        return None
    try:
        fields = json.loads(base64.b64decode(query.page.after, altchars=b"-_", validate=True))
        fingerprint, rank, score, group_id = fields
        position = Position(int(rank), float(score), str(group_id))
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise BadQuery("This is not a page cursor; start again without one.") from None
    if fingerprint != _fingerprint(query) or not isfinite(position.score):
        raise BadQuery("The page cursor belongs to another query; start again without one.")
    return position


def _fingerprint(query: Query) -> str:
    digest = hashlib.sha256(repr((query.filter, query.text, query.group, query.sort)).encode())
    if query.near is not None:
        digest.update(query.near.model_id.encode())
        digest.update(query.near.values.tobytes())
    return digest.hexdigest()[:24]
