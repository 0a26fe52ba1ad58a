"""How well report text is scrubbed: what is damaged, and how much made-up personal data is found.

    python -m benchmarks.scrubbing REPORTS.tgz [CODIESP.jsonl.gz] [--held-out] [--show N]

REPORTS.tgz holds the Open-i reports (XML). They are de-identified, so whatever is changed in them
is a false alarm. Recall is measured by putting sentences with made-up data into them.
"""

import argparse
import difflib
import gzip
import json
import random
import re
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from benchmarks.phi_templates import DEVELOPMENT, FIRST, HELD_OUT, HOSPITALS, LAST, STREETS, TOWNS
from infra.records import StudyKeys
from ingest.privacy.identity import Pseudonyms
from ingest.privacy.scrub import scrub
from ingest.privacy.scrub_words import id_word, name_words

PSEUDONYMS = Pseudonyms(b"benchmark".ljust(32, b"."))
SHIFT = -45
TRIES = 300


def open_i(path: Path) -> Iterator[str]:
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file is not None and member.name.endswith(".xml"):
                page = file.read().decode("utf-8", "replace")
                parts = re.findall(r'<AbstractText Label="(\w+)">([^<]*)<', page)
                yield "\n".join(f"{name}: {text}" for name, text in parts)


def codiesp(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


# --- damage ---------------------------------------------------------------------------------------


def damage(name: str, texts: list[str], show: int) -> None:
    started, words, changed = time.process_time(), 0, Counter[str]()
    for text in texts:
        before = text.split()
        words += len(before)
        after = scrub(text, PSEUDONYMS, StudyKeys(date_shift_days=SHIFT)).split()
        if after != before:
            changed.update(changes(before, after))
    seconds = time.process_time() - started
    total = sum(len(change.split(" -> ")[0].split()) for change in changed.elements())
    print(
        f"{name}: {len(texts)} texts, {words} words, {total} changed "
        f"({1000 * total / words:.2f} a thousand), {sum(map(len, texts)) / seconds / 1e6:.2f} MB/s"
    )
    for change, count in changed.most_common(show):
        print(f"  {count:4d}  {change}")


def changes(before: list[str], after: list[str]) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            yield f"{' '.join(before[a:b])} -> {' '.join(after[c:d])}"


# --- recall ---------------------------------------------------------------------------------------


def values(rng: random.Random) -> dict[str, str]:
    first, last = rng.choice(FIRST), rng.choice(LAST)
    other_first = rng.choice([name for name in FIRST if name != first])
    other_last = rng.choice([name for name in LAST if name != last])
    number = "".join(rng.choices("123456789", k=4)) + "".join(rng.choices("0123456789", k=4))
    return {
        **people(first, last, other_first, other_last),
        **dates(date(1990, 1, 1) + timedelta(days=rng.randrange(12_000))),
        "phone": rng.choice(("317-555-{}", "(415) 555-{}", "212.555.{}")).format(number[:4]),
        "intl_phone": rng.choice(("+49 89 1234 {}", "+44 20 7946 {}")).format(number[:4]),
        "pager": number[:5],
        "mrn": rng.choice((number, number[:7], f"E{number}", f"{number[:3]}-{number[3:7]}")),
        "accession": rng.choice((f"A{number}", f"US-{number[:6]}", number)),
        "ssn": f"{number[:3]}-{number[3:5]}-{number[4:8]}",
        "email": f"{first}.x{number[:3]}@example.org".lower(),
        "url": f"https://pacs.example.org/v?id={number}",
        "street": rng.choice(STREETS),
        "town": rng.choice(TOWNS),
        "hospital": rng.choice(HOSPITALS),
    }


def people(first: str, last: str, other_first: str, other_last: str) -> dict[str, str]:
    return {
        "first": first,
        "last": last,
        "upper_first": first.upper(),
        "upper_last": last.upper(),
        "other": f"{other_first} {other_last}",
        "other_last": other_last,
    }


def dates(day: date) -> dict[str, str]:
    german = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
    spanish = (
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    )
    ending = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
    return {
        "mdy": f"{day.month}/{day.day}/{day.year}",
        "mdy_short": f"{day:%m/%d/%y}",
        "iso": day.isoformat(),
        "compact": f"{day:%Y%m%d}",
        "dotted": f"{day.day}.{day.month}.{day.year}",
        "long_date": f"{day:%B} {day.day}, {day.year}",
        "ordinal_date": f"{day:%B} {day.day}{ending.get(day.day, 'th')}, {day.year}",
        "dmony": f"{day:%d-%b-%Y}",
        "month_year": f"{day:%B %Y}",
        "german_date": f"{day.day}. {german.split()[day.month - 1]} {day.year}",
        "spanish_date": f"{day.day} de {spanish.split()[day.month - 1]} de {day.year}",
    }


def recall(reports: list[str], templates: dict[str, tuple[str, ...]], show: int) -> None:
    rng = random.Random(20)
    for category, sentences in templates.items():
        missed: Counter[str] = Counter()
        for index in range(TRIES):
            sentence = sentences[index % len(sentences)]
            missed.update(leaks(rng, rng.choice(reports), sentence))
        found = 100 * (1 - sum(missed.values()) / TRIES)
        print(f"  {category:14s} {found:5.1f} % of {TRIES} sentences without a trace")
        for sentence, count in missed.most_common(show):
            print(f"      missed {count:3d}: {sentence}")


def leaks(rng: random.Random, report: str, sentence: str) -> list[str]:
    """The sentence, if any word or number of its personal data is still in the scrubbed report."""
    given = values(rng)
    parts = report.split(". ")
    parts.insert(rng.randrange(len(parts) + 1), sentence.format(**given).rstrip("."))
    words = {*name_words(f"{given['first']} {given['last']}"), id_word(given["mrn"])}
    keys = StudyKeys(
        name_keys=frozenset(PSEUDONYMS.word_key(word) for word in words), date_shift_days=SHIFT
    )
    scrubbed = scrub(". ".join(parts), PSEUDONYMS, keys)
    secrets = [given[name] for name in re.findall(r"{(\w+)}", sentence)]
    pieces = [piece for secret in secrets for piece in sensitive(secret)]
    return [sentence] if any(shows(piece, scrubbed, report) for piece in pieces) else []


def sensitive(secret: str) -> list[str]:
    """What may not be left of a secret: each word of a name, a number as it was written."""
    if any(sign.isdigit() for sign in secret):
        return [secret]
    ordinary = {"the", "Hospital", "Medical", "Center", "Clinic", "Klinikum", "General", "Hôpital"}
    return [word for word in re.split(r"[ ,]+", secret) if word not in ordinary and len(word) > 2]


def shows(piece: str, scrubbed: str, report: str) -> bool:
    pattern = re.compile(rf"(?<!\w){re.escape(piece)}(?!\w)")
    return bool(pattern.search(scrubbed)) and not pattern.search(report)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=Path)
    parser.add_argument("codiesp", type=Path, nargs="?")
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--show", type=int, default=0)
    given = parser.parse_args()
    reports = [text for text in open_i(given.reports) if text]
    damage("Open-i", reports, given.show)
    if given.codiesp:
        damage("CodiEsp", list(codiesp(given.codiesp)), given.show)
    print("development templates" if not given.held_out else "held-out templates")
    recall(reports, HELD_OUT if given.held_out else DEVELOPMENT, given.show)


if __name__ == "__main__":
    main()
