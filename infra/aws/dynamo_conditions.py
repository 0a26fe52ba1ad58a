"""Conditions on which writes depend."""

from pynamodb.expressions.condition import Condition

from infra.aws.dynamo_table import MISSING, field
from infra.aws.dynamo_values import Item


def as_read(item: Item | None) -> Condition:
    """That nobody has changed an item since it was read: each writer gives it another `rev`."""
    return MISSING if item is None else field("rev") == item["rev"]
