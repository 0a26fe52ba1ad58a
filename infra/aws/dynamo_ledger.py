"""`Ledger` on DynamoDB: received files, waiting reports, tombstones and unfinished studies."""

from collections.abc import Iterable, Iterator, Sequence

from infra.aws.dynamo_lists import partitions_of, place_in
from infra.aws.dynamo_received import ReceivedFiles
from infra.aws.dynamo_table import Write
from infra.aws.dynamo_tables import MOST_WRITES
from infra.aws.dynamo_values import Key
from infra.aws.dynamo_waiting import WaitingReports
from infra.codec import from_json, to_json
from infra.parts import in_parts
from infra.records import UnfinishedStudy

UNFINISHED = "unfinished"


class DynamoLedger(ReceivedFiles, WaitingReports):
    """One row per received file, reports that wait, tombstones, and unfinished studies."""

    # --- unfinished studies: a list by note_id ----------------------------------------------------

    def begin(self, notes: Sequence[UnfinishedStudy]) -> None:
        """See Ledger."""
        latest = {note.note_id: note for note in notes}
        self._transact(
            self._table.putting({"pk": pk, "sk": sk, "note": to_json(note)})
            for (pk, sk), note in ((place_in(UNFINISHED, n), note) for n, note in latest.items())
        )

    def unfinished(self) -> list[UnfinishedStudy]:
        """See Ledger."""
        items = self._table.merged(partitions_of([UNFINISHED]))
        notes = [from_json(UnfinishedStudy, item["note"]) for item in items]
        return sorted(notes, key=lambda note: (note.study_uid, note.note_id))

    def finish(self, note_ids: Iterable[str]) -> None:
        """See Ledger."""
        places = [place_in(UNFINISHED, note_id) for note_id in dict.fromkeys(note_ids)]
        self._transact(map(self._table.deleting, places))

    # --- tombstones -------------------------------------------------------------------------------

    def bury(self, tokens: Iterable[str]) -> None:
        """See Ledger."""
        tombs = map(_tomb, dict.fromkeys(tokens))
        self._transact(self._table.putting({"pk": pk, "sk": sk}) for pk, sk in tombs)

    def buried(self, tokens: Iterable[str]) -> set[str]:
        """See Ledger."""
        keys = {_tomb(token): token for token in tokens}
        return {keys[key] for key in self._table.get_many(keys)}

    def unbury(self, tokens: Iterable[str]) -> None:
        """See Ledger."""
        self._transact(self._table.deleting(_tomb(token)) for token in dict.fromkeys(tokens))

    def tombstones(self) -> Iterator[str]:
        """See Ledger."""
        for item in self._table.everything("tomb#"):
            yield item["pk"].partition("#")[2]

    def _transact(self, writes: Iterable[Write]) -> None:
        """All of them or none; of more than 100, each hundred."""
        for part in in_parts(writes, MOST_WRITES):
            self._tables.until_done(lambda part=part: self._tables.transact(part))  # type: ignore[misc]


def _tomb(token: str) -> Key:
    return f"tomb#{token}", "tomb"
