"""What became of each file of an upload, as its sender is told."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from api.upload_ledger import NamedFile
from infra.records import LedgerRow, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """What became of one uploaded file; `outcome` None: not yet known, or it holds no object."""

    name: str
    outcome: Outcome | None = None
    reason: str = ""
    message: str = ""
    study_uid: str = ""
    instance_uid: str = ""


def result_of(files: Sequence[NamedFile]) -> str:
    """What a job's record keeps of its files: their names in the ledger, no more.

    All else stands in the ledger's rows, and goes with them when a study is erased.
    """
    return json.dumps({"files": [file.ledger_name for file in files]})


def named_in(result: str) -> list[NamedFile]:
    """The files that `result_of` kept, with numbers for names."""
    names = json.loads(result).get("files", []) if result else []
    return [NamedFile(name, PurePath(name).stem) for name in names]


def job_file(file: NamedFile, rows: Sequence[LedgerRow], *, own: bool) -> JobFile:
    """A file and its newest ledger row; `own`: whether to name it as its sender did."""
    name = file.shown_name if own else PurePath(file.ledger_name).stem
    if not rows:
        return JobFile(name=name)
    row = rows[0]
    return JobFile(
        name=name,
        outcome=row.outcome,
        reason=row.reason,
        message=row.message,
        study_uid=row.study_uid,
        instance_uid=row.instance_uid,
    )
