"""Which parts of an archive answer."""

from threading import Event, Thread

import pytest

from api.parts import Part, Parts
from infra.errors import BadSetup, StorageFull, Unavailable


def fail_with(error: Exception) -> str:
    raise error


def test_each_part_answers_for_itself() -> None:
    checks = {
        "index": lambda: fail_with(Unavailable("Try again.")),
        "catalog": lambda: "tables",
        "blobs": lambda: fail_with(BadSetup("Make the bucket.")),
    }
    assert Parts(checks).ask() == [
        Part("blobs", False, "Make the bucket."),
        Part("catalog", True, "tables"),
        Part("index", False, "Try again."),
    ]


def test_a_part_that_takes_no_writes_answers_all_the_same() -> None:
    full = Parts({"index": lambda: fail_with(StorageFull("Free some space."))}).ask()
    assert full == [Part("index", True, "Free some space.", full=True)]


def test_a_part_that_hangs_is_not_waited_for_and_not_asked_twice() -> None:
    go_on, asked = Event(), []

    def hang() -> str:
        asked.append(1)
        go_on.wait()
        return "back"

    parts = Parts({"index": hang, "catalog": lambda: "tables"}, patience=0.05, warming=0.0)
    for _ in range(3):
        catalog, index = parts.ask()
        assert catalog.answers
        assert not index.answers
        assert "0.05 seconds" in index.says
    assert len(asked) == 1
    go_on.set()
    patient = Parts({"index": hang})
    assert patient.ask() == [Part("index", True, "back")]


def test_many_who_ask_at_once_cost_one_question() -> None:
    asked: list[int] = []
    parts = Parts({"index": lambda: str(asked.append(1))})
    threads = [Thread(target=parts.ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1


def test_the_first_answer_may_take_longer() -> None:
    """Drivers are loaded and connections opened for it."""
    asked, go_on = Event(), Event()

    def slow() -> str:
        asked.set()
        go_on.wait()
        return "tables"

    parts = Parts({"catalog": slow}, patience=0.0)
    answers: list[list[Part]] = []
    first = Thread(target=lambda: answers.append(parts.ask()))
    first.start()
    asked.wait()
    go_on.set()
    first.join()
    assert answers == [[Part("catalog", True, "tables")]]


def test_a_fault_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        Parts({"index": lambda: str(1 // 0)}).ask()
