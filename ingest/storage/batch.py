"""Prepared files that are stored together."""

from ingest.arrival.items import Item
from ingest.arrival.prepare import Prepared, Refused

BATCH_FILES = 32  # committed together
BATCH_PICTURES = 64  # embedded together: bounds memory


class Batch:
    """Files in order; the instance UIDs of the prepared ones are distinct."""

    def __init__(self) -> None:
        self._files: list[tuple[Item, Prepared | Refused]] = []
        self._uids: set[str] = set()
        self._pictures = 0

    def must_go_before(self, result: Prepared | Refused) -> bool:
        """Whether the batch holds the same object, or would hold too many pictures."""
        if isinstance(result, Refused):
            return False
        full = self._pictures + result.pictures.count > BATCH_PICTURES
        return result.instance_uid in self._uids or (full and bool(self._files))

    def add(self, item: Item, result: Prepared | Refused) -> None:
        if isinstance(result, Prepared):
            if not result.instance_uid:
                return  # a DICOMDIR only lists other files: it is not counted
            self._uids.add(result.instance_uid)
            self._pictures += result.pictures.count
        self._files.append((item, result))

    def is_full(self) -> bool:
        return len(self._files) >= BATCH_FILES or self._pictures >= BATCH_PICTURES

    def take(self) -> list[tuple[Item, Prepared | Refused]]:
        taken, self._files = self._files, []
        self._uids.clear()
        self._pictures = 0
        return taken
