"""How S3 is reached."""

from dataclasses import dataclass
from pathlib import Path

from infra.errors import BadSetup

MEGA = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Setup:
    """Where the bucket is and how it is asked. Credentials come from the usual places of AWS.

    `encryption` is "", "AES256" or "aws:kms" (then `kms_key`, or "" for the account's own key).
    Files above `multipart_mb` are sent in parts of `part_mb` MiB (S3 wants at least 5).
    `lease_seconds` is how long a process that died keeps others from sweeping.
    """

    bucket: str
    url: str = ""
    region: str = ""
    encryption: str = ""
    kms_key: str = ""
    ca_file: Path | None = None
    prefix: str = "similis"
    connect_timeout_s: float = 3.0
    read_timeout_s: float = 30.0
    connections: int = 32
    multipart_mb: int = 16
    part_mb: int = 16
    lease_seconds: float = 60.0

    def __post_init__(self) -> None:
        if not self.bucket:
            raise BadSetup("SIMILIS_S3_BUCKET is not set: name the bucket for the files.")
        if self.encryption not in ("", "AES256", "aws:kms"):
            raise BadSetup("SIMILIS_S3_ENCRYPTION must be empty, AES256 or aws:kms.")
