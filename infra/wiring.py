"""From settings to stores: the only file that names adapters."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from infra.embedded.annotations import EmbeddedAnnotations
from infra.embedded.backup import backup, copy_rest, restore
from infra.embedded.blobs import EmbeddedBlobs
from infra.embedded.catalog import EmbeddedCatalog
from infra.embedded.database import FILE_NAME, Database
from infra.embedded.files import PRIVATE_FILE
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
from infra.ports import (
    Annotations,
    BlobStore,
    Catalog,
    JobStore,
    Ledger,
    ModelRegistry,
    ReportTagger,
    SearchIndex,
    VectorStore,
)
from infra.services import Services
from infra.settings import Settings

Check = Callable[[], str]

DYNAMODB_SECONDS = 10.0  # its answers are small: none takes longer


@dataclass(frozen=True, slots=True)
class _Home:
    """What is opened of SIMILIS_HOME, whatever is kept elsewhere."""

    path: Path
    database: Database
    scratch: Scratch
    read_only: bool

    def check(self) -> str:
        with self.database.read():
            return "in SIMILIS_HOME" + (", which is read-only" if self.read_only else "")

    def close(self) -> None:
        self.scratch.close()
        self.database.close()


@dataclass(frozen=True, slots=True)
class _Records:
    """The stores that SIMILIS_CATALOG moves together."""

    catalog: Catalog
    vectors: VectorStore
    ledger: Ledger
    annotations: Annotations
    models: ModelRegistry
    jobs: JobStore
    check: Check
    together: Callable[[], AbstractContextManager[object]]
    key_mark: Callable[[str], str]


def build(settings: Settings) -> Services:
    """Open the stores that the settings name; a home is made or migrated if need be.

    A home that cannot be written is opened to be read: writing to it then raises StorageFull.
    Servers are not asked yet: a store connects when it is first used.
    Raises BadSetup for a home that is not one, is newer than this program or mixes two homes, or
    for a setting that is missing, and StorageFull when the home cannot be written.
    """
    with ExitStack() as opened:
        home = _open_home(settings)
        opened.callback(home.close)
        blobs, check_blobs = _blobs(settings, home, opened)
        records = _records(settings, home, opened)
        index, check_index = _index(settings, home, opened)
        hook = settings.notify_url
        return Services(
            home=home.path,
            catalog=records.catalog,
            vectors=records.vectors,
            index=index,
            blobs=blobs,
            ledger=records.ledger,
            annotations=records.annotations,
            models=records.models,
            queue=EmbeddedQueue(home.database),
            jobs=records.jobs,
            notifier=WebhookNotifier(hook) if hook else LogNotifier(),
            scratch=lambda: home.scratch.path,
            together=records.together,
            scrub=_scrub(settings, home, records.catalog),
            parts={"catalog": records.check, "index": check_index, "blobs": check_blobs},
            key_mark=records.key_mark,
            close=opened.pop_all().close,
            read_only=home.read_only,
        )
    raise AssertionError  # mypy: an ExitStack might swallow what was raised


def _open_home(settings: Settings) -> _Home:
    home = _home(settings)
    read_only = is_read_only(home)
    database = ReadOnlyDatabase(home) if read_only else Database(home)
    return _Home(home, database, OutsideScratch() if read_only else Scratch(home), read_only)


def _scrub(settings: Settings, home: _Home, catalog: Catalog) -> Callable[[], None]:
    """Cleans the home's own database, too, where only the index is kept there."""
    own = EmbeddedCatalog(home.database, home.scratch)

    def scrub() -> None:
        catalog.scrub()
        if settings.catalog != "embedded" and settings.index == "embedded":
            own.scrub()

    return scrub


# --- one store each -------------------------------------------------------------------------------


def _blobs(settings: Settings, home: _Home, opened: ExitStack) -> tuple[BlobStore, Check]:
    if settings.blobs == "embedded":
        home_id = home.database.home_id
        own = EmbeddedBlobs(home.path, home_id, home.scratch, read_only=home.read_only)
        return own, home.check
    from infra.aws.s3_blobs import S3Blobs
    from infra.aws.s3_setup import S3Setup

    setup = S3Setup(
        bucket=_named("s3_bucket", settings.s3_bucket),
        prefix=settings.prefix,
        url=settings.s3_url,
        ca_file=settings.ca_file,
        encryption=settings.s3_encryption,
        kms_key=settings.s3_kms_key,
        read_timeout_s=settings.server_seconds,
    )
    blobs = S3Blobs(setup)
    opened.callback(blobs.close)
    return blobs, blobs.check


def _records(settings: Settings, home: _Home, opened: ExitStack) -> _Records:
    if settings.catalog == "dynamodb":
        return _dynamo_records(settings, opened)
    database = home.database
    return _Records(
        catalog=EmbeddedCatalog(database, home.scratch),
        vectors=EmbeddedVectors(database),
        ledger=EmbeddedLedger(database),
        annotations=EmbeddedAnnotations(database),
        models=EmbeddedModels(database),
        jobs=EmbeddedJobs(database),
        check=home.check,
        together=database.write,
        key_mark=lambda mark: mark,  # the key lies beside them
    )


