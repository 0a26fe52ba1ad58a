"""As much of an S3 client as leases and listings use, with a clock that tests move."""

# ruff: noqa: N803  the arguments are boto3's

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError

NOON = datetime(2024, 5, 17, 12, tzinfo=UTC)


class FakeS3:
    """Objects of one bucket: name -> (tag, time of the last write)."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[str, datetime]] = {}
        self.now = NOON
        self.down = False
        self.page = 1_000
        self._tags = 0

    def after(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def elapsed(self) -> float:
        """A clock of a process, as fast as the server's."""
        return (self.now - NOON).total_seconds()

    def put_object(self, *, Key: str, IfMatch: str = "", **_: Any) -> dict[str, Any]:
        self._answer()
        if IfMatch and (Key not in self.objects or self.objects[Key][0] != IfMatch):
            raise refusal("PreconditionFailed", 412)
        self._tags += 1
        self.objects[Key] = (str(self._tags), self.now)
        return {"ETag": str(self._tags)}

    def delete_object(self, *, Key: str, **_: Any) -> None:
        self._answer()
        self.objects.pop(Key, None)

    def list_objects_v2(
        self,
        *,
        Prefix: str,
        ContinuationToken: str = "",
        **_: Any,
    ) -> dict[str, Any]:
        self._answer()
        names = [n for n in sorted(self.objects) if n.startswith(Prefix) and n > ContinuationToken]
        page = {
            "Contents": [
                {"Key": n, "LastModified": self.objects[n][1]} for n in names[: self.page]
            ],
            "ResponseMetadata": {
                "HTTPHeaders": {"date": format_datetime(self.now, usegmt=True)},
            },
        }
        if len(names) > self.page:
            page["NextContinuationToken"] = names[self.page - 1]
        return page

    def _answer(self) -> None:
        if self.down:
            raise EndpointConnectionError(endpoint_url="http://nowhere")


def refusal(code: str, status: int, message: str = "") -> ClientError:
    """An answer with an error."""
    answer = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "Operation")  # type: ignore[arg-type]
