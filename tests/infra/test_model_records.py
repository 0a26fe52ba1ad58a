"""Records of models as older versions have written them."""

from infra.codec import from_json, to_json
from infra.records import ModelRecord

OLD = (
    '{"model_id": "densenet121-0-px1-fp32", "architecture": "densenet121", "weights_sha256": "0", '
    '"pixel_path": "px1", "precision": "fp32", "source": "shipped", "meaningful": true, '
    '"created_at": "2026-01-02T03:04:05+00:00"}'
)


def test_a_record_without_a_dimension_is_of_our_own_model() -> None:
    old = from_json(ModelRecord, OLD)
    assert old.dimension == 1024
    assert from_json(ModelRecord, to_json(old)) == old
