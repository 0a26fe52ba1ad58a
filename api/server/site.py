"""Where the server answers: its address, its names, and which paths need a sign-in."""

import ipaddress
from dataclasses import dataclass

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})

# Everything below these first path segments needs a session. What is not listed here is the page,
# whose files hold no data; create_app refuses to start with a route that is neither.
PRIVATE = frozenset({"api", "graphql", "dicomweb", "metrics"})
OPEN = frozenset({"/healthz", "/readyz", "/sign-in"})


@dataclass(frozen=True, slots=True)
class Site:
    """The address that browsers use, and every host name the server answers under."""

    name: str = "127.0.0.1"
    port: int = 8000
    names: frozenset[str] = LOOPBACK_NAMES

    @property
    def origin(self) -> str:
        """`http://127.0.0.1:8000`."""
        return f"http://{self.name}:{self.port}"

    @property
    def cookie(self) -> str:
        """Name of the session cookie; cookies are shared by the ports of a host."""
        return f"similis_{self.port}"


def is_private(path: str) -> bool:
    """Whether a path belongs to data, so that it is neither open nor a file of the page."""
    return path.removeprefix("/").partition("/")[0] in PRIVATE


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_name(text: str) -> str:
    """A host as it stands in a URL: IPv6 addresses in brackets, lower case."""
    bare = text.strip().lower().removeprefix("[").removesuffix("]")
    return f"[{bare}]" if ":" in bare else bare
