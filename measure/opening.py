"""The segmenter of this installation, opened where it is first needed: its libraries load then."""

from infra.settings import Settings
from measure.segmenter import ClipSegmenter


def open_segmenter(settings: Settings) -> ClipSegmenter:
    """The segmenter that `settings` ask for.

    Raises BadSetup where there are no weights, or they cannot be read.
    """
    from measure.network_segmenter import open_network_segmenter
    from measure.weights import find_network

    return open_network_segmenter(find_network(settings), settings)
