"""Report truth in the forms in which it is published, judged against the tagger.

Open-i/NegBio hand labels (CSV + report archive), NegEx annotations (tab-separated), CodiEsp codes
(JSONL) and our own truth (JSONL with findings). `docs/tagging.md` shows each.
"""

import csv
import gzip
import hashlib
import json
import re
import tarfile
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from infra.errors import BadSetup
from infra.records import Assertion, Finding
from ingest.reports.tagger import RulesTagger

# The column Hernia has no positive row although hernias are described: it is left out.
CHEST = frozenset(
    (
        "atelectasis",
        "cardiomegaly",
        "effusion",
        "infiltration",
        "mass",
        "nodule",
        "pneumonia",
        "pneumothorax",
        "consolidation",
        "edema",
        "emphysema",
        "fibrosis",
        "pleural_thickening",
    )
)
READ_SECTIONS = frozenset(("findings", "impression", "addendum", "unlabelled"))
STATED = frozenset((Assertion.PRESENT, Assertion.UNCERTAIN, Assertion.HISTORICAL))
FOLDS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """One yes-or-no question: what the truth says and what the tagger said. `group` is the report
    (resampling keeps what belongs together).
    """

    group: str
    label: str
    truth: bool
    said: bool


@dataclass(frozen=True, slots=True)
class Folds:
    """The part of the groups to use: those whose hash modulo ten is at least `first`, below `end`.

    Reports never lie in two folds, so rules can be made on one part and tested on another.
    """

    first: int = 0
    end: int = FOLDS

    def has(self, group: str) -> bool:
        """Whether a report is in."""
        digest = hashlib.sha256(group.encode()).hexdigest()
        return self.first <= int(digest, 16) % FOLDS < self.end


def judge(
    gold: Path, reports: Path | None, tagger: RulesTagger, folds: Folds, split: str
) -> list[Judged]:
    """Read a file of truth, whichever form it has, and tag its texts.

    Raises BadSetup when the form is not known or its reports are missing.
    """
    head = _head(gold)
    if head.startswith("filename,"):
        return list(_chest(gold, reports, tagger, folds))
    if head.startswith("Report No."):
        return list(_negated(gold, tagger, folds))
    if head.startswith("line number"):
        return list(_historical(gold, tagger, folds))
    if head.startswith("{"):
        return list(_json_lines(gold, tagger, folds, split))
    raise BadSetup(f"{gold.name} has none of the forms of truth that docs/tagging.md shows.")


def _head(path: Path) -> str:
    with _opened(path) as handle:
        return handle.read(200).lstrip("\ufeff \n")


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8", newline="")


# --- Open-i: 14 findings and normal, by report ----------------------------------------------------


def openi_reports(archive: Path) -> dict[str, str]:
    """Report id -> text with its headings, from the Open-i archive of XML files."""
    texts: dict[str, str] = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            handle = tar.extractfile(member) if member.name.endswith(".xml") else None
            if handle is None:
                continue
            root = ET.parse(handle).getroot()  # noqa: S314  # an archive that the user names
            name = root.find("uId")
            parts = [f"{p.get('Label')}: {p.text or ''}" for p in root.iter("AbstractText")]
            texts[name.get("id", "") if name is not None else member.name] = "\n".join(parts)
    return texts


def _chest(gold: Path, reports: Path | None, tagger: RulesTagger, folds: Folds) -> Iterator[Judged]:
    if reports is None:
        raise BadSetup(f"{gold.name} needs --reports: the archive with the texts.")
    texts = openi_reports(reports)
    with gold.open(newline="", encoding="utf-8-sig") as handle:
        for row in csv.DictReader(handle):
            name = row["filename"]
            if name not in texts or not folds.has(name):
                continue
            said = {f.finding_id for f in tagger.read(texts[name]).findings if _stated_here(f)}
            for column, value in row.items():
                if column.lower() in CHEST:
                    yield Judged(name, column.lower(), value == "1", column.lower() in said)
            if row["normal"] == "1":
                yield Judged(name, "normal: chest finding", False, not said.isdisjoint(CHEST))
                yield Judged(name, "normal: any finding", False, bool(said))


def _stated_here(finding: Finding) -> bool:
    return finding.assertion == Assertion.PRESENT and finding.section in READ_SECTIONS


