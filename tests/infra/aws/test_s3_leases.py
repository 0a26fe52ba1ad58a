"""Leases on S3 when time passes, processes die or are suspended, and the server is away."""

from typing import Any, cast

import pytest

from infra.aws.s3_calls import S3Calls
from infra.aws.s3_leases import Leases
from infra.aws.s3_setup import S3Setup
from infra.errors import Unavailable
from tests.infra.aws.fake_s3 import FakeS3

SETUP = S3Setup(bucket="b", lease_seconds=60.0)


@pytest.fixture
def server() -> FakeS3:
    return FakeS3()


def leases(server: FakeS3) -> Leases:
    """Those of one process."""
    calls = S3Calls(SETUP, client=cast(Any, server), wait=lambda _: None)
    return Leases(calls, clock=server.elapsed)


def test_nothing_is_left_behind(server: FakeS3) -> None:
    with leases(server).storing(), leases(server).storing():
        assert len(server.objects) == 2
    with leases(server).sweeping() as alone:
        assert alone
    with leases(server).storing(), leases(server).sweeping() as alone:
        assert not alone
    assert not server.objects


def test_one_that_died_is_passed_over_when_its_lease_is_over(server: FakeS3) -> None:
    server.objects["similis/leases/storing/dead"] = ("0", server.now)
    server.after(60)
    with leases(server).sweeping() as alone:
        assert not alone
    server.after(2)
    with leases(server).sweeping() as alone:
        assert alone
        assert "similis/leases/storing/dead" not in server.objects


def test_a_dead_sweeper_does_not_stop_the_others(server: FakeS3) -> None:
    server.objects["similis/leases/sweeping/dead"] = ("0", server.now)
    server.after(62)
    with leases(server).storing() as lease:
        assert lease.held


def test_a_renewed_lease_lasts(server: FakeS3) -> None:
    with leases(server).storing() as lease:
        for _ in range(5):
            server.after(40)
            lease.renew()
            with leases(server).sweeping() as alone:
                assert not alone
        assert lease.held


def test_a_renewal_that_fails_is_made_up_by_the_next(server: FakeS3) -> None:
    with leases(server).storing() as lease:
        server.after(40)
        server.down = True
        lease.renew()
        assert lease.held
        server.down = False
        lease.renew()
        server.after(40)
        assert lease.held


def test_a_suspended_process_finds_out_and_does_not_come_back(server: FakeS3) -> None:
    mine = leases(server)
    with mine.storing() as lease:
        mine.check()
        server.after(70)
        assert not lease.held
        with pytest.raises(Unavailable):
            mine.check()
        with leases(server).sweeping() as alone:
            assert alone
            lease.renew()
            assert lease.key not in server.objects
    mine.check()  # what is over does not matter


def test_a_lease_that_was_taken_away_is_not_written_again(server: FakeS3) -> None:
    with leases(server).storing() as lease:
        del server.objects[lease.key]  # its clock went slower than the server's
        lease.renew()
        assert not lease.held
        assert not server.objects


def test_many_leases_are_seen_past_the_first_page(server: FakeS3) -> None:
    server.page = 2
    for number in range(3):
        server.objects[f"similis/leases/storing/{number}"] = ("0", server.now)
    server.after(62)
    server.objects["similis/leases/storing/zz"] = ("0", server.now)
    with leases(server).sweeping() as alone:
        assert not alone
    assert sorted(server.objects) == ["similis/leases/storing/zz"]
