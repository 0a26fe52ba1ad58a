"""What becomes of a prepared file, given what is already there."""

from collections.abc import Sequence
from dataclasses import dataclass

from infra.query import AccessScope
from infra.records import Attachment, CaseHead, Instance, LedgerRow, Outcome
from infra.services import Services
from ingest.arrival.prepare import Prepared
from ingest.arrival.walk import Item

StoredObject = Instance | Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How a run stores: into which dataset, and what a conflict does."""

    dataset: str
    replace_conflicts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Received:
    """A file that was read and prepared, and the object that it holds."""

    item: Item
    prepared: Prepared

    @property
    def stored_object(self) -> StoredObject:
        """The image or attachment."""
        found = self.prepared.instance or self.prepared.attachment
        if found is None:
            raise ValueError("a container holds no object")
        return found

    @property
    def uid(self) -> str:
        """Instance UID of the object."""
        return self.stored_object.instance_uid

    @property
    def study_uid(self) -> str:
        """Study UID of the object."""
        return self.stored_object.study_uid


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome for one file; `fresh` if it must be stored, embedded and indexed."""

    outcome: Outcome
    reason: str = ""
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the stores know of the files of a batch before it is stored."""

    heads: dict[str, CaseHead]
    objects: dict[str, StoredObject]
    owners: dict[str, LedgerRow]
    buried: set[str]


def look_up(services: Services, batch: Sequence[Received]) -> Known:
    """Ask the stores about all files of a batch at once."""
    scope = AccessScope.everything()
    uids = {received.uid for received in batch}
    catalog = services.catalog
    return Known(
        heads=catalog.heads({received.study_uid for received in batch}, scope),
        objects={**catalog.instances(uids, scope), **catalog.attachments(uids, scope)},
        owners=services.ledger.owners(uids),
        buried=services.ledger.buried({t for r in batch for t in r.prepared.identifiers.tombs}),
    )


def decide(received: Received, known: Known, policy: Policy) -> Decision:
    """Decide about one file.

    An object that is there but that no ledger row owns was cut off by a crash: it is finished now.
    """
    done = Outcome.INDEXED if received.prepared.instance else Outcome.ATTACHED
    case = known.heads.get(received.study_uid)
    existing = known.objects.get(received.uid)
    if known.buried.intersection(received.prepared.identifiers.tombs):
        return Decision(Outcome.REFUSED, "erased")
    if case is not None and case.dataset != policy.dataset:
        return Decision(Outcome.CONFLICT, "other_dataset")
    if existing is None:
        return Decision(done, fresh=True)
    difference = _difference(existing, received.stored_object)
    if difference and difference != "other_study" and policy.replace_conflicts:
        return Decision(done, fresh=True)
    if difference:
        return Decision(Outcome.CONFLICT, difference)
    if received.uid not in known.owners:
        return Decision(done, fresh=True)
    return Decision(Outcome.DUPLICATE)


def _difference(one: StoredObject, other: StoredObject) -> str:
    """Reason code of a conflict, "" for the same object again.

    Images are the same when their decoded pixels are: an archive may encode them anew.
    """
    if one.study_uid != other.study_uid:
        return "other_study"
    if isinstance(one, Instance) and isinstance(other, Instance):
        return "" if one.pixel_hash == other.pixel_hash else "other_pixels"
    if isinstance(one, Attachment) and isinstance(other, Attachment):
        return "" if one.content_hash == other.content_hash else "other_content"
    return "other_content"
