"""What putting rows and texts changes: the rules of `SearchIndex.put`, without a server."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from infra.aws.opensearch_bulk import Write
from infra.aws.opensearch_client import Json
from infra.aws.opensearch_documents import (
    CaseState,
    case_document,
    case_name,
    instance_document,
    instance_name,
    row_document,
    series_document,
    series_name,
    words_of,
)
from infra.records import CaseText, IndexRow


@dataclass(slots=True)
class Touched:
    """What must be written again: cases, series by (study, series), instances by (study, UID)."""

    studies: set[str] = field(default_factory=set)
    series: set[tuple[str, str]] = field(default_factory=set)
    instances: set[tuple[str, str]] = field(default_factory=set)


class Plan:
    """Changes to cases as they were read. `owners` has the study of each instance that has a row.

    `touched` is what an earlier try has touched: it is written again.
    """

    def __init__(
        self,
        states: Mapping[str, CaseState],
        owners: Mapping[str, str],
        revision: int,
        touched: Touched,
    ) -> None:
        self._states = states
        self._owners = dict(owners)
        self._revision = revision
        self._touched = touched

    @property
    def instance_uids(self) -> set[str]:
        """The instances whose row may be another one now."""
        return {uid for _, uid in self._touched.instances}

    def put(self, rows: Sequence[IndexRow], texts: Sequence[CaseText]) -> None:
        """Apply rows and texts in their order. Raises ValueError for wrong values."""
        for row in rows:
            if row.instance_uid:
                self._put_row(row)
            else:
                self._put_imageless(row)
        for text, words in zip(texts, words_of([text.text for text in texts]), strict=True):
            self._put_text(text, words)

    def delete(self, study_uids: Iterable[str]) -> int:
        """Remove cases; how many rows they had."""
        count = 0
        for study_uid in study_uids:
            state = self._states[study_uid]
            count += len(state.rows)
            self._drop_rows(state)
            state.text, state.text_version = "", -1
            self._touched.studies.add(study_uid)
        return count

    def _put_row(self, row: IndexRow) -> None:
        uid, study_uid = row.instance_uid, row.study_uid
        owner = self._owners.get(uid, "")
        old = self._states[owner].rows.get(uid) if owner else None
        if old and owner == study_uid and old["version"] > row.version:
            return
        if old:
            self._drop_row(self._states[owner], uid)
        state = self._states[study_uid]
        state.rows.pop("", None)
        state.rows[uid] = row_document(row)
        self._owners[uid] = study_uid
        self._touch(study_uid, row.series_uid, uid)

    def _put_imageless(self, row: IndexRow) -> None:
        state = self._states[row.study_uid]
        for uid, old in state.rows.items():
            if (old["version"], uid != "") > (row.version, False):
                return
        self._drop_rows(state)
        state.rows[""] = row_document(row)
        self._touched.studies.add(row.study_uid)

    def _put_text(self, text: CaseText, words: str) -> None:
        state = self._states[text.study_uid]
        if text.version < state.text_version:
            return
        self._touched.studies.add(text.study_uid)
        if words != state.text:
            for uid, row in state.rows.items():
                self._touch(text.study_uid, row["series_uid"], uid)
        state.text, state.text_version = words, text.version
        state.text_dataset = text.dataset

    def _drop_rows(self, state: CaseState) -> None:
        for uid in list(state.rows):
            self._drop_row(state, uid)

    def _drop_row(self, state: CaseState, uid: str) -> None:
        row = state.rows.pop(uid)
        self._owners.pop(uid, None)
        self._touch(state.study_uid, row["series_uid"], uid)

    def _touch(self, study_uid: str, series_uid: str, uid: str) -> None:
        self._touched.studies.add(study_uid)
        if uid:
            self._touched.series.add((study_uid, series_uid))
            self._touched.instances.add((study_uid, uid))

    # --- writes -----------------------------------------------------------------------------------

    def writes(self, index: str) -> Iterator[Write]:
        """The cases, each only if it is as it was read, and what follows from them.

        Documents that follow carry the plan's revision as their version: an older one that comes
        late is refused by the server.
        """
        for study_uid in sorted(self._touched.studies):
            state = self._states[study_uid]
            state.revision = self._revision
            yield from _case_write(index, state)
        for study_uid, series_uid in sorted(self._touched.series):
            document = series_document(self._states[study_uid], series_uid)
            yield self._derived(index, series_name(study_uid, series_uid), document)
        for uid in sorted(self.instance_uids):
            owner = self._owners.get(uid)
            document = instance_document(self._states[owner], uid) if owner else None
            yield self._derived(index, instance_name(uid), document)

    def _derived(self, index: str, name: str, document: Json | None) -> Write:
        options = {"version": self._revision, "version_type": "external"}
        if document is None:
            return Write("delete", index, name, options=options)
        return Write("index", index, name, json.dumps(document), options)


def _case_write(index: str, state: CaseState) -> Iterator[Write]:
    name = case_name(state.study_uid)
    if state.place is None:
        if not state.is_empty:
            yield Write("create", index, name, json.dumps(case_document(state)))
        return
    options = {"if_seq_no": state.place[0], "if_primary_term": state.place[1]}
    if state.is_empty:
        yield Write("delete", index, name, options=options)
    else:
        yield Write("index", index, name, json.dumps(case_document(state)), options)