def _dynamo_records(settings: Settings, opened: ExitStack) -> _Records:
    from infra.aws.dynamo_annotations import DynamoAnnotations
    from infra.aws.dynamo_catalog import DynamoCatalog
    from infra.aws.dynamo_jobs import DynamoJobs
    from infra.aws.dynamo_key_mark import key_mark
    from infra.aws.dynamo_ledger import DynamoLedger
    from infra.aws.dynamo_models import DynamoModels
    from infra.aws.dynamo_setup import DynamoSetup
    from infra.aws.dynamo_tables import DynamoTables
    from infra.aws.dynamo_vectors import DynamoVectors

    setup = DynamoSetup(
        url=settings.dynamodb_url,
        prefix=settings.prefix,
        ca_file=settings.ca_file,
        read_seconds=min(DYNAMODB_SECONDS, settings.server_seconds),
        patience_seconds=settings.server_seconds,
    )
    tables = DynamoTables(setup)
    opened.callback(tables.close)
    return _Records(
        catalog=DynamoCatalog(tables),
        vectors=DynamoVectors(tables),
        ledger=DynamoLedger(tables),
        annotations=DynamoAnnotations(tables),
        models=DynamoModels(tables),
        jobs=DynamoJobs(tables),
        check=tables.check,
        together=nullcontext,
        key_mark=partial(key_mark, tables),
    )


def _index(settings: Settings, home: _Home, opened: ExitStack) -> tuple[SearchIndex, Check]:
    if settings.index == "embedded":
        # The vectors that it searches are always the home's: those of the catalog's own store when
        # that is embedded, too, else a copy that the index keeps.
        return EmbeddedIndex(home.database, EmbeddedVectors(home.database)), home.check
    from infra.aws.opensearch_index import OpenSearchIndex
    from infra.aws.opensearch_setup import OpenSearchSetup

    setup = OpenSearchSetup(
        url=_named("opensearch_url", settings.opensearch_url),
        prefix=settings.prefix,
        auth=settings.opensearch_auth,
        user=settings.opensearch_user,
        password=settings.opensearch_password,
        ca_file=settings.ca_file,
        engine=settings.opensearch_engine,
        m=settings.opensearch_m,
        ef_construction=settings.opensearch_ef_construction,
        ef_search=settings.opensearch_ef_search,
        shards=settings.opensearch_shards,
        replicas=settings.opensearch_replicas,
        read_seconds=settings.server_seconds,
    )
    index = OpenSearchIndex(setup)
    opened.callback(index.close)
    return index, index.check


def _named(name: str, value: str) -> str:
    if not value:
        raise BadSetup(f"SIMILIS_{name.upper()} is not set: see docs/distributed.md.")
    return value


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


# --- the home as a whole --------------------------------------------------------------------------


def back_up(settings: Settings, target: Path) -> dict[str, int]:
    """Copy the home to a folder or .tar file while it runs; counts of what was copied.

    Raises BadSetup where the home is not all there is.
    """
    _check_all_is_here(settings, "similis backup")
    return backup(_home(settings), target)


def bring_back(settings: Settings, source: Path) -> dict[str, int]:
    """Restore a backup into an empty home; counts of what came back. Raises BadSetup as above."""
    _check_all_is_here(settings, "similis restore")
    return restore(source, _home(settings))


def copy_key_and_notes(home: Path, target: Path) -> None:
    """Copy what a home holds beside its stores to another one: its key, what was measured."""
    copy_rest(home, target)
    for path in target.rglob("*"):
        if path.is_file():
            path.chmod(PRIVATE_FILE)


def _check_all_is_here(settings: Settings, command: str) -> None:
    """An index elsewhere is no hindrance: it is made anew from what is here."""
    elsewhere = [name for name in ("catalog", "blobs") if getattr(settings, name) != "embedded"]
    if elsewhere:
        names = " and ".join(f"SIMILIS_{name.upper()}" for name in elsewhere)
        raise BadSetup(
            f"`{command}` is for an archive that lies in SIMILIS_HOME; parts of this one are kept "
            f"elsewhere ({names}). Use what those servers offer (point-in-time recovery in "
            "DynamoDB, versions in the S3 bucket) and keep a copy of SIMILIS_HOME/key, or bring "
            "the archive into a home with `similis migrate`."
        )


def migrate_home(settings: Settings) -> dict[str, int]:
    """Bring the tables of an existing home up to date; the number of steps before and after."""
    home = _home(settings)
    path = home / FILE_NAME
    if not path.is_file():
        raise BadSetup("There is nothing to migrate: SIMILIS_HOME holds no store.")
    before = sum(stored_versions(path).values())
    with closing(Database(home)):
        return {"before": before, "after": sum(stored_versions(path).values())}
