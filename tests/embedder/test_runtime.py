"""The embedder: the same picture, the same vector; the right precision; a telling identity."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pydicom
import pytest
from PIL import Image

from embedder import calibration, runtime, torch_engine
from embedder.calibration import fastest_precision, has_native_bf16
from embedder.densenet import IMAGENET_INPUT, XRAY_INPUT, InputSpec, Network
from embedder.display import Display, Window
from embedder.engine import Batch
from embedder.examples import examples
from embedder.keeping import alone
from embedder.pixels import fit, open_picture, render
from embedder.runtime import NetworkEmbedder, agreement, model_record, open_embedder
from embedder.seeded import seeded_network
from embedder.weight_files import write_network
from infra.errors import BadSetup
from infra.records import Values
from infra.settings import Settings
from tests.samples import pydicom_file

PRECISIONS = ["fp32", "bf16"] if has_native_bf16() else ["fp32"]


def cpu_settings(home: Path, **changes: object) -> Settings:
    return replace(Settings(home=home, seeded_weights=True, device="cpu"), **changes)


@pytest.fixture(scope="module", params=PRECISIONS)
def embedder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> NetworkEmbedder:
    settings = cpu_settings(tmp_path_factory.mktemp("home"), precision=request.param)
    return open_embedder(settings)


@pytest.fixture(scope="module")
def pictures() -> list[npt.NDArray[np.uint8]]:
    return grey_examples()


def grey_examples() -> list[npt.NDArray[np.uint8]]:
    return list(np.rint(examples(seeded_network().input)[:, 0] * 255).astype(np.uint8))


# --- vectors --------------------------------------------------------------------------------------


def test_vectors_have_norm_one_and_differ(embedder: NetworkEmbedder, pictures: list) -> None:
    vectors = embedder.embed(pictures)
    assert vectors.shape == (8, 1024)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    cosines = vectors @ vectors.T
    assert cosines[~np.eye(8, dtype=bool)].max() < 0.9999


def test_alone_or_in_any_batch(embedder: NetworkEmbedder, pictures: list) -> None:
    together = embedder.embed(pictures)
    for number, picture in enumerate(pictures):
        np.testing.assert_allclose(
            embedder.embed([picture])[0], together[number], atol=1e-4, rtol=0
        )
    order = [3, 1, 7, 7, 0, 2, 5, 4, 6, 3, 3]
    shuffled = embedder.embed([pictures[n] for n in order])
    np.testing.assert_allclose(shuffled, together[order], atol=1e-4, rtol=0)
    assert ((shuffled * together[order]).sum(axis=1) > 0.9999).all()


def test_several_threads_get_their_own_vectors(embedder: NetworkEmbedder, pictures: list) -> None:
    together = embedder.embed(pictures)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda n: embedder.embed([pictures[n]])[0], list(range(8)) * 2))
    np.testing.assert_allclose(found, np.tile(together, (2, 1)), atol=1e-4)


def test_grey_is_equal_channels(embedder: NetworkEmbedder, pictures: list) -> None:
    grey, colour = embedder.embed([pictures[0], np.stack([pictures[0]] * 3, axis=-1)])
    np.testing.assert_array_equal(grey, colour)


def test_extreme_pictures_have_vectors(embedder: NetworkEmbedder) -> None:
    size = embedder.size
    vectors = embedder.embed([np.full((size, size), v, np.uint8) for v in (0, 255)])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_pictures_no_vectors(embedder: NetworkEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 1024)


@pytest.mark.parametrize("shape", [(224, 223), (1, 224, 224), (224, 224, 4)])
def test_a_picture_that_is_not_fitted_is_refused(
    embedder: NetworkEmbedder, shape: tuple[int, ...]
) -> None:
    with pytest.raises(ValueError, match="not fitted"):
        embedder.embed([np.zeros(shape, np.uint8)])


@pytest.mark.parametrize("dtype", [np.float32, np.uint16, bool])
def test_light_of_another_type_is_refused(embedder: NetworkEmbedder, dtype: type) -> None:
    with pytest.raises(ValueError, match="uint8"):
        embedder.embed([np.zeros((embedder.size, embedder.size), dtype)])


class Seen:
    """An engine that keeps what it is given."""

    batch = 1

    def run(self, pictures: Batch) -> Values:
        self.pictures = pictures
        return np.ones((len(pictures), 1024), np.float32)


def seen(spec: InputSpec, *pictures: npt.NDArray[np.uint8]) -> Batch:
    engine = Seen()
    record = model_record(seeded_network(), "fp32")
    NetworkEmbedder(record, spec, engine).embed(pictures)
    return engine.pictures


def test_colour_becomes_luma_for_one_channel() -> None:
    picture = np.zeros((224, 224, 3), np.uint8)
    picture[..., 1] = 255
    light = seen(XRAY_INPUT, picture)
    assert light.shape == (1, 1, 224, 224)
    np.testing.assert_allclose(light, 0.587, atol=1e-6)


def test_the_network_gets_light_from_0_to_1() -> None:
    grey = np.full((224, 224), 51, np.uint8)
    colour = np.zeros((224, 224, 3), np.uint8)
    colour[..., 2] = 255
    light = seen(IMAGENET_INPUT, grey, colour)
    assert light.dtype == np.float32
    np.testing.assert_allclose(light[0], 0.2, atol=1e-7)
    assert light[1].max(axis=(1, 2)).tolist() == [0, 0, 1]


ENCODINGS = ["", "_RLE", "_bigendian", "_expb", "_implicit", "_jp2klossless", "_jpeg_ls_lossless"]


def test_lossless_encodings_have_one_vector(embedder: NetworkEmbedder) -> None:
    display = Display(
        modality="MR", bits_stored=16, signed=True, window=Window(center=600, width=1600)
    )
    films = [pydicom.dcmread(pydicom_file(f"MR_small{e}.dcm")).pixel_array for e in ENCODINGS]
    vectors = embedder.embed([fit(render(film, display), embedder.size) for film in films])
    assert (vectors @ vectors[0]).min() > 0.9999


def as_png(light: npt.NDArray[np.uint8]) -> bytes:
    file = BytesIO()
    Image.fromarray(light).save(file, "PNG")
    return file.getvalue()


def test_the_png_of_a_film_has_its_vector(embedder: NetworkEmbedder) -> None:
    stored = np.asarray(pydicom.dcmread(pydicom_file("MR_small.dcm")).pixel_array)
    window = Window(center=600, width=1600)
    film = render(stored, Display(modality="MR", bits_stored=16, signed=True, window=window))
    png = open_picture(as_png(film), Settings())
    one, other = embedder.embed([fit(film, embedder.size), fit(png, embedder.size)])
    np.testing.assert_array_equal(film, png)
    assert one @ other > 0.9999


def test_the_png_of_an_eight_bit_film_is_the_film(embedder: NetworkEmbedder) -> None:
    stored = np.rint(examples(embedder.input)[2, 0, :150] * 255).astype(np.uint8)
    film = render(stored, Display(modality="DX", bits_stored=8))
    png = open_picture(as_png(film), Settings())
    np.testing.assert_array_equal(film, png)


# --- another process ------------------------------------------------------------------------------

CHILD = """
import hashlib, json, sys
import numpy as np
from embedder.examples import examples
from embedder.runtime import open_embedder
from infra.settings import Settings
settings = Settings.from_environment()
embedder = open_embedder(settings)
light = np.rint(examples(embedder.input)[:3, 0] * 255).astype(np.uint8)
vectors = embedder.embed(list(light))
print(json.dumps({
    "vectors": hashlib.sha256(vectors.tobytes()).hexdigest(),
    "model_id": embedder.record.model_id,
    "torch": "torch" in sys.modules,
    "telemetry": [m for m in sys.modules if m.startswith("openvino_telemetry.")],
}))
"""


def test_another_process_finds_the_same_without_torch_and_without_telemetry(tmp_path: Path) -> None:
    user = tmp_path / "user"
    user.mkdir()
    environment = {
        **os.environ,
        "HOME": str(user),
        "SIMILIS_HOME": str(tmp_path / "home"),
        "SIMILIS_SEEDED_WEIGHTS": "1",
        "SIMILIS_DEVICE": "cpu",
    }
    runs = [
        subprocess.Popen([sys.executable, "-c", CHILD], env=environment, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    one, other = (json.loads(run.communicate(timeout=300)[0]) for run in runs)
    assert one == other
    settings = cpu_settings(tmp_path / "home", precision=one["model_id"].rpartition("-")[2])
    here = open_embedder(settings)
    vectors = here.embed(grey_examples()[:3])
    assert hashlib.sha256(vectors.tobytes()).hexdigest() == one["vectors"]
    assert here.record.model_id == one["model_id"]
    assert not one["torch"]
    assert not one["telemetry"]
    assert not list(user.iterdir())


# --- identity -------------------------------------------------------------------------------------


def test_the_identity_tells_what_made_a_vector() -> None:
    network = seeded_network()
    record = model_record(network, "bf16")
    assert record.model_id == f"densenet121-seeded-{network.sha256[:12]}-px1-bf16"
    assert (record.architecture, record.pixel_path) == ("densenet121", "px1")
    assert not record.meaningful
    trained = model_record(replace(network, meaningful=True), "fp32")
    assert trained.model_id == f"densenet121-{network.sha256[:12]}-px1-fp32"
    ranges = [{"transition1.conv": r} for r in (1.0, 2.0)]
    ids = {model_record(replace(network, ranges=r), "int8").model_id for r in ranges}
    assert len(ids) == 2


def test_two_precisions_agree(tmp_path: Path) -> None:
    assert 0.999 < agreement(cpu_settings(tmp_path)) <= 1.0001


# --- precision ------------------------------------------------------------------------------------


class Clock:
    """Engines that take the time they are said to."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self.seconds, self.now, self.made = seconds, 0.0, 0

    def __call__(self) -> float:
        return self.now

    def make(self, network: Network, precision: str) -> "Clock.Engine":
        self.made += 1
        return self.Engine(self, precision)

    class Engine:
        batch = 1

        def __init__(self, clock: "Clock", precision: str) -> None:
            self.clock, self.precision = clock, precision

        def run(self, pictures: Batch) -> Values:
            self.clock.now += self.clock.seconds[self.precision] * len(pictures)
            return np.ones((len(pictures), 1024), np.float32)


