"""Who asks: one-time sign-in tokens and sessions. Another way to sign in (OIDC) begins here.

Nothing secret is kept: tokens and session ids are stored as their SHA-256, in memory, so a restart
signs everybody out.
"""

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from infra.errors import UserError
from infra.query import AccessScope

SECRET_BYTES = 32
TOKEN_SECONDS = 12 * 3600.0
SESSION_SECONDS = 24 * 3600.0  # from sign-in, however busy
IDLE_SECONDS = 8 * 3600.0
MOST_SESSIONS = 100

Clock = Callable[[], float]


class Unauthenticated(UserError):
    """The request carries no valid session."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A person, what they may see (`scope`), and whether they may ingest (`may_add`)."""

    name: str
    scope: AccessScope
    may_add: bool


OWNER = Identity(name="owner", scope=AccessScope.everything(), may_add=True)


class Redeemed(Enum):
    """What became of a token that was shown."""

    GOOD = "good"
    EXPIRED = "expired"  # it was ours, and unused, but too old
    WRONG = "wrong"  # never ours, or used before


def hashed(secret: str) -> str:
    """SHA-256 of a secret in hex; enough for 256 random bits, which nobody can guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


class OneTimeToken:
    """The one outstanding sign-in token. It is good once, and only for some hours."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hash = ""
        self._expires = 0.0

    def issue(self) -> str:
        """A new token; the one before is good no longer."""
        token = secrets.token_urlsafe(SECRET_BYTES)
        with self._lock:
            self._hash, self._expires = hashed(token), self._clock() + TOKEN_SECONDS
        return token

    def redeem(self, token: str) -> Redeemed:
        """Use a token up."""
        with self._lock:
            if not hmac.compare_digest(self._hash, hashed(token)):
                return Redeemed.WRONG
            self._hash = ""
            return Redeemed.GOOD if self._clock() < self._expires else Redeemed.EXPIRED


@dataclass(slots=True)
class _Session:
    identity: Identity
    started: float
    used: float = field(default=0.0)


class Sessions:
    """Who is signed in, by session id."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, _Session] = {}

    def start(self, identity: Identity) -> str:
        """Sign somebody in; the id of the session, which only they get."""
        session_id = secrets.token_urlsafe(SECRET_BYTES)
        now = self._clock()
        with self._lock:
            self._drop_old(now)
            self._sessions[hashed(session_id)] = _Session(identity, started=now, used=now)
        return session_id

    def find(self, session_id: str) -> Identity | None:
        """Whose session this is, or None; it counts as used now."""
        now = self._clock()
        with self._lock:
            session = self._sessions.get(hashed(session_id))
            if session is None or _is_over(session, now):
                self._sessions.pop(hashed(session_id), None)
                return None
            session.used = now
            return session.identity

    def end(self, session_id: str) -> None:
        """Sign out; an unknown id is no error."""
        with self._lock:
            self._sessions.pop(hashed(session_id), None)

    def _drop_old(self, now: float) -> None:
        """Forget what is over, and beyond the limit those that were used longest ago."""
        alive = {key: one for key, one in self._sessions.items() if not _is_over(one, now)}
        by_use = sorted(alive, key=lambda key: alive[key].used, reverse=True)
        self._sessions = {key: alive[key] for key in by_use[: MOST_SESSIONS - 1]}


def _is_over(session: _Session, now: float) -> bool:
    return now - session.started >= SESSION_SECONDS or now - session.used >= IDLE_SECONDS
