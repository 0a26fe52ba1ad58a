"""The ledger as an upload sees it: received files get names without patient data.

People name files after patients, and an upload lies in a folder that is gone afterwards; so its
rows are called `upload/JOB/NUMBER.dcm`, and what the files were called is only kept here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from infra.ports import Ledger
from infra.records import LedgerRow
from ingest.arrival.items import MEMBER_MARK


@dataclass(frozen=True, slots=True)
class NamedFile:
    """One file of an upload: its name in the ledger, and the one its sender gave it."""

    ledger_name: str
    shown_name: str


class UploadLedger:
    """Passes everything on to the real ledger, under other names where files of the upload are
    meant. Numbers are given in the order in which the run first asks about files.
    """

    def __init__(self, ledger: Ledger, job_id: str, names: Mapping[Path, str]) -> None:
        """`names`: where the received files are -> what their sender calls them."""
        self._ledger = ledger
        self._job_id = job_id
        self._names = {str(path): name for path, name in names.items()}
        self._files: dict[str, NamedFile] = {}

    @property
    def named(self) -> list[NamedFile]:
        """Every file of the upload that was met so far, members of archives included."""
        return list(self._files.values())

    def mark(self, rows: Sequence[LedgerRow]) -> None:
        """See Ledger."""
        self._ledger.mark([replace(row, file=self._outside(row.file)) for row in rows])

    def of_files(self, files: Iterable[str]) -> dict[str, list[LedgerRow]]:
        """See Ledger. Files of this upload have no rows yet, as their names are new."""
        for file in files:
            self._outside(file)
        return {}

    def _outside(self, file: str) -> str:
        """The ledger's name of a file of this upload; others keep theirs."""
        path, mark, member = file.partition(MEMBER_MARK)
        if path not in self._names:
            return file
        if file not in self._files:
            number = len(self._files) + 1
            shown = f"{self._names[path]}{mark}{member}"
            self._files[file] = NamedFile(f"upload/{self._job_id}/{number}.dcm", shown)
        return self._files[file].ledger_name

    def __getattr__(self, name: str) -> Any:
        """Everything else of the port: it names no received files."""
        return getattr(self._ledger, name)
