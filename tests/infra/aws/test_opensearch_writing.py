"""Writing to OpenSearch beside others, and writes cut off: nothing lost, nothing doubled."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from threading import Thread
from time import time_ns

import numpy as np
import pytest

from infra.aws import opensearch_vectors, opensearch_writing
from infra.aws.opensearch_bulk import Done, Write, write_all
from infra.aws.opensearch_client import Client
from infra.aws.opensearch_index import OpenSearchIndex
from infra.aws.opensearch_setup import OpenSearchSetup
from infra.errors import Unavailable
from infra.query import AccessScope, AnyOf, FacetCount, Group, Near, Page, Query
from infra.records import VECTOR_SIZE, CaseText, IndexRow, Vector
from infra.text import parse_text
from tests.infra.aws.opensearch_servers import opened

ALL = AccessScope.everything()
WRITERS, IMAGES = 4, 6
AXIS = np.eye(1, VECTOR_SIZE, 0, dtype=np.float32)[0]


@pytest.fixture
def index_and_setup() -> Iterator[tuple[OpenSearchIndex, OpenSearchSetup]]:
    with opened() as both:
        yield both


def _row(uid: str, study: str = "S", version: int = 1, modality: str = "CT") -> IndexRow:
    return IndexRow(
        instance_uid=uid,
        series_uid=f"{study}.1",
        study_uid=study,
        dataset="d",
        version=version,
        keys={"modality": (modality,)},
    )


def _vector(uid: str) -> Vector:
    return Vector(instance_uid=uid, model_id="m1", values=AXIS)


def _text(text: str, version: int = 1, study: str = "S") -> CaseText:
    return CaseText(study_uid=study, dataset="d", version=version, text=text)


def _found(index: OpenSearchIndex, query: Query) -> list[str]:
    return [hit.instance_uid for hit in index.search(replace(query, page=Page(100)), ALL).hits]


def _assert_whole(index: OpenSearchIndex, uids: Sequence[str], modality: str = "CT") -> None:
    """All images of the one case are found in every way, once."""
    near = Near(AXIS, "m1")
    only = AnyOf("modality", (modality,))
    expected = sorted(uids)
    assert _found(index, Query(filter=only)) == expected
    assert _found(index, Query(filter=only, near=near)) == expected
    assert _found(index, Query(filter=only, text=parse_text("mass"))) == expected
    for group in (Group.SERIES, Group.CASE):
        for query in (Query(), Query(near=near), Query(text=parse_text("mass"))):
            hits = index.search(replace(query, group=group, filter=only), ALL)
            assert (hits.total, len(hits.hits)) == (1, 1)
    assert index.facets(Query(), ["modality"], ALL) == {"modality": (FacetCount(modality, 1),)}


def test_writers_of_one_case_at_once(
    index_and_setup: tuple[OpenSearchIndex, OpenSearchSetup],
) -> None:
    index, setup = index_and_setup
    uids = [f"{writer}.{number}" for writer in range(WRITERS) for number in range(IMAGES)]
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        own = OpenSearchIndex(setup)  # as another process
        try:
            for number in range(IMAGES):
                uid = f"{writer}.{number}"
                if writer % 2:
                    own.put_vectors([_vector(uid)])
                own.put([_row(uid)], [_text("mass of some kind", version=number)])
                if not writer % 2:
                    own.put_vectors([_vector(uid)])
        except Unavailable as error:
            failures.append(error)
        finally:
            own.close()

    threads = [Thread(target=write, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    _assert_whole(index, uids)
    assert index.delete(["S"]) == len(uids)
    assert index.vector_count("m1") == 0


def _cut_off_after(most: int) -> object:
    """In the place of `write_all`: does so many writes and fails, as a connection that breaks."""
    left = [most]

    def cut_off(client: Client, writes: Sequence[Write]) -> list[Done]:
        some = list(writes)[: left[0]]
        left[0] -= len(some)
        done = write_all(client, some)
        if len(some) < len(writes):
            raise Unavailable("cut off")
        return done

    return cut_off


@pytest.mark.parametrize("most", range(8))
def test_what_is_cut_off_is_made_whole_by_doing_it_again(
    index_and_setup: tuple[OpenSearchIndex, OpenSearchSetup],
    most: int,
) -> None:
    index, _ = index_and_setup
    index.put([_row("a"), _row("b")], [_text("nothing")])
    index.put_vectors([_vector("a"), _vector("b")])
    rows = [_row("a", version=2, modality="MR"), _row("b", version=2, modality="MR")]

    def put() -> None:
        index.put(rows, [_text("a mass", 2)])

    with pytest.MonkeyPatch.context() as patch:
        for module in (opensearch_writing, opensearch_vectors):
            patch.setattr(module, "write_all", _cut_off_after(most))
        if most < 4:  # a case, a series and two images
            with pytest.raises(Unavailable):
                put()
    put()
    _assert_whole(index, ["a", "b"], modality="MR")
    assert index.delete(["S"]) == 2


def test_an_index_that_was_removed_is_made_again(
    index_and_setup: tuple[OpenSearchIndex, OpenSearchSetup],
) -> None:
    index, setup = index_and_setup
    index.put([_row("a")], [])
    client = Client(setup)
    client.request("DELETE", f"/{setup.prefix}-cases-1")
    assert _found(index, Query()) == []
    index.put([_row("a")], [_text("mass")])
    index.put_vectors([_vector("a")])
    _assert_whole(index, ["a"])
    client.close()


def test_clear_beside_another_process(
    index_and_setup: tuple[OpenSearchIndex, OpenSearchSetup],
) -> None:
    index, setup = index_and_setup
    other = OpenSearchIndex(setup)
    index.put([_row("a")], [_text("mass")])
    index.put_vectors([_vector("a")])
    _assert_whole(other, ["a"])
    index.clear()
    assert _found(other, Query(near=Near(AXIS, "m1"))) == []
    other.put([_row("a")], [_text("mass")])
    _assert_whole(index, ["a"])
    other.close()


def test_rows_of_a_deleted_case_can_be_put_at_once(
    index_and_setup: tuple[OpenSearchIndex, OpenSearchSetup],
) -> None:
    """The server remembers what was deleted for a while."""
    index, _ = index_and_setup
    for _ in range(3):
        index.put([_row("a")], [_text("mass")])
        index.put_vectors([_vector("a")])
        _assert_whole(index, ["a"])
        assert index.delete(["S"]) == 1
        assert _found(index, Query()) == []


def test_clocks_of_machines_differ(
    index_and_setup: tuple[OpenSearchIndex, OpenSearchSetup],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index, _ = index_and_setup
    index.put([_row("a")], [_text("mass")])
    index.put_vectors([_vector("a")])
    index.delete(["S"])
    monkeypatch.setattr(opensearch_writing, "time_ns", lambda: time_ns() - 30 * 10**9)  # behind
    index.put([_row("a")], [_text("mass")])
    index.put_vectors([_vector("a")])
    _assert_whole(index, ["a"])
