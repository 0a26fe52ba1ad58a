"""The table `work`: what happens in an archive, beside what is in it."""

from infra.aws.dynamo_table import Table
from infra.aws.dynamo_tables import DynamoTables


class InWork:
    """An adapter with its items in the table `work`."""

    def __init__(self, tables: DynamoTables) -> None:
        """Asks nothing yet: the first use connects."""
        self._tables = tables

    @property
    def _table(self) -> Table:
        return self._tables.table("work")
