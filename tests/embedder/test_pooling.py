import numpy as np

from embedder.pooling import cine_frames, normalised, pool_cine


def test_rows_get_norm_one() -> None:
    rows = normalised(np.array([[3.0, 4.0], [1e-30, 0.0], [1e30, 1e30]], np.float32))
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, [[0.6, 0.8], [1, 0], [0.5**0.5, 0.5**0.5]], atol=1e-6)


def test_a_row_of_zeros_gets_norm_one_too() -> None:
    np.testing.assert_allclose(
        np.linalg.norm(normalised(np.zeros((2, 1024), np.float32)), axis=1), 1
    )


def test_a_cine_is_its_mean() -> None:
    frames = normalised(np.eye(4, 1024, dtype=np.float32))
    pooled = pool_cine(frames)
    assert pooled.shape == (1024,)
    np.testing.assert_allclose(pooled[:5], [0.5, 0.5, 0.5, 0.5, 0], atol=1e-7)
    np.testing.assert_allclose(pool_cine(frames[:1]), frames[0])


def test_cine_frames_are_evenly_spaced() -> None:
    assert cine_frames(1) == (0,)
    assert cine_frames(8) == tuple(range(8))
    assert cine_frames(15) == (0, 2, 4, 6, 8, 10, 12, 14)
    for frames in range(1, 200):
        chosen = cine_frames(frames)
        assert len(set(chosen)) == min(frames, 8)
        assert chosen[0] == 0
        assert chosen[-1] == frames - 1
