"""What several images of one study tell together: two stills of a beat, and both planes."""

from collections.abc import Mapping, Sequence

from infra.records import Measurement
from measure.biplane import pair, paired_records
from measure.heart import Heart
from measure.results import BIPLANE
from measure.stills import paired_stills, still_records

Rows = tuple[Measurement, ...]


def rows_together(hearts: Sequence[Heart], own: Mapping[str, Rows]) -> dict[str, Rows]:
    """All rows of the images whose numbers depend on others, by image; `own` are those of each."""
    rows = still_records(hearts)
    planes = pair([*hearts, *(stills.heart for stills in paired_stills(hearts))])
    if planes is not None:
        uid = planes[0].facts.instance_uid
        alone = without_planes(own.get(uid, ()))
        rows[uid] = (*paired_records(*planes), *rows.get(uid, alone))
    return rows


def without_planes(rows: Rows) -> Rows:
    """Those that rest on one plane."""
    return tuple(row for row in rows if row.method != BIPLANE)
