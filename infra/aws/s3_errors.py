"""Errors of S3 in our words."""

from infra.blob_keys import missing
from infra.errors import BackendError, BadSetup, SimilisError, StorageFull, Unavailable

_MISSING = {"404", "NotFound", "NoSuchKey", "NoSuchUpload", "NoSuchVersion"}
_SETUP = {
    "301", "307", "403", "AccessDenied", "AccountProblem", "AllAccessDisabled",
    "AuthorizationHeaderMalformed", "ExpiredToken", "IllegalLocationConstraintException",
    "InvalidAccessKeyId", "InvalidBucketName", "InvalidToken", "KMS.DisabledException",
    "KMS.NotFoundException", "NoSuchBucket", "PermanentRedirect", "RequestTimeTooSkewed",
    "ServerSideEncryptionConfigurationNotFoundError", "SignatureDoesNotMatch",
    "TemporaryRedirect", "TokenRefreshRequired",
}  # fmt: skip
_FULL = {
    "InsufficientStorage", "QuotaExceeded", "StorageFull", "XMinioStorageFull",
}  # fmt: skip
_AGAIN = {
    "429", "BadDigest", "IncompleteBody", "OperationAborted", "RequestTimeout", "SlowDown",
    "Throttling", "ThrottlingException", "TooManyRequests", "XAmzContentSHA256Mismatch",
}  # fmt: skip
_PERHAPS_FULL = "The disk of a server of your own may be full."
_NO_SPACE = ("no space left", "no free volumes", "no writable volumes", "disk is full")


class OutOfRange(BackendError):
    """The part that was asked for begins after the end."""


class Superseded(BackendError):
    """The object is not as the condition says: somebody else has changed or deleted it."""


def failure_of(error: Exception) -> SimilisError:
    """The error of ours for one of botocore's; Unavailable is worth another try."""
    from botocore.exceptions import (
        ClientError,
        ConnectionError,
        HTTPClientError,
        IncompleteReadError,
        NoCredentialsError,
        NoRegionError,
        PartialCredentialsError,
        ReadTimeoutError,
    )

    if isinstance(error, ClientError):
        return _refusal(error)
    if isinstance(error, NoCredentialsError | PartialCredentialsError | NoRegionError):
        return BadSetup(
            "AWS credentials or region are missing: set them as for the AWS command line."
        )
    if isinstance(error, ConnectionError | HTTPClientError | IncompleteReadError):
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return BadSetup("The certificate of the S3 server is not trusted: set SIMILIS_CA_FILE.")
        late = f" {_PERHAPS_FULL}" if isinstance(error, ReadTimeoutError) else ""
        silent = f"The S3 server does not answer ({type(error).__name__}); try again."
        return Unavailable(silent + late)
    return BackendError(f"S3 cannot be asked like this: {type(error).__name__}.")


def _refusal(error: Exception) -> SimilisError:
    """What an answer with an error says, by its code, its status or, at last, its words."""
    answer = getattr(error, "response", {})
    said, meta = answer.get("Error", {}), answer.get("ResponseMetadata", {})
    code, status = str(said.get("Code", "")), int(meta.get("HTTPStatusCode", 0))
    words = str(said.get("Message", "")).lower()
    if code in _MISSING:
        return missing()
    if code == "InvalidRange":
        return OutOfRange("The file is shorter than that.")
    if code in ("PreconditionFailed", "ConditionalRequestConflict", "412", "409"):
        return Superseded("Somebody else was first.")
    if code in _FULL or status == 507 or any(part in words for part in _NO_SPACE):
        return StorageFull(f"The S3 server has no room ({code}): free some space, and repeat.")
    if code in _SETUP:
        return BadSetup(
            f"S3 refuses this: {code}. Check the bucket's name, the credentials and their rights."
        )
    if code == "InternalError":
        return Unavailable(f"The S3 server has failed (InternalError); try again. {_PERHAPS_FULL}")
    if code in _AGAIN or status >= 500 or status == 429:
        return Unavailable(f"The S3 server cannot answer now ({code or status}); try again.")
    return BackendError(f"S3 does not take this request: {code or status}.")
