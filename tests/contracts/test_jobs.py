"""JobQueue and JobStore: what their docstrings say, for every adapter."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.errors import NotFound
from infra.records import JobState
from infra.services import Services
from tests.contracts.examples import job, later

LONG = 3_600.0
OVER = 0.0  # a lease of no time has run out at once


# --- JobQueue -------------------------------------------------------------------------------------


def test_the_oldest_job_of_these_kinds_is_leased(stores: Services, others: Services) -> None:
    for name, kind in (("a", "embed"), ("c", "ingest"), ("b", "ingest")):
        stores.queue.send(name, kind)
    assert others.queue.lease(["ingest"], LONG) == "c"
    assert others.queue.lease(["ingest"], LONG) == "b"
    assert others.queue.lease(["ingest"], LONG) is None
    assert others.queue.lease([], LONG) is None
    assert others.queue.lease(["ingest", "embed"], LONG) == "a"


def test_a_job_is_not_queued_twice(stores: Services) -> None:
    stores.queue.send("a", "ingest")
    stores.queue.send("a", "ingest")
    assert stores.queue.lease(["ingest"], LONG) == "a"
    stores.queue.send("a", "ingest")
    assert stores.queue.lease(["ingest"], LONG) is None


def test_each_job_is_leased_by_one_worker(stores: Services, others: Services) -> None:
    for number in range(40):
        stores.queue.send(f"j{number:02d}", "ingest")
    with ThreadPoolExecutor(4) as pool:
        leased = list(
            pool.map(lambda n: (stores, others)[n % 2].queue.lease(["ingest"], LONG), range(44))
        )
    assert sorted(filter(None, leased)) == [f"j{number:02d}" for number in range(40)]


def test_a_lease_that_ran_out_goes_to_the_next(stores: Services, others: Services) -> None:
    stores.queue.send("a", "ingest")
    assert stores.queue.lease(["ingest"], OVER) == "a"
    assert others.queue.lease(["ingest"], LONG) == "a"
    assert stores.queue.lease(["ingest"], LONG) is None


def test_extend_holds_on_until_the_lease_is_lost(stores: Services, others: Services) -> None:
    stores.queue.send("a", "ingest")
    stores.queue.lease(["ingest"], LONG)
    assert stores.queue.extend("a", LONG)
    assert not others.queue.extend("a", LONG)  # it never had it
    assert stores.queue.extend("a", OVER)
    assert not stores.queue.extend("a", LONG)
    others.queue.lease(["ingest"], LONG)
    assert not stores.queue.extend("a", LONG)
    assert others.queue.extend("a", LONG)
    assert not stores.queue.extend("nothing", LONG)


def test_done_removes_for_good(stores: Services) -> None:
    stores.queue.send("a", "ingest")
    stores.queue.lease(["ingest"], OVER)
    stores.queue.done("a")
    stores.queue.done("a")
    assert stores.queue.lease(["ingest"], LONG) is None
    assert not stores.queue.extend("a", LONG)


def test_failed_gives_back_after_a_time(stores: Services, others: Services) -> None:
    for name in ("a", "b"):
        stores.queue.send(name, "ingest")
        stores.queue.lease(["ingest"], LONG)
    stores.queue.failed("a", LONG)
    assert others.queue.lease(["ingest"], LONG) is None
    stores.queue.failed("b", 0.0)
    assert others.queue.lease(["ingest"], LONG) == "b"


def test_failed_without_a_retry_removes(stores: Services) -> None:
    stores.queue.send("a", "ingest")
    stores.queue.lease(["ingest"], OVER)
    stores.queue.failed("a", None)
    assert stores.queue.lease(["ingest"], LONG) is None
    stores.queue.send("a", "ingest")  # it can come again
    assert stores.queue.lease(["ingest"], LONG) == "a"


@pytest.mark.parametrize("retry_in", [0.0, None])
def test_who_lost_a_lease_cannot_fail_it(
    stores: Services, others: Services, retry_in: float | None
) -> None:
    stores.queue.send("a", "ingest")
    stores.queue.lease(["ingest"], OVER)
    others.queue.lease(["ingest"], LONG)
    stores.queue.failed("a", retry_in)
    assert others.queue.extend("a", LONG)
    assert stores.queue.lease(["ingest"], LONG) is None


# --- JobStore -------------------------------------------------------------------------------------


def test_put_creates_or_replaces(stores: Services, others: Services) -> None:
    stores.jobs.put(job(created_at=later(0)))
    new = job(
        created_at=later(0), updated_at=later(1), state=JobState.DONE, result='{"ü": 1}', attempts=2
    )
    stores.jobs.put(new)
    assert others.jobs.get("j1") == new
    with pytest.raises(NotFound):
        stores.jobs.get("j2")


def test_jobs_of_an_owner_newest_first(stores: Services) -> None:
    for name, minutes in (("a", 2), ("b", 3), ("c", 1)):
        stores.jobs.put(job(name, created_at=later(minutes)))
    stores.jobs.put(job("d", owner="you", created_at=later(9)))
    assert [j.job_id for j in stores.jobs.of_owner("me")] == ["b", "a", "c"]
    assert [j.job_id for j in stores.jobs.of_owner("me", limit=2)] == ["b", "a"]
    assert stores.jobs.of_owner("nobody") == []


def test_progress_until_cancelled(stores: Services, others: Services) -> None:
    stores.jobs.put(job(state=JobState.RUNNING))
    assert stores.jobs.progress("j1", 3, 10)
    assert (others.jobs.get("j1").done, others.jobs.get("j1").total) == (3, 10)
    assert others.jobs.cancel("j1")
    assert not stores.jobs.progress("j1", 4, 10)
    assert stores.jobs.get("j1").state is JobState.CANCELLED
    with pytest.raises(NotFound):
        stores.jobs.progress("j2", 1, 1)


@pytest.mark.parametrize(
    ("state", "cancelled"),
    [
        (JobState.QUEUED, True),
        (JobState.RUNNING, True),
        (JobState.DONE, False),
        (JobState.FAILED, False),
        (JobState.CANCELLED, False),
    ],
)
def test_cancel_only_what_is_not_over(stores: Services, state: JobState, cancelled: bool) -> None:
    stores.jobs.put(job(state=state))
    assert stores.jobs.cancel("j1") is cancelled
    assert stores.jobs.get("j1").state is (JobState.CANCELLED if cancelled else state)
