"""One archive, one key: under another one the same patient would get another name."""

import logging

from infra.errors import BadSetup, Unavailable
from infra.services import Services
from ingest.privacy.identity import Pseudonyms

log = logging.getLogger(__name__)


def check_key(services: Services, pseudonyms: Pseudonyms) -> None:
    """Raise BadSetup where this archive was made with another key.

    A store that does not answer now is passed over: `claim` asks again before anything is stored.
    """
    try:
        _compare(services.key_mark(""), pseudonyms)
    except Unavailable as error:
        log.warning("whether the key is that of the archive is not known yet: %s", error)


def claim(services: Services, pseudonyms: Pseudonyms) -> None:
    """Make this key the archive's if it has none yet; BadSetup where it has another one."""
    _compare(services.key_mark(pseudonyms.mark), pseudonyms)


def _compare(mark: str, pseudonyms: Pseudonyms) -> None:
    if mark not in ("", pseudonyms.mark):
        raise BadSetup(
            "This archive was made with another key than SIMILIS_HOME has: copy the file `key` of "
            "the home that began it into this one, or choose another SIMILIS_PREFIX."
        )
