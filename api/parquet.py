"""A small table as Apache Parquet."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from infra.errors import BadQuery

MEDIA = "application/vnd.apache.parquet"


def parquet_of(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Rows by column name; numbers stay numbers. Raises BadQuery for a column of several kinds."""
    import pyarrow as pa
    from pyarrow import parquet

    out = io.BytesIO()
    try:
        columns = {name: pa.array([row[name] for row in rows]) for name in names}
        parquet.write_table(pa.table(columns), out)
    except pa.ArrowException:
        raise BadQuery("A column holds either text or numbers.") from None
    return out.getvalue()
