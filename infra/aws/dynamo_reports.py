"""Versions of reports, what was found in them, and lists of reports by the tagger that read them.

The item `findings` of a report notes what is known of the report as a whole: its current version
and its tagger ("" for none). There is a list of reports for each tagger, so what one has not read
are all lists but its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from urllib.parse import quote

from infra.aws.dynamo_bodies import body_of, part_keys, parts_written, text_of
from infra.aws.dynamo_lists import each_once, partitions_of, place_in
from infra.aws.dynamo_studies import CASES, changed, head_key, known_head, study_pk
from infra.aws.dynamo_table import MISSING, Table, Write
from infra.aws.dynamo_tables import DynamoTables
from infra.aws.dynamo_values import Item, Key, key_of
from infra.catalog_rules import with_current
from infra.codec import from_json, list_to_json, to_json
from infra.errors import NotFound
from infra.records import Finding, Report

TAGGERS = "taggers"  # the partition that lists the taggers that have read anything
EMPTY = sha256(b"[]").hexdigest()  # the digest of no findings
LONGEST_NAME = 300  # bytes of a report id that may be in a key


def _name(report_id: str) -> str:
    """A report id as part of a key: without our separators, and not too long."""
    name = quote(report_id, safe="").replace("~", "%7E")
    return name if len(name) <= LONGEST_NAME else f"%{sha256(report_id.encode()).hexdigest()}"


def versions_prefix(report_id: str) -> str:
    """How the keys of all versions of a report begin."""
    return f"report#{_name(report_id)}#"


def findings_key(study_uid: str, report_id: str) -> Key:
    """Where the findings of a report are."""
    return study_pk(study_uid), f"findings#{_name(report_id)}"


def untagged_entry(tagger_id: str, findings: Item) -> Key:
    """The entry of a report in the list of its tagger."""
    study_uid = findings["pk"].partition("#")[2]
    return place_in(f"tagged#={tagger_id}", f"{study_uid}#{_name(findings['report_id'])}")


def put_report(tables: DynamoTables, report: Report, dataset: str) -> Report:
    """See Catalog.put_report."""
    return tables.until_done(partial(_put_report, tables, tables.table(CASES), report, dataset))


def _put_report(tables: DynamoTables, table: Table, report: Report, dataset: str) -> Report:
    head_at = head_key(report.study_uid)
    key = findings_key(report.study_uid, report.report_id)
    found = table.get_many([head_at, key])
    head, old = known_head(found.get(head_at)), found.get(key)
    if head.dataset != dataset:
        raise NotFound("The study of this report is in another dataset.")
    history = _history(table, report) if old and "current" in old else []
    if history and history[-1].text == report.text:
        return with_current(history)[-1]
    history.append(replace(report, version=len(history) + 1))
    stored = with_current(history)
    current = next(version.version for version in stored if version.current)
    at = (key[0], f"{versions_prefix(report.report_id)}{len(history):08d}")
    body = body_of(at, to_json(history[-1]), life=head.life)
    about: Item = {
        "report_id": report.report_id,
        "current": current,
        "tagger": "",
        "life": head.life,
    }
    writes = [
        table.putting({"pk": at[0], "sk": at[1], "life": head.life, **body.attributes}, MISSING),
        table.changing(key, about),
        *changed(table, head, head, touched=True),
        *_moved(table, {**about, "pk": key[0], "sk": key[1]}, old),
    ]
    with parts_written(table, body.parts):
        tables.transact(writes)
    return stored[-1]


def _history(table: Table, report: Report) -> list[Report]:
    """The versions of a report in the order they came."""
    found = table.query(study_pk(report.study_uid), prefix=versions_prefix(report.report_id))
    items = {key_of(item): item for item in found}
    owners = [item for item in items.values() if "part" not in item]
    return [from_json(Report, text_of(owner, items)) for owner in owners]


def put_findings(
    tables: DynamoTables,
    study_uid: str,
    report_id: str,
    findings: Sequence[Finding],
    version: int | None,
    tagger_id: str,
) -> None:
    """See Catalog.put_findings."""
    table, key, text = (
        tables.table(CASES),
        findings_key(study_uid, report_id),
        list_to_json(findings),
    )
    tables.note(CASES, TAGGERS, f"={tagger_id}")

    def step() -> None:
        found = table.get_many([head_key(study_uid), key])
        head, old = known_head(found.get(head_key(study_uid))), found.get(key) or {}
        if version is not None and old.get("current") != version:
            return
        body, digest = body_of(key, text, life=head.life), sha256(text.encode()).hexdigest()
        about = {"report_id": report_id, "digest": digest, "life": head.life}
        if "current" in old:
            about |= {"current": old["current"], "tagger": tagger_id}
        item = {"pk": key[0], "sk": key[1], **about, **body.attributes}
        touched = digest != old.get("digest", EMPTY)
        writes = [
            table.putting(item),
            *changed(table, head, head, touched=touched),
            *(_moved(table, item, old) if "tagger" in item else ()),
        ]
        with parts_written(table, body.parts, part_keys(old)):
            tables.transact(writes)

    tables.until_done(step)


def _moved(table: Table, new: Item, old: Item | None) -> Iterator[Write]:
    """A report goes from the list of one tagger to that of another."""
    after = untagged_entry(new["tagger"], new)
    before = untagged_entry(old["tagger"], old) if old and "tagger" in old else None
    if before != after:
        study_uid = new["pk"].partition("#")[2]
        entry = {"study": study_uid, "report_id": new["report_id"], "life": new["life"]}
        yield table.putting({"pk": after[0], "sk": after[1], **entry})
        if before:
            yield table.deleting(before)


def taggers_of(table: Table, study_uid: str) -> dict[str, str]:
    """Report id -> the tagger that has read it, where one has."""
    found = table.query(study_pk(study_uid), prefix="findings#", only=["report_id", "tagger"])
    return {item["report_id"]: item["tagger"] for item in found if item.get("tagger")}


def untagged(tables: DynamoTables, tagger_id: str) -> Iterator[tuple[str, str]]:
    """See Catalog.untagged."""
    table = tables.table(CASES)
    states = ["="]
    if tagger_id:
        known = (item["sk"] for item in table.query(TAGGERS))
        states += [state for state in known if state not in ("=", f"={tagger_id}")]
    lists = partitions_of(f"tagged#{state}" for state in states)
    found = table.merged(lists, only=["study", "report_id"])
    yield from each_once((item["study"], item["report_id"]) for item in found)
