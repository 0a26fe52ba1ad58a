"""Labels that research data bring along, in a private block of the dataset (PS3.5 7.8).

`similis wrap` writes them and de-identification keeps them: creator "SIMILIS" in group 0099,
element offset 01, VR UC with one value a label.
"""

from collections.abc import Sequence

from pydicom import Dataset

from ingest.reading.quiet import quiet

LABEL_GROUP = 0x0099
LABEL_CREATOR = "SIMILIS"
LABEL_OFFSET = 0x01
MAX_LABELS = 1_000
MAX_LABEL = 256


def labels_of(ds: Dataset) -> tuple[str, ...]:
    """The labels in their order, each once; () where there is no block of ours."""
    with quiet():
        try:
            block = ds.private_block(LABEL_GROUP, LABEL_CREATOR)
            found = block[LABEL_OFFSET].value
        except (KeyError, ValueError):
            return ()
    if isinstance(found, bytes):  # implicit VR files say nothing of private elements
        found = found.decode("utf-8", "replace")
    parts = found.split("\\") if isinstance(found, str) else [str(part) for part in found or ()]
    named = (" ".join(part.replace("\0", " ").split())[:MAX_LABEL] for part in parts)
    return tuple(dict.fromkeys(label for label in named if label))[:MAX_LABELS]


def set_labels(ds: Dataset, labels: Sequence[str]) -> None:
    """Write labels in place of those that are there; a backslash in one becomes a slash."""
    clean = [label.replace("\\", "/").strip()[:MAX_LABEL] for label in labels[:MAX_LABELS]]
    block = ds.private_block(LABEL_GROUP, LABEL_CREATOR, create=True)
    if LABEL_OFFSET in block:
        del block[LABEL_OFFSET]
    block.add_new(LABEL_OFFSET, "UC", clean)
