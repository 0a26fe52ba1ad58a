"""Connected pieces of masks, and their holes."""

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.int32]

TOUCHING = np.ones((3, 3), np.bool_)  # pixels that touch at a corner are one piece
SHARING = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.bool_)  # only those that share an edge


def labelled(found: Mask, neighbours: Mask = TOUCHING) -> Labels:
    """0 outside, 1 … in each piece, in the order of their first pixels."""
    from scipy.ndimage import label

    return np.asarray(label(found, neighbours)[0], np.int32)


def largest(found: Mask, neighbours: Mask = TOUCHING) -> Mask:
    """Only the piece with the most pixels, the first one of equals."""
    pieces = labelled(found, neighbours)
    sizes = np.bincount(pieces.ravel())
    return found if len(sizes) <= 2 else np.asarray(pieces == 1 + sizes[1:].argmax())


def filled(found: Mask) -> Mask:
    """Without holes: what cannot be reached from the edge of the picture by shared edges."""
    if not found.any():
        return found
    outside = labelled(~found, SHARING)
    edge = (outside[0], outside[-1], outside[:, 0], outside[:, -1])
    reached = np.zeros(int(outside.max()) + 1, np.bool_)
    reached[np.concatenate(edge)] = True
    reached[0] = False
    return ~reached[outside]
