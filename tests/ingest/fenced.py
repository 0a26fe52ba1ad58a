"""What the tests run inside of fenced workers; imports little, because each worker loads it."""

import ctypes
import os
import signal
import sys
import threading
import time

from infra.errors import BadSetup
from ingest.reasons import rejected

START: list[str] = []


def double(number: int) -> int:
    return 2 * number


def refuse(code: str) -> None:
    raise rejected(code, "a detail")


def segfault() -> None:
    ctypes.string_at(0)


def abort() -> None:
    os.abort()


def leave(code: int) -> None:
    os._exit(code)


def hang() -> None:
    while True:
        time.sleep(60)


def hang_with_signals_blocked() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hang()


def allocate(megabytes: int) -> int:
    return len(bytearray(megabytes * 1024 * 1024))


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_when_idle() -> int:
    threading.Timer(0.05, lambda: os._exit(3)).start()
    return os.getpid()


class CannotBePickled(Exception):
    def __init__(self, one: object, two: object) -> None:
        super().__init__("secret of a patient")


def fail_oddly() -> None:
    raise CannotBePickled(1, 2)


def remember(word: str) -> None:
    START.append(word)


def remembered() -> list[str]:
    return START


def cannot_start() -> None:
    raise BadSetup("the key is missing")


def limits() -> dict[str, object]:
    import resource

    return {
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
        "interrupt": signal.getsignal(signal.SIGINT) is signal.SIG_IGN,
        "threads": os.environ["OMP_NUM_THREADS"],
        "torch": "torch" in sys.modules,
    }


def read_everything(data: bytes) -> str:
    """Read a file as ingest does; "read", or the reason why it is refused."""
    from infra.errors import RejectedFile
    from infra.settings import Settings
    from ingest.decoding import decode
    from ingest.reading import dicom, display

    settings = Settings(max_pixels_mb=64)
    try:
        ds = dicom.parse(data, settings)
        if dicom.is_dicomdir(ds) or not dicom.is_image(ds):
            dicom.complete_uids(ds, "")
            dicom.attachment_of(ds, content_hash="", identity_kept=False)
            return "read"
        digest = decode.PixelHash()
        for number, frame in enumerate(decode.frames(ds, settings)):
            digest.update(frame)
            display.display_of(ds, number)
        dicom.complete_uids(ds, digest.hexdigest())
        pixels = digest.hexdigest()
        dicom.instance_of(ds, pixel_hash=pixels, frames=number + 1, identity_kept=False)
    except RejectedFile as refused:
        return refused.reason
    return "read"
