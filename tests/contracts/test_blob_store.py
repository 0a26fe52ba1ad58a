"""BlobStore: what its docstrings say, for every adapter."""

import hashlib
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event

import pytest

from infra.errors import NotFound
from infra.services import Services
from tests.contracts.examples import ALL


def read(stores: Services, key: str) -> bytes:
    with stores.blobs.open(key) as file:
        return file.read()


def test_a_key_is_study_sha256_suffix(stores: Services, others: Services) -> None:
    key = stores.blobs.put("1.2.3", b"bytes", "dcm")
    assert key == f"1.2.3/{hashlib.sha256(b'bytes').hexdigest()}.dcm"
    assert read(others, key) == b"bytes"
    assert others.blobs.size(key) == 5


def test_the_same_bytes_give_the_same_key(stores: Services) -> None:
    assert stores.blobs.put("1.2.3", b"a", "dcm") == stores.blobs.put("1.2.3", b"a", "dcm")
    assert stores.blobs.put("1.2.4", b"a", "dcm") != stores.blobs.put("1.2.3", b"a", "dcm")
    assert len(list(stores.blobs.keys())) == 2


def test_empty_and_large_blobs(stores: Services) -> None:
    large = bytes(range(256)) * 20_000
    assert read(stores, stores.blobs.put("1.2", b"", "bin")) == b""
    assert read(stores, stores.blobs.put("1.2", large, "bin")) == large


def test_many_threads_may_put_the_same(stores: Services) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda n: stores.blobs.put("1.2", b"%d" % (n % 3), "bin"), range(40)))
    assert sorted(keys) == list(stores.blobs.keys())
    assert sorted(read(stores, key) for key in keys) == [b"0", b"1", b"2"]


@pytest.mark.parametrize("near", [True, False])
def test_put_file_takes_a_file_over(stores: Services, tmp_path: Path, near: bool) -> None:
    path = (stores.scratch() if near else tmp_path) / "finished"
    path.write_bytes(b"content")
    key = stores.blobs.put_file("1.2.3", path, hashlib.sha256(b"content").hexdigest(), "dcm")
    assert not path.exists()
    assert read(stores, key) == b"content"
    assert key == stores.blobs.put("1.2.3", b"content", "dcm")
    path.write_bytes(b"content")
    assert stores.blobs.put_file("1.2.3", path, key.split("/")[1].split(".")[0], "dcm") == key
    assert not path.exists()


def test_what_is_missing_is_not_found(stores: Services) -> None:
    missing = "1.2.3/" + "0" * 64 + ".dcm"
    with pytest.raises(NotFound):
        stores.blobs.open(missing)
    with pytest.raises(NotFound):
        stores.blobs.size(missing)
    stores.blobs.delete(missing)


@pytest.mark.parametrize(
    "key",
    ["", "..", "../similis.sqlite", "1.2/../../similis.sqlite", "/etc/passwd", "1.2/x.dcm",
     "1.2/" + "0" * 64, "../" + "0" * 64 + ".dcm", "1.2/" + "0" * 64 + ".dcm\n", ".home"],
)  # fmt: skip
def test_keys_never_lead_outside(stores: Services, key: str) -> None:
    with pytest.raises(NotFound):
        stores.blobs.open(key)
    with pytest.raises(NotFound):
        stores.blobs.size(key)
    stores.blobs.delete(key)
    assert stores.catalog.datasets(ALL) == {}  # the store still stands
    assert list(stores.blobs.keys("..")) == []
    assert stores.blobs.delete_study("..") == 0


@pytest.mark.parametrize(
    ("study_uid", "suffix"), [("../x", "dcm"), ("", "dcm"), ("a/b", "dcm"), ("1.2", "../x")]
)
def test_nothing_is_put_outside(stores: Services, study_uid: str, suffix: str) -> None:
    with pytest.raises(ValueError, match="UID"):
        stores.blobs.put(study_uid, b"x", suffix)
    assert list(stores.blobs.keys()) == []


def test_delete_one(stores: Services) -> None:
    one, two = stores.blobs.put("1.2", b"1", "dcm"), stores.blobs.put("1.2", b"2", "dcm")
    stores.blobs.delete(one)
    stores.blobs.delete(one)
    assert list(stores.blobs.keys()) == [two]


def test_delete_a_study(stores: Services) -> None:
    for data in (b"1", b"2", b"3"):
        stores.blobs.put("1.2", data, "dcm")
    kept = stores.blobs.put("1.2.3", b"1", "dcm")
    assert stores.blobs.delete_study("1.2") == 3
    assert stores.blobs.delete_study("1.2") == 0
    assert list(stores.blobs.keys()) == [kept]


def test_nobody_sweeps_while_somebody_stores(stores: Services, others: Services) -> None:
    with stores.blobs.storing(), others.blobs.storing():
        for blobs in (stores.blobs, others.blobs):
            with blobs.sweeping() as alone:
                assert not alone
    with others.blobs.sweeping() as alone, stores.blobs.sweeping() as both:
        assert alone
        assert not both


def test_nobody_begins_to_store_while_somebody_sweeps(stores: Services, others: Services) -> None:
    begun, seen = Event(), []

    def store() -> None:
        begun.set()
        with others.blobs.storing():
            seen.append("stored")

    with ThreadPoolExecutor(1) as pool:
        with stores.blobs.sweeping() as alone:
            assert alone
            storing = pool.submit(store)
            begun.wait()
            assert not wait([storing], timeout=0.1).done
            seen.append("swept")
        storing.result()
    assert seen == ["swept", "stored"]


def test_keys_are_sorted(stores: Services) -> None:
    studies = ("1.2", "1.2.3", "1.2-3", "9", "1.10")
    put = {stores.blobs.put(study, data, "dcm") for study in studies for data in (b"1", b"2")}
    assert list(stores.blobs.keys()) == sorted(put)
    assert list(stores.blobs.keys("1.2")) == sorted(k for k in put if k.startswith("1.2/"))
    assert list(stores.blobs.keys("7.7")) == []
