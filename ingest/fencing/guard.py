"""The one boundary where any exception of a reader or decoder becomes a refused file."""

from collections.abc import Iterator
from contextlib import contextmanager

from infra.errors import SimilisError
from ingest.reasons import rejected


@contextmanager
def refuse_as(code: str) -> Iterator[None]:
    """Turn whatever untrusted bytes make a library raise into RejectedFile of this code.

    Errors of ours pass unchanged, and so does MemoryError, which the fence understands.
    """
    try:
        yield
    except (SimilisError, MemoryError):
        raise
    except Exception as exc:  # damaged files raised nine different types here
        raise rejected(code) from exc
