"""From settings to stores: the only file that names adapters."""

from contextlib import closing
from pathlib import Path

from infra.embedded.annotations import EmbeddedAnnotations
from infra.embedded.backup import backup, restore
from infra.embedded.blobs import EmbeddedBlobs
from infra.embedded.catalog import EmbeddedCatalog
from infra.embedded.database import FILE_NAME, Database
from infra.embedded.index import EmbeddedIndex
from infra.embedded.jobs import EmbeddedJobs, EmbeddedQueue
from infra.embedded.ledger import EmbeddedLedger
from infra.embedded.migrations import stored_versions
from infra.embedded.models import EmbeddedModels
from infra.embedded.notifier import LogNotifier, WebhookNotifier
from infra.embedded.read_only import OutsideScratch, ReadOnlyDatabase, is_read_only
from infra.embedded.scratch import Scratch
from infra.embedded.vectors import EmbeddedVectors
from infra.errors import BadSetup
from infra.ports import ReportTagger
from infra.services import Services
from infra.settings import Settings


def build(settings: Settings) -> Services:
    """Open the embedded set in `settings.home`; it is made or migrated if need be.

    A home that cannot be written is opened to be read: writing then raises StorageFull.
    Raises BadSetup for a home that is not one, is newer than this program or mixes two homes, and
    StorageFull when it cannot be written.
    """
    home = _home(settings)
    notifier = WebhookNotifier(settings.notify_url) if settings.notify_url else LogNotifier()
    read_only = is_read_only(home)
    database = ReadOnlyDatabase(home) if read_only else Database(home)
    try:
        scratch = OutsideScratch() if read_only else Scratch(home)
        blobs = EmbeddedBlobs(home, database.home_id, scratch, read_only=read_only)
        vectors = EmbeddedVectors(database)
        index = EmbeddedIndex(database, vectors)
    except BaseException:
        database.close()
        raise

    def close() -> None:
        scratch.close()
        database.close()

    return Services(
        home=home,
        catalog=EmbeddedCatalog(database, scratch),
        vectors=vectors,
        index=index,
        blobs=blobs,
        ledger=EmbeddedLedger(database),
        annotations=EmbeddedAnnotations(database),
        models=EmbeddedModels(database),
        queue=EmbeddedQueue(database),
        jobs=EmbeddedJobs(database),
        notifier=notifier,
        scratch=lambda: scratch.path,
        together=database.write,
        close=close,
        read_only=read_only,
    )


def _home(settings: Settings) -> Path:
    if settings.home == Path():
        raise BadSetup("SIMILIS_HOME is not set: name the folder where everything is kept.")
    return settings.home.expanduser().absolute()


def open_remote_tagger(name: str) -> ReportTagger | None:
    """A tagger that is a service, by the name in the settings; None where it is none.

    Raises BadSetup where it cannot be asked.
    """
    if name != "comprehend":
        return None
    from infra.aws.tagger import open_comprehend

    return open_comprehend()


def back_up(settings: Settings, target: Path) -> dict[str, int]:
    """Copy the home to a folder or .tar file while it runs; counts of what was copied."""
    return backup(_home(settings), target)


def bring_back(settings: Settings, source: Path) -> dict[str, int]:
    """Restore a backup into an empty home; counts of what came back."""
    return restore(source, _home(settings))


def migrate_home(settings: Settings) -> dict[str, int]:
    """Bring the tables of an existing home up to date; the number of steps before and after."""
    home = _home(settings)
    path = home / FILE_NAME
    if not path.is_file():
        raise BadSetup("There is nothing to migrate: SIMILIS_HOME holds no store.")
    before = sum(stored_versions(path).values())
    with closing(Database(home)):
        return {"before": before, "after": sum(stored_versions(path).values())}