@pytest.fixture
def native(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "has_native_bf16", lambda: True)


def calibrated(clock: Clock, home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(calibration.time, "perf_counter", clock)
    try:
        return fastest_precision(seeded_network(), home, clock.make)
    finally:
        monkeypatch.undo()


@pytest.mark.parametrize(("bf16", "expected"), [(0.5, "bf16"), (0.9, "fp32"), (2.5, "fp32")])
def test_bf16_must_pay(
    bf16: float, expected: str, tmp_path: Path, native: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock({"fp32": 1.0, "bf16": bf16})
    assert calibrated(clock, tmp_path, monkeypatch) == expected


def test_the_answer_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "has_native_bf16", lambda: True)
    fast, slow = Clock({"fp32": 1.0, "bf16": 0.5}), Clock({"fp32": 1.0, "bf16": 9.0})
    monkeypatch.setattr(calibration.time, "perf_counter", fast)
    assert fastest_precision(seeded_network(), tmp_path, fast.make) == "bf16"
    assert fastest_precision(seeded_network(), tmp_path, slow.make) == "bf16"
    assert slow.made == 0
    (kept,) = (tmp_path / "engine").iterdir()
    kept.write_text("{half of")
    monkeypatch.setattr(calibration.time, "perf_counter", slow)
    assert fastest_precision(seeded_network(), tmp_path, slow.make) == "fp32"


def test_who_starts_while_another_measures_takes_its_answer(
    tmp_path: Path, native: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, find = threading.Event(), calibration._kept

    def told(path: Path) -> str | None:
        found = find(path)
        looked.set()
        return found

    monkeypatch.setattr(calibration, "_kept", told)
    clock = Clock({"fp32": 1.0, "bf16": 0.1})
    with ThreadPoolExecutor(1) as pool:
        with alone(tmp_path / "engine"):
            answer = pool.submit(fastest_precision, seeded_network(), tmp_path, clock.make)
            assert looked.wait(60)
            name = f"precision-{calibration._key(seeded_network())}.json"
            (tmp_path / "engine" / name).write_text('{"precision": "fp32"}')
        assert answer.result(60) == "fp32"
    assert clock.made == 0


@pytest.fixture
def cpuinfo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cpuinfo"
    monkeypatch.setattr(calibration, "CPUINFO", path)
    return path


def test_emulated_bf16_is_never_even_timed(cpuinfo: Path, tmp_path: Path) -> None:
    cpuinfo.write_text("processor : 0\nflags\t\t: fpu avx512f avx512_vnni\n")
    clock = Clock({"fp32": 1.0, "bf16": 0.1})
    assert fastest_precision(seeded_network(), tmp_path / "home", clock.make) == "fp32"
    assert clock.made == 0
    with pytest.raises(BadSetup, match="no bf16"):
        open_embedder(cpu_settings(tmp_path / "home", precision="bf16"))


def test_auto_is_one_of_the_safe_two(tmp_path: Path) -> None:
    assert open_embedder(cpu_settings(tmp_path)).record.precision in PRECISIONS


def test_int8_needs_ranges_and_an_explicit_wish(tmp_path: Path) -> None:
    with pytest.raises(BadSetup, match="int8 ranges"):
        open_embedder(cpu_settings(tmp_path, precision="int8"))
    path = tmp_path / "ranged.safetensors"
    network = seeded_network()
    convolutions = [n.removesuffix(".weight") for n, t in network.tensors.items() if t.ndim == 4]
    write_network(replace(network, ranges=dict.fromkeys(convolutions[1:], 6.0)), path)
    settings = cpu_settings(tmp_path, seeded_weights=False, weights=path)
    assert open_embedder(settings).record.precision in PRECISIONS
    assert open_embedder(replace(settings, precision="int8")).record.precision == "int8"


@pytest.mark.parametrize("changes", [{"precision": "fp64"}, {"device": "tpu"}])
def test_unknown_settings_are_named(changes: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(BadSetup, match=f"SIMILIS_{next(iter(changes)).upper()}"):
        open_embedder(cpu_settings(tmp_path, **changes))


def test_a_gpu_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch_engine, "cuda_is_here", lambda: False)
    with pytest.raises(BadSetup, match="no usable GPU"):
        open_embedder(cpu_settings(tmp_path, device="cuda"))
    assert not runtime.wants_gpu(cpu_settings(tmp_path, device="auto"))
