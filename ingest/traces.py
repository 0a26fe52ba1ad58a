"""What was seen in stored images, read back."""

from infra.services import Services
from measure.heart import Heart
from measure.linear import Strip
from measure.trace import read_trace


def stored_trace(services: Services, key: str) -> Heart | Strip:
    """What was seen in a stored image, by the key that its measurements name. Raises NotFound."""
    with services.blobs.open(key) as file:
        return read_trace(file.read())


def stored_heart(services: Services, key: str) -> Heart | None:
    """The same of a clip; None of an M-mode."""
    found = stored_trace(services, key)
    return found if isinstance(found, Heart) else None
