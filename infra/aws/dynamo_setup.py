"""Where DynamoDB is and how long we wait for it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoSetup:
    """`url` is "" for AWS itself; region and credentials come from the usual AWS places.

    `prefix` begins the names of the tables. `ca_file` is a bundle of certificates to trust instead
    of the usual ones. Times are in seconds; a call that keeps failing is given up after
    `patience_seconds`, though never in the middle of a request.
    """

    url: str = ""
    prefix: str = "similis"
    region: str = ""
    ca_file: Path | None = None
    connect_seconds: float = 3.0
    read_seconds: float = 10.0
    patience_seconds: float = 30.0
    connections: int = 32