# --- NegEx: a concept in a sentence ---------------------------------------------------------------


def _negated(gold: Path, tagger: RulesTagger, folds: Folds) -> Iterator[Judged]:
    for report, concept, sentence, status in _tabbed(gold, 4):
        if folds.has(f"r{report}"):
            said = _assertion_of(concept, sentence, tagger)
            if said is not None:
                yield Judged(report, "negated", status.startswith("Neg"), said == "absent")


def _historical(gold: Path, tagger: RulesTagger, folds: Folds) -> Iterator[Judged]:
    """Affirmed conditions of the patient. Its report numbers are in negex_dev.txt beside it."""
    beside = gold.with_name("negex_dev.txt")
    report_of = {_plain(row[2]): row[0] for row in _tabbed(beside, 4)} if beside.exists() else {}
    for number, concept, sentence, status, time, who in _tabbed(gold, 6):
        report = report_of.get(_plain(sentence), number)
        if status == "Affirmed" and who == "Patient" and folds.has(f"r{report}"):
            said = _assertion_of(concept, sentence, tagger)
            if said is not None:
                yield Judged(report, "historical", time == "Historical", said == "historical")


def _assertion_of(concept: str, sentence: str, tagger: RulesTagger) -> Assertion | None:
    """What is said of the concept, which the source writes in capitals; None if it is not there."""
    pattern = r"\s+".join(map(re.escape, concept.split()))
    places = list(re.finditer(pattern, sentence, re.IGNORECASE)) if concept else []
    if not places:
        return None
    place = next((match for match in places if match.group().isupper()), places[0])
    begin, end = place.span()
    text = sentence[:begin] + sentence[begin:end].lower() + sentence[end:]
    return tagger.read(text).assertion_at(begin, end)[0]


def _tabbed(path: Path, columns: int) -> Iterator[list[str]]:
    for line in path.read_text(encoding="utf-8").split("\n")[1:]:
        cells = [cell.strip().strip('"') for cell in line.split("\t")]
        if len(cells) >= columns:
            yield cells[:columns]


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


# --- JSON lines: codes of a document, or our own truth --------------------------------------------


def _json_lines(gold: Path, tagger: RulesTagger, folds: Folds, split: str) -> Iterator[Judged]:
    with _opened(gold) as handle:
        documents = (json.loads(line) for line in handle if line.strip())
        yield from judge_documents(documents, tagger, folds, split)


def judge_documents(
    documents: Iterable[dict[str, Any]], tagger: RulesTagger, folds: Folds, split: str = ""
) -> Iterator[Judged]:
    """Documents with codes or findings, as lines of JSON have them, judged against the tagger."""
    for document in documents:
        name = str(document["id"])
        if not folds.has(name) or (split and document.get("split") != split):
            continue
        findings = tagger.read(document["text"]).findings
        if "findings" in document:
            yield from _own(name, document["findings"], findings)
        else:
            yield from _coded(name, set(document["codes"]), findings, tagger)


def _coded(
    name: str, codes: set[str], findings: tuple[Finding, ...], tagger: RulesTagger
) -> Iterator[Judged]:
    said = {finding.code for finding in findings if finding.assertion in STATED}
    places = tagger.lexicon.places
    levels: tuple[tuple[str, Callable[[str], str]], ...] = (
        ("chapter", lambda code: places.get(code[:3], ("", code[:1]))[1]),
        ("category", lambda code: code[:3]),
        ("code", lambda code: code),
    )
    for label, level in levels:
        true, tagged = {level(code) for code in codes}, {level(code) for code in said}
        for key in sorted(true | tagged):
            yield Judged(name, label, key in true, key in tagged)


def _own(name: str, truth: list[dict[str, Any]], findings: tuple[Finding, ...]) -> Iterator[Judged]:
    """Document level: each finding id with each assertion, and each assertion over all."""
    true = {(str(f["finding_id"]), str(f["assertion"])) for f in truth}
    said = {(f.finding_id, str(f.assertion)) for f in findings}
    for finding_id, assertion in sorted(true | said):
        key = (finding_id, assertion)
        yield Judged(name, f"{finding_id} {assertion}", key in true, key in said)
        yield Judged(name, assertion, key in true, key in said)
