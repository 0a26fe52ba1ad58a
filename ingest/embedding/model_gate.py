"""Vectors of two models are never mixed: which model id new vectors and queries get here."""

from infra.errors import BadSetup
from infra.ports import Embedder, ModelRegistry
from infra.records import ModelRecord

AGREES = 0.999  # least cosine between two precisions of the same weights


def model_in_use(models: ModelRegistry, embedder: Embedder, agreement: float | None = None) -> str:
    """The model id under which this archive's vectors are kept.

    The first embedder decides. Later ones must be the same model, or another precision of the same
    weights that a recorded gate (or `agreement`, which is then recorded) found equal.
    Raises BadSetup otherwise, saying what to do.
    """
    active, record = models.active(), embedder.record
    if active is None:
        models.register(record)
        models.activate(record.model_id)
        return record.model_id
    if active.model_id == record.model_id:
        return active.model_id
    if _same_but_precision(active, record):
        if agreement is not None:
            models.register(record)
            models.agree(active.model_id, record.model_id, agreement)
        recorded = models.agreement(active.model_id, record.model_id)
        if recorded is not None and recorded >= AGREES:
            return active.model_id
    raise BadSetup(
        f"The vectors here were made by {active.model_id}, and the configured model is "
        f"{record.model_id}; the two cannot be compared. Configure the same weights "
        "(SIMILIS_WEIGHTS, SIMILIS_PRECISION), make all vectors anew with `similis reindex "
        "--embed`, or use another SIMILIS_HOME."
    )


def needs_gate(models: ModelRegistry, record: ModelRecord) -> bool:
    """Whether an agreement of two precisions must be measured before this model may be used."""
    active = models.active()
    return (
        active is not None
        and active.model_id != record.model_id
        and _same_but_precision(active, record)
        and models.agreement(active.model_id, record.model_id) is None
    )


def _same_but_precision(one: ModelRecord, other: ModelRecord) -> bool:
    return (one.architecture, one.weights_sha256, one.pixel_path) == (
        other.architecture,
        other.weights_sha256,
        other.pixel_path,
    ) and {one.precision, other.precision} == {"fp32", "bf16"}
