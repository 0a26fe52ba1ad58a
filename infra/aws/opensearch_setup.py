"""How an OpenSearch server is reached, and how the indexes on it are made."""

from dataclasses import dataclass, field
from pathlib import Path

from infra.errors import BadSetup

AUTHS = ("none", "basic", "sigv4")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSearchSetup:
    """`prefix` begins the names of all indexes, so that archives can share a server.

    `auth` is none, basic (user and password) or sigv4 (credentials from the usual AWS places, for
    `region` or theirs). `ca_file` holds the certificates to trust, None for the system's.
    `engine`, `m`, `ef_construction`, `shards` and `replicas` apply to indexes made from now on,
    `ef_search` to each search. Up to `exact_below` vectors that pass a filter are all compared with
    the query. Times are in seconds; `chunk_bytes` and `chunk_count` bound one bulk request.
    """

    url: str
    prefix: str = "similis"
    auth: str = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    region: str = ""
    ca_file: Path | None = None
    engine: str = "lucene"
    m: int = 16
    ef_construction: int = 128
    ef_search: int = 128
    shards: int = 1
    replicas: int = 0
    exact_below: int = 2_000
    connect_seconds: float = 3.0
    read_seconds: float = 30.0
    chunk_bytes: int = 8_000_000
    chunk_count: int = 1_000

    def __post_init__(self) -> None:
        if self.auth not in AUTHS:
            raise BadSetup(f"The OpenSearch sign-in is one of {', '.join(AUTHS)}.")
        if self.auth == "basic" and not (self.user and self.password):
            raise BadSetup("Basic sign-in to OpenSearch needs a user and a password.")
        if not self.url.startswith(("http://", "https://")):
            raise BadSetup("The address of OpenSearch begins with http:// or https://.")
        if self.auth != "none" and self.url.startswith("http://") and not self.is_local:
            raise BadSetup("OpenSearch is signed in to over https:// only.")

    @property
    def is_local(self) -> bool:
        """Whether the server is this machine."""
        host = self.url.split("://", 1)[1].split("/", 1)[0].rsplit("@", 1)[-1]
        return host.startswith(("127.0.0.1", "localhost", "[::1]"))
