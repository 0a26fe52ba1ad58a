"""Numbers that many count up and down at once: each in several items, one of which is chosen at
random, so that writers seldom meet. They change in the transactions of what they count.
"""

import random
from collections import Counter
from collections.abc import Mapping

from infra.aws.dynamo_table import Table, Write

SHARDS = 16


def counting(table: Table, name: str, by: Mapping[str, int]) -> list[Write]:
    """The write that counts, none where nothing changes."""
    changes = {what: number for what, number in by.items() if number}
    if not changes:
        return []
    shard = random.randrange(SHARDS)  # noqa: S311  not a secret
    return [table.changing((f"{name}#{shard:x}", "tally"), {}, adding=changes)]


def counted(table: Table, name: str) -> Counter[str]:
    """What there is of each."""
    total: Counter[str] = Counter()
    for item in table.get_many((f"{name}#{shard:x}", "tally") for shard in range(SHARDS)).values():
        total.update({what: item[what] for what in item.keys() - {"pk", "sk"}})
    return total
