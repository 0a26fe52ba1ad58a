"""The stores a use case works with, whatever they are made of; `infra.wiring.build` makes one."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from infra.ports import (
    Annotations,
    BlobStore,
    Catalog,
    JobQueue,
    JobStore,
    Ledger,
    ModelRegistry,
    Notifier,
    SearchIndex,
    VectorStore,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Every port, wired. Use as a context manager, or call close().

    `scratch()` is a folder of this process for unfinished files, on the file system of the blobs
    (so that `put_file` renames); it goes with close(), or with the next run after a kill.
    `together()` makes the writes inside it one step where the stores can (one transaction), and
    does nothing where they cannot; each write is idempotent on its own all the same.
    `scrub()` makes sure that what was deleted is gone from the files of the stores, too.
    `parts` names what has to answer for all of this to work ("catalog", "index", "blobs"), each
    with a function that says what it is, and raises SimilisError when it cannot be used.
    `key_mark(mark)` is the mark of the key that this archive was made with: `mark` from then on if
    it had none. `key_mark("")` only asks; "" where there is none, or where the home holds all.
    Where `read_only`, every write raises StorageFull, and nothing else is to be kept in the home.
    """

    home: Path
    catalog: Catalog
    vectors: VectorStore
    index: SearchIndex
    blobs: BlobStore
    ledger: Ledger
    annotations: Annotations
    models: ModelRegistry
    queue: JobQueue
    jobs: JobStore
    notifier: Notifier
    scratch: Callable[[], Path]
    together: Callable[[], AbstractContextManager[object]]
    scrub: Callable[[], None]
    parts: Mapping[str, Callable[[], str]]
    key_mark: Callable[[str], str]
    close: Callable[[], None]
    read_only: bool = False

    def __enter__(self) -> "Services":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
