"""What lies under a prefix of the bucket, and how to be rid of it."""

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from infra.aws.s3_calls import S3Calls
from infra.errors import BadSetup, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

BATCH = 1_000  # objects that one request deletes at most


class Stored(NamedTuple):
    """One object, or one version of it."""

    name: str
    version: str = ""
    latest: bool = True


def names_under(calls: S3Calls, prefix: str) -> Iterator[str]:
    """Names in the server's order, a page at a time."""
    token = ""
    while True:
        page = calls.ask(
            lambda client, token=token: client.list_objects_v2(  # type: ignore[misc]  # a default
                Bucket=calls.setup.bucket,
                Prefix=prefix,
                **({"ContinuationToken": token} if token else {}),
            )
        )
        yield from (found["Key"] for found in page.get("Contents", []))
        token = page.get("NextContinuationToken", "")
        if not token:
            return


def in_order(keys: Iterable[str]) -> Iterator[str]:
    """Keys "FOLDER/NAME" sorted, from servers that sort whole keys or folders and then names.

    In the second order "1.2/a" comes before "1.2-3/a", though "-" sorts before "/". A folder is
    held back until one comes that sorts after it: all that may belong between begin with its name,
    and follow at once.
    """
    held: list[tuple[str, list[str]]] = []
    for folder, names in groupby((key.partition("/") for key in keys), key=itemgetter(0)):
        while held and held[0][0] < f"{folder}/":
            yield from heappop(held)[1]
        heappush(held, (f"{folder}/", sorted("".join(parts) for parts in names)))
    while held:
        yield from heappop(held)[1]


def delete_object(calls: S3Calls, name: str) -> None:
    """Delete an object with all its versions, if it is there."""
    versions = [one for one in _stored(calls, name) if one.name == name]
    for begin in range(0, len(versions), BATCH):
        _delete(calls, versions[begin : begin + BATCH])


def delete_folder(calls: S3Calls, prefix: str) -> int:
    """Delete all objects with all their versions, and unfinished uploads; how many objects."""
    _abort_uploads(calls, prefix)
    count, stored = 0, _stored(calls, prefix)
    while batch := list(islice(stored, BATCH)):
        _delete(calls, batch)
        count += sum(one.latest for one in batch)
    return count


def _stored(calls: S3Calls, prefix: str) -> Iterator[Stored]:
    """Objects; or their versions where deleting would only hide them, or would have."""
    said = calls.ask(lambda client: client.get_bucket_versioning(Bucket=calls.setup.bucket))
    if said.get("Status") is not None:
        yield from _versions(calls, prefix)
    else:
        yield from (Stored(name) for name in names_under(calls, prefix))


def _versions(calls: S3Calls, prefix: str) -> Iterator[Stored]:
    """All versions and marks of deletion; `latest` is what a reader would see."""
    after: dict[str, str] = {}
    while True:
        page = calls.ask(
            lambda client, after=after: client.list_object_versions(  # type: ignore[misc]
                Bucket=calls.setup.bucket, Prefix=prefix, **after
            )
        )
        for one in page.get("Versions", []):
            yield Stored(one["Key"], one["VersionId"], one["IsLatest"])
        for mark in page.get("DeleteMarkers", []):
            yield Stored(mark["Key"], mark["VersionId"], latest=False)
        if not page.get("IsTruncated"):
            return
        after = {"KeyMarker": page["NextKeyMarker"]}
        if "NextVersionIdMarker" in page:
            after["VersionIdMarker"] = page["NextVersionIdMarker"]


def _delete(calls: S3Calls, batch: list[Stored]) -> None:
    objects: list[ObjectIdentifierTypeDef] = [
        {"Key": one.name, "VersionId": one.version} if one.version else {"Key": one.name}
        for one in batch
    ]
    answer = calls.ask(
        lambda client: client.delete_objects(
            Bucket=calls.setup.bucket, Delete={"Objects": objects, "Quiet": True}
        )
    )
    codes = {error.get("Code", "") for error in answer.get("Errors", [])} - {"NoSuchKey"}
    if "AccessDenied" in codes:
        raise BadSetup("S3 does not let this account delete: give it the right, and repeat.")
    if codes:
        raise Unavailable("S3 has not deleted all of it; try again.")


def _abort_uploads(calls: S3Calls, prefix: str) -> None:
    """Parts of uploads whose process was killed are no objects yet, but they are kept."""
    found = calls.ask(
        lambda client: client.list_multipart_uploads(Bucket=calls.setup.bucket, Prefix=prefix)
    )
    for upload in found.get("Uploads", []):
        name, number = upload["Key"], upload["UploadId"]
        if name.startswith(prefix):
            calls.ask(
                lambda client, name=name, number=number: client.abort_multipart_upload(  # type: ignore[misc]
                    Bucket=calls.setup.bucket, Key=name, UploadId=number
                )
            )
