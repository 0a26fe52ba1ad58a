"""Whether an S3 server takes writes: not all say that their disk is full, and none when asked."""

import hashlib
from uuid import uuid4

from infra.aws.s3_calls import S3Calls
from infra.aws.s3_listing import delete_object
from infra.aws.s3_upload import Target, in_base64
from infra.errors import BadSetup, StorageFull, Unavailable

TRIAL_BYTES = 128 << 10  # small objects may still fit where files do not


def takes_writes(calls: S3Calls) -> bool:
    """Try one object, and delete it: writing costs money, so this is for when there is doubt.

    True, also where we may only read. Raises StorageFull when it is not taken.
    """
    target = Target(calls.setup, f"{calls.setup.prefix}/trials/{uuid4().hex}")
    data = bytes(TRIAL_BYTES)
    sum_of_it = in_base64(hashlib.sha256(data).hexdigest())
    try:
        calls.ask(
            lambda client: client.put_object(
                **target.place, **target.manner, Body=data, ChecksumSHA256=sum_of_it
            ),
            tries=1,
        )
        delete_object(calls, target.name)
    except BadSetup:
        return True
    except Unavailable as error:
        raise StorageFull(f"S3 answers, but takes no writes. {error}") from error
    return True
