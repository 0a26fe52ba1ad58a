"""Every error Similis raises.

SimilisError
 ├── UserError          safe to show: the message names what to do
 │    ├── RejectedFile  one file was refused; carries a reason code
 │    ├── BadQuery      the question cannot be asked like this
 │    ├── NotFound      nothing of that name in what the caller may see
 │    ├── Forbidden     the caller may not
 │    └── BadSetup      a setting, weights file or home directory is wrong or missing
 └── BackendError       not the user's fault; details go to the log only
      ├── Unavailable   try again later
      │    └── PartlyTagged  of a report; carries the findings that were made
      └── StorageFull   the disk is full or cannot be written
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.records import Finding


class SimilisError(Exception):
    """The root: catch this to catch everything of ours."""


class UserError(SimilisError):
    """An error whose message may be shown to whoever asked."""


class RejectedFile(UserError):
    """A received file was refused.

    `reason` is a stable code in lower_snake_case (see `ingest/reasons.py`); `message` is one
    sentence without patient data that says what to do.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message

    def __reduce__(self) -> tuple[type["RejectedFile"], tuple[str, str]]:
        return (RejectedFile, (self.reason, self.message))


class BadQuery(UserError):
    """The query names an unknown field, a wrong value, or something this index cannot do."""


class NotFound(UserError):
    """Nothing of that name exists within the caller's AccessScope."""


class Forbidden(UserError):
    """The caller's AccessScope does not allow this."""


class BadSetup(UserError):
    """A setting, a weights file or SIMILIS_HOME is missing or wrong."""


class BackendError(SimilisError):
    """A store or server failed; the driver's own error is chained."""


class Unavailable(BackendError):
    """The store or server cannot answer now; the same call may work later."""


class PartlyTagged(Unavailable):
    """Parts of a report could not be tagged now; `findings` are those of the rest."""

    def __init__(self, message: str, findings: "tuple[Finding, ...]" = ()) -> None:
        super().__init__(message)
        self.findings = findings


class StorageFull(BackendError):
    """The disk is full or read-only: nothing was half-written; free some space and repeat."""
