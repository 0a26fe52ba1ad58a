"""What an ingest would do, decided without storing anything."""

from dataclasses import replace

from infra.records import LedgerRow, Outcome
from infra.services import Services
from ingest.arrival.items import Item
from ingest.arrival.prepare import Prepared, Refused
from ingest.storage.decide import Decision, Policy, Received, StoredObject, decide, look_up


class Rehearsal:
    """Decides about files as ingest would, remembering those that would be stored by then."""

    def __init__(self, services: Services, policy: Policy) -> None:
        self._services = services
        self._policy = policy
        self._objects: dict[str, StoredObject] = {}
        self.join_keys: set[str] = set()  # of studies that files were found of

    def decide(self, item: Item, result: Prepared | Refused) -> Decision | None:
        """The decision about one file; None for a DICOMDIR, which is not counted."""
        if isinstance(result, Refused):
            return Decision(Outcome.REFUSED, result.reason)
        if not result.instance_uid:
            return None
        received = Received(item=item, prepared=result)
        known = look_up(self._services, [received])
        if earlier := self._objects.get(received.uid):
            owner = LedgerRow(file="", sha256="", outcome=Outcome.INDEXED)
            known = replace(
                known,
                objects={**known.objects, received.uid: earlier},
                owners={received.uid: owner, **known.owners},
            )
        decision = decide(received, known, self._policy)
        if decision.fresh:
            self._objects[received.uid] = received.stored_object
        if decision.fresh or decision.outcome is Outcome.DUPLICATE:
            self.join_keys.update(result.identifiers.join_keys)
        return decision
