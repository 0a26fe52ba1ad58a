"""Putting rows and texts, and deleting cases: read, work out, write if unchanged, or once more."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from time import time_ns

from infra.aws.opensearch_bulk import Done, MissingIndex, write_all
from infra.aws.opensearch_client import Client, Json, Missing
from infra.aws.opensearch_documents import case_name, instance_name, read_state
from infra.aws.opensearch_plan import Plan, Touched
from infra.aws.opensearch_schema import Schema
from infra.errors import Unavailable
from infra.parts import in_parts
from infra.records import CaseText, IndexRow

ROWS_AT_ONCE, CASES_AT_ONCE = 2_000, 64
TRIES = 20  # of a write that others get before
# The server remembers the versions of what was deleted for a minute; clocks may differ as much.
LEAP = 70_000_000  # microseconds


class RowWriter:
    """Writes `cases`."""

    def __init__(self, client: Client, schema: Schema) -> None:
        self._client = client
        self._schema = schema

    def put(self, rows: Sequence[IndexRow], texts: Sequence[CaseText]) -> set[str]:
        """Put rows and texts; the instances whose row may be another one now."""
        touched: set[str] = set()
        for some_rows, some_texts in _together(rows, texts):
            touched |= self._put(some_rows, some_texts)
        return touched

    def _put(self, rows: Sequence[IndexRow], texts: Sequence[CaseText]) -> set[str]:
        uids = {row.instance_uid for row in rows} - {""}
        studies = {row.study_uid for row in rows} | {text.study_uid for text in texts}
        return self._until_done(uids, studies, lambda plan: plan.put(rows, texts))[0]

    def delete(self, study_uids: Iterable[str]) -> tuple[set[str], int]:
        """Remove cases; the instances that they had, and how many rows."""
        touched: set[str] = set()
        count = 0
        for studies in in_parts(sorted(set(study_uids)), CASES_AT_ONCE):
            gone: list[int] = []

            def delete(
                plan: Plan, studies: Sequence[str] = studies, gone: list[int] = gone
            ) -> None:
                gone.append(plan.delete(studies))

            touched |= self._until_done(set(), set(studies), delete)[0]
            count += max(gone)
        return touched, count

    def _until_done(
        self, uids: set[str], studies: set[str], apply: Callable[[Plan], None]
    ) -> tuple[set[str], list[Done]]:
        touched = Touched()
        for attempt in range(TRIES):
            if attempt:
                self._client.waited(0)
            try:
                self._schema.need_cases()
                plan = self._plan(uids, studies, touched, leap=attempt > TRIES // 2)
                apply(plan)
                done = write_all(self._client, list(plan.writes(self._schema.cases)))
            except (MissingIndex, Missing):
                self._schema.forget()
                continue
            if not any(one.conflict for one in done):
                return plan.instance_uids, done
        raise Unavailable("Others keep writing the same cases; try again in a moment.")

    def _plan(
        self, uids: Collection[str], studies: set[str], touched: Touched, *, leap: bool
    ) -> Plan:
        names = {instance_name(uid): uid for uid in uids}
        found = self._get([*names, *map(case_name, studies)])
        instances = {uid: found[name] for name, uid in names.items() if found[name].get("found")}
        owners = {uid: str(one["_source"]["study_uid"]) for uid, one in instances.items()}
        states = {study: read_state(study, found[case_name(study)]) for study in studies}
        others = {*owners.values(), *touched.studies} - studies
        if others:
            more = self._get([case_name(study) for study in others])
            states |= {study: read_state(study, more[case_name(study)]) for study in others}
        for study, state in states.items():
            owners |= {uid: study for uid in state.rows if uid}
        seen = [state.revision for state in states.values()]
        seen += [int(one["_version"]) for one in instances.values()]
        revision = max(time_ns() // 1_000, *(number + 1 for number in seen), 1)
        return Plan(states, owners, revision + (LEAP if leap else 0), touched)

    def _get(self, names: Sequence[str]) -> dict[str, Json]:
        body = {"docs": [{"_id": name, "_source": ["study_uid", "state"]} for name in names]}
        answer = self._client.request("POST", f"/{self._schema.cases}/_mget", body)
        for one in answer["docs"]:
            if "error" in one:
                raise Missing(str(one["error"].get("type")))
        return {str(one["_id"]): one for one in answer["docs"]}


def _together(
    rows: Sequence[IndexRow], texts: Sequence[CaseText]
) -> Iterator[tuple[list[IndexRow], list[CaseText]]]:
    """Rows in parts, in their order, each text with the last part that has rows of its study."""
    parts = list(in_parts(rows, ROWS_AT_ONCE))
    last = {row.study_uid: number for number, part in enumerate(parts) for row in part}
    beside: list[list[CaseText]] = [[] for _ in parts]
    alone: list[CaseText] = []
    for text in texts:
        number = last.get(text.study_uid)
        (alone if number is None else beside[number]).append(text)
    yield from zip(parts, beside, strict=True)
    for part in in_parts(alone, CASES_AT_ONCE):
        yield [], part
