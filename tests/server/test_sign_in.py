"""Signing in: a link works once, a session ends, and nobody is sent elsewhere."""

from urllib.parse import urlsplit

import httpx
import pytest

from api.auth import (
    IDLE_SECONDS,
    MOST_SESSIONS,
    OWNER,
    SESSION_SECONDS,
    TOKEN_SECONDS,
    OneTimeToken,
    Redeemed,
    Sessions,
)
from api.server.sign_in import Door, own_path
from api.server.site import Site
from tests.server.conftest import Served


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def link(served: Served) -> str:
    """A fresh link's path and query."""
    served.app.state.door.invite()
    parts = urlsplit(served.invitations[-1])
    return f"{parts.path}?{parts.query}"


# --- over HTTP ------------------------------------------------------------------------------------


def test_a_link_signs_in_once_and_a_fresh_one_is_shown(
    served: Served, stranger: httpx.Client
) -> None:
    used = link(served)
    shown = len(served.invitations)
    assert stranger.get("/metrics").status_code == 401
    answer = stranger.get(used)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert stranger.get("/metrics").status_code == 200
    assert len(served.invitations) == shown + 1
    with served.client() as other:
        refused = other.get(used)
        assert refused.status_code == 403
        assert "similis serve" in refused.text
        assert "<script" not in refused.text
        assert "style" not in refused.text
        assert "set-cookie" not in refused.headers
        assert other.get("/metrics").status_code == 401
        assert other.get(link(served)).status_code == 303
        assert other.get("/metrics").status_code == 200


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=x&token=y"])
def test_a_wrong_token_is_refused_and_uses_nothing_up(
    served: Served, stranger: httpx.Client, query: str
) -> None:
    good = link(served)
    shown = len(served.invitations)
    assert stranger.get(f"/sign-in{query}").status_code == 403
    assert len(served.invitations) == shown
    assert stranger.get(good).status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    served: Served, stranger: httpx.Client
) -> None:
    cookie = stranger.get(link(served)).headers["set-cookie"].lower()
    assert cookie.startswith("similis_8000=")
    attributes = {part.strip() for part in cookie.split(";")[1:]}
    assert attributes == {"httponly", "samesite=lax", "path=/"}


def test_behind_https_the_cookie_is_secure(served: Served, stranger: httpx.Client) -> None:
    answer = stranger.get(link(served), headers={"x-forwarded-proto": "https"})
    assert "; secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"]


def test_the_link_again_leads_those_who_are_signed_in_to_the_page(
    served: Served, client: httpx.Client
) -> None:
    fresh = link(served)
    assert client.get("/sign-in?token=used").headers["location"] == "/"
    assert client.get(fresh).headers["location"] == "/"
    with served.client() as other:
        assert other.get(fresh).status_code == 303, "the token was not needed, so it is still good"


def test_a_prefetch_does_not_use_the_token_up(served: Served, stranger: httpx.Client) -> None:
    fresh = link(served)
    guess = stranger.get(fresh, headers={"sec-purpose": "prefetch;prerender"})
    assert guess.status_code == 503
    assert stranger.get(fresh).status_code == 303


def test_signing_out_ends_the_session(served: Served, client: httpx.Client) -> None:
    cookies = dict(client.cookies)
    answer = client.post("/api/sign-out")
    assert answer.status_code == 200
    assert 'similis_8000=""' in answer.headers["set-cookie"]
    client.cookies.update(cookies)
    assert client.get("/metrics").status_code == 401


def test_after_signing_in_the_asked_path_is_opened(served: Served, stranger: httpx.Client) -> None:
    answer = stranger.get(link(served) + "&next=/case/1.2%3Ffrom%3Dx")
    assert answer.headers["location"] == "/case/1.2?from=x"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(target: str) -> None:
    assert own_path(target) == "/"


def test_nor_by_the_link(served: Served, stranger: httpx.Client) -> None:
    answer = stranger.get(link(served) + "&next=%09//evil.example")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


# --- tokens and sessions --------------------------------------------------------------------------


def test_a_token_is_long_good_once_and_replaced_by_the_next(clock: Clock) -> None:
    tokens = OneTimeToken(clock)
    assert tokens.redeem("") is Redeemed.WRONG
    old = tokens.issue()
    new = tokens.issue()
    assert len(new) >= 43  # 256 bits in base64
    assert tokens.redeem(old) is Redeemed.WRONG
    assert tokens.redeem(new) is Redeemed.GOOD
    assert tokens.redeem(new) is Redeemed.WRONG
    assert tokens.redeem("") is Redeemed.WRONG


def test_an_old_token_is_told_from_a_wrong_one(clock: Clock) -> None:
    tokens = OneTimeToken(clock)
    token = tokens.issue()
    clock.now += TOKEN_SECONDS
    assert tokens.redeem(token) is Redeemed.EXPIRED
    assert tokens.redeem(token) is Redeemed.WRONG


def test_tokens_and_sessions_are_not_kept_in_clear() -> None:
    shown: list[str] = []
    door = Door(Site(), shown.append)
    door.invite()
    session = door.sessions.start(OWNER)
    kept = repr((vars(door.token), vars(door.sessions)))
    assert shown[0].partition("token=")[2] not in kept
    assert session not in kept


def test_a_session_ends_when_idle_and_after_a_day(clock: Clock) -> None:
    sessions = Sessions(clock)
    idle, busy = sessions.start(OWNER), sessions.start(OWNER)
    started = clock.now
    while clock.now - started < SESSION_SECONDS:
        assert sessions.find(busy) is OWNER
        clock.now += IDLE_SECONDS / 2
    assert sessions.find(busy) is None
    assert sessions.find(idle) is None
    again = sessions.start(OWNER)
    clock.now += IDLE_SECONDS
    assert sessions.find(again) is None


def test_the_sessions_used_longest_ago_make_room(clock: Clock) -> None:
    sessions = Sessions(clock)
    ids = []
    for _ in range(MOST_SESSIONS + 2):
        clock.now += 1
        ids.append(sessions.start(OWNER))
        sessions.find(ids[0])
    assert sessions.find(ids[0]) is OWNER
    assert [sessions.find(one) for one in ids[1:3]] == [None, None]
    assert sessions.find(ids[3]) is OWNER
