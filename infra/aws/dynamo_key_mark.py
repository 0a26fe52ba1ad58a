"""Which key an archive was made with: an item of the table `work`.

Only a keyed hash is kept, which tells nothing of the key. The first who stores anything writes it.
"""

from infra.aws.dynamo_table import MISSING
from infra.aws.dynamo_tables import DynamoTables

TABLE = "work"
AT = ("key-mark", "mark")


def key_mark(tables: DynamoTables, mark: str) -> str:
    """See Services.key_mark. Only to ask makes no table, and does not wait for long."""
    if not mark:
        item = tables.look(TABLE, AT)
        return str(item["mark"]) if item else ""
    return tables.until_done(lambda: _first(tables, mark))


def _first(tables: DynamoTables, mark: str) -> str:
    table = tables.table(TABLE)
    item = table.get(*AT)
    if item is not None:
        return str(item["mark"])
    made = {"pk": AT[0], "sk": AT[1], "mark": mark}
    tables.transact([table.putting(made, MISSING)])
    return mark
