"""Files prepared by fenced worker processes, in the order of the files."""

import hashlib
from collections.abc import Generator, Iterable
from concurrent.futures import Future

from infra.errors import RejectedFile
from infra.settings import Settings
from ingest.arrival.items import Item
from ingest.arrival.prepare import Options, Prepared, Refused, prepare
from ingest.arrival.walk import read
from ingest.fencing.fence import Fence
from ingest.fencing.in_order import in_order

Result = Prepared | Refused


def prepare_all(
    files: Iterable[Item], options: Options, jobs: int
) -> Generator[tuple[Item, Result]]:
    """Prepare every file; one that crashes its worker, hangs or takes too much is refused.

    Closing the generator kills the workers.
    """
    settings = options.settings
    with Fence(jobs, settings.decode_seconds, settings.decode_memory_mb) as fence:
        started = in_order(files, lambda item: fence.submit(prepare, item, options), jobs)
        for item, future in started:
            yield item, _result(item, future, settings)


def _result(item: Item, future: Future[Result], settings: Settings) -> Result:
    try:
        return future.result()
    except RejectedFile as error:
        return Refused(sha256=_sha256(item, settings), reason=error.reason, message=error.message)


def _sha256(item: Item, settings: Settings) -> str:
    """Content hash of a file on which a worker died; "" where it cannot be read at all."""
    try:
        return hashlib.sha256(read(item, settings)).hexdigest()
    except RejectedFile:
        return ""
