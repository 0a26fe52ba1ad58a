"""Where DynamoDB is and how long we wait for it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamoSetup:
    """`url` is "" for AWS itself; region and credentials come from the usual AWS places.

    `prefix` begins the names of the tables. `ca_file` is a bundle of certificates to trust instead
    of the usual ones. Times are in seconds. What is throttled is tried again for
    `patience_seconds`, a server that does not answer at all for `silence_seconds`; no try is begun
    after that, so the longest that a call may take is that and one time-out.
    """

    url: str = ""
    prefix: str = "similis"
    region: str = ""
    ca_file: Path | None = None
    connect_seconds: float = 3.0
    read_seconds: float = 10.0
    patience_seconds: float = 30.0
    silence_seconds: float = 8.0
    connections: int = 32
