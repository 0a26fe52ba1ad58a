"""`ModelRegistry` on DynamoDB, in the table `work`.

| item | pk | sk |
|---|---|---|
| a model | `models` | model id |
| the active one, and the one announced | `model-marks` | `active`, `announced` |
| the agreement of two | `model-agreement#ONE` | the other, later one |
"""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from infra.aws.dynamo_conditions import as_read
from infra.aws.dynamo_table import THERE, Write
from infra.aws.dynamo_values import Item, Key
from infra.aws.dynamo_work import InWork
from infra.codec import from_json, sortable, to_json
from infra.errors import NotFound
from infra.records import ModelRecord

MODELS = "models"
ACTIVE, ANNOUNCED = ("model-marks", "active"), ("model-marks", "announced")


class DynamoModels(InWork):
    """Which models made vectors in this archive: few, in one partition."""

    def register(self, record: ModelRecord) -> None:
        """See ModelRegistry. A record without created_at is created now."""
        self._tables.until_done(lambda: self._register(record))

    def models(self) -> list[ModelRecord]:
        """See ModelRegistry."""
        found = map(_record, self._table.query(MODELS))
        return sorted(found, key=lambda model: (sortable(model.created_at), model.model_id))

    def active(self) -> ModelRecord | None:
        """See ModelRegistry."""
        return self._marked(ACTIVE)

    def activate(self, model_id: str) -> None:
        """See ModelRegistry."""
        self._tables.until_done(lambda: self._activate(model_id))

    def announce(self, model_id: str | None) -> None:
        """See ModelRegistry."""
        writes = [self._table.deleting(ANNOUNCED)]
        if model_id is not None:
            writes = self._marking(ANNOUNCED, model_id)
        self._tables.until_done(lambda: self._tables.transact(writes))

    def announced(self) -> ModelRecord | None:
        """See ModelRegistry."""
        return self._marked(ANNOUNCED)

    def agree(self, one: str, other: str, min_cosine: float) -> None:
        """See ModelRegistry. A later gate replaces an earlier one."""
        pk, sk = _agreement_key(one, other)
        self._table.put({"pk": pk, "sk": sk, "min_cosine": repr(min_cosine)})

    def agreement(self, one: str, other: str) -> float | None:
        """See ModelRegistry."""
        if one == other:
            return 1.0
        item = self._table.get(*_agreement_key(one, other))
        return None if item is None else float(item["min_cosine"])

    # --- inside -----------------------------------------------------------------------------------

    def _register(self, record: ModelRecord) -> None:
        item = self._table.get(MODELS, record.model_id)
        first = _record(item).created_at if item else record.created_at
        stored = replace(record, created_at=first or datetime.now(UTC))
        made: Item = {
            "pk": MODELS,
            "sk": record.model_id,
            "record": to_json(stored),
            "rev": uuid4().hex,
        }
        self._tables.transact([self._table.putting(made, as_read(item))])

    def _activate(self, model_id: str) -> None:
        """Make it the active one; what is announced meanwhile is seen, or makes this Lost."""
        noted = self._table.get(*ANNOUNCED)
        same = noted is not None and noted["model_id"] == model_id
        settle = self._table.deleting if same else self._table.checking
        writes = [*self._marking(ACTIVE, model_id), settle(ANNOUNCED, as_read(noted))]
        self._tables.transact(writes)

    def _marking(self, key: Key, model_id: str) -> list[Write]:
        """The writes that mark a model. Raises NotFound for one that is not registered."""
        if not self._table.get(MODELS, model_id):
            raise NotFound(f"No model {model_id!r} has been registered in this archive.")
        pk, sk = key
        mark: Item = {"pk": pk, "sk": sk, "model_id": model_id, "rev": uuid4().hex}
        return [self._table.checking((MODELS, model_id), THERE), self._table.putting(mark)]

    def _marked(self, key: Key) -> ModelRecord | None:
        mark = self._table.get(*key)
        item = mark and self._table.get(MODELS, mark["model_id"])
        return _record(item) if item else None


def _record(item: Item) -> ModelRecord:
    return from_json(ModelRecord, item["record"])


def _agreement_key(one: str, other: str) -> Key:
    first, second = sorted((one, other))
    return f"model-agreement#{first}", second
