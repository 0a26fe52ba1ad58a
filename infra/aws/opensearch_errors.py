"""What OpenSearch and its driver say, in our words."""

from typing import Any

from infra.errors import BadSetup, SimilisError, StorageFull, Unavailable

PASSING = {429, 502, 503, 504}  # worth trying again, unless the disk is full
TRIES = 5  # of those
TRIES_TO_CONNECT = 2  # a server that has started again has closed its connections

_FULL = (
    "read-only-allow-delete",
    "disk usage exceeded",
    "no space left on device",
    "create-index blocked",  # of all indexes, until there is room again
)


def is_passing(status: int, info: Any) -> bool:
    """Whether the same request may well be answered in a moment."""
    error = of_status(status, info)
    lasting = isinstance(error, StorageFull | TooManyBuckets)
    return isinstance(error, VectorNotSeen) or (status in PASSING and not lasting)


def most_tries(error: Exception) -> int:
    """How often to try in all, after this error of the driver's."""
    from opensearchpy.exceptions import ConnectionError, ConnectionTimeout, SSLError, TransportError

    if isinstance(error, ConnectionTimeout | SSLError):
        return 1
    if isinstance(error, ConnectionError):
        return TRIES_TO_CONNECT
    if isinstance(error, TransportError) and isinstance(error.status_code, int):
        return TRIES if is_passing(error.status_code, error.info) else 1
    return 1


class TooManyBuckets(Unavailable):
    """More than fits one answer was asked to be counted."""


class VectorNotSeen(Unavailable):
    """Beside writers the k-NN plugin now and then shows a script a document that has just got its
    vector, and not the vector yet; a moment later it is there. Seen with 3.6 on a busy machine, in
    3 of some 2,000 searches.
    """


def translated(error: Exception) -> SimilisError:
    """The error to raise for one of the driver's."""
    from opensearchpy.exceptions import ConnectionTimeout, SSLError, TransportError

    if isinstance(error, ConnectionTimeout):
        return Unavailable("OpenSearch did not answer in time; try again in a moment.")
    if isinstance(error, SSLError):
        return BadSetup("OpenSearch's certificate is not trusted: check the address and CA file.")
    if isinstance(error, TransportError) and isinstance(error.status_code, int):
        return of_status(error.status_code, error.info)
    return Unavailable("OpenSearch cannot be reached; check that it runs, then try again.")


def of_status(status: int, info: Any) -> SimilisError:
    """The error to raise for an answer, or for what happened to one document."""
    kind, said = kind_and_reason(info)
    if kind == "cluster_block_exception" or tells_of_a_full_disk(said):
        return _blocked(said)
    if kind == "index_closed_exception":
        return index_is_closed()
    if kind == "circuit_breaking_exception":
        return Unavailable("OpenSearch has too little memory for this now; try again later.")
    if kind == "too_many_buckets_exception" or "too_many_buckets_exception" in said:
        return TooManyBuckets("Too many values were asked to be counted at once.")
    if kind == "script_exception" and "doesn't have a value for field 'vector'" in said:
        return VectorNotSeen("OpenSearch does not see a new vector yet; try again in a moment.")
    if status in PASSING:
        return Unavailable(f"OpenSearch is busy or not ready ({status}); try again in a moment.")
    if status in (401, 403):
        return BadSetup(f"OpenSearch refuses the sign-in or lacks rights ({status}).")
    return Unavailable(f"OpenSearch does not take a request ({status} {kind}).")


def _blocked(said: str) -> SimilisError:
    if tells_of_a_full_disk(said):
        return disk_is_full()
    return Unavailable("OpenSearch is blocked or not ready; try again in a moment.")


def index_is_closed() -> Unavailable:
    """Somebody has closed it, who has to open it, too."""
    return Unavailable("An index on OpenSearch is closed: open it (POST /…/_open), and try again.")


def tells_of_a_full_disk(said: str) -> bool:
    """Whether words of the server's, in lower case, are about that."""
    return any(sign in said for sign in _FULL)


def disk_is_full() -> StorageFull:
    """It answers searches all the same, and takes writes again by itself when there is room."""
    return StorageFull("OpenSearch's disk is full: free some space, then try again.")


def kind_and_reason(info: Any) -> tuple[str, str]:
    """The type of the root cause, and all that was said in lower case.

    Reasons may quote documents: they are looked at, never shown.
    """
    error = info.get("error", info) if isinstance(info, dict) else info
    if not isinstance(error, dict):
        return "", str(error).lower()
    causes = error.get("root_cause") or [error]
    inner = error.get("caused_by", {}).get("type", "")
    kind = str(causes[0].get("type") or error.get("type") or "")
    if "circuit_breaking_exception" in (inner, error.get("type")):
        kind = "circuit_breaking_exception"
    return kind, str(info).lower()
