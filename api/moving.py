"""`similis migrate --to-…`: an archive goes to other stores, whole and checked, or goes on."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from infra import move_check, moving
from infra.errors import BadSetup
from infra.query import AccessScope, Group, Page, Query
from infra.services import Services
from infra.settings import Settings
from infra.wiring import build, copy_key_and_notes
from ingest.privacy.identity import KEY_FILE, Pseudonyms, load_key
from ingest.privacy.same_key import claim

NOTE = "moving.json"  # in the home of an archive that is being moved: where to
PARTS = ("blobs", "catalog", "index")
NAMED = (*PARTS, "home", "prefix", "opensearch_url", "dynamodb_url", "s3_url", "s3_bucket")

Step = Callable[[str, int], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where to; "" (None) leaves a part where it is."""

    index: str = ""
    catalog: str = ""
    blobs: str = ""
    home: Path | None = None

    def settings(self, now: Settings) -> Settings:
        """The settings of the archive after the move."""
        return replace(
            now,
            index=self.index or now.index,
            catalog=self.catalog or now.catalog,
            blobs=self.blobs or now.blobs,
            home=self.home.expanduser().absolute() if self.home else now.home,
        )


def move(now: Settings, destination: Destination, step: Step) -> dict[str, Any]:
    """Move the archive of these settings; counts of what is there now, and the settings to set.

    The source stays as it was. Raises BadSetup where the target holds something else, or where the
    two are not the same in the end.
    """
    then = destination.settings(now)
    parts = [name for name in PARTS if then.home != now.home or _differ(now, then, name)]
    if not parts:
        raise BadSetup("The archive is there already: name another index, catalog, blobs or home.")
    if not (now.home / KEY_FILE).is_file():
        raise BadSetup("There is nothing to move: SIMILIS_HOME holds no archive.")
    _bring_key(now.home, then.home)
    with ExitStack() as opened:
        source = opened.enter_context(build(now))
        target = opened.enter_context(build(then))
        _begin(now, then, target, parts)
        claim(target, Pseudonyms(load_key(now.home)))
        _copy(source, target, parts, step)
        sums = _compared(source, target, parts)
    (now.home / NOTE).unlink()
    settings = {name: str(getattr(then, name)) for name in (*PARTS, "home")}
    return {name: one.count for name, one in sums.items()} | {"settings": settings}


def _differ(now: Settings, then: Settings, name: str) -> bool:
    return bool(getattr(now, name) != getattr(then, name))


def _bring_key(home: Path, target: Path) -> None:
    if home == target:
        return
    key = target / KEY_FILE
    if key.is_file() and key.read_bytes() != (home / KEY_FILE).read_bytes():
        raise BadSetup("The other home belongs to another archive: name an empty folder.")
    if not key.is_file():
        copy_key_and_notes(home, target)
        (target / NOTE).unlink(missing_ok=True)


def _begin(now: Settings, then: Settings, target: Services, parts: list[str]) -> None:
    """Note where to; only what was begun like this may find something there."""
    note = now.home / NOTE
    said = json.dumps({name: str(getattr(then, name)) for name in NAMED})
    if note.is_file() and note.read_text() == said:
        return
    held = [name for name in parts if _holds_something(target, then, name)]
    if held:
        raise BadSetup(
            f"There is something at the target already ({', '.join(held)}): name an empty "
            "--to-home, another SIMILIS_PREFIX, or another bucket."
        )
    note.write_text(said)


def _holds_something(target: Services, then: Settings, name: str) -> bool:
    if name == "blobs":
        return next(iter(target.blobs.keys()), None) is not None
    if name == "catalog":
        return bool(
            target.catalog.datasets(AccessScope.everything())
            or target.ledger.counts()
            or target.models.models()
        )
    if then.index == "embedded":
        return False  # the home's own, and made anew from what is there
    query = Query(group=Group.CASE, page=Page(1))
    return target.index.search(query, AccessScope.everything()).total > 0


def _copy(source: Services, target: Services, parts: list[str], step: Step) -> None:
    if "blobs" in parts:
        moving.move_blobs(source, target, step)
    if "catalog" in parts:
        moving.move_models(source, target)
        moving.move_cases(source, target, step)
        moving.move_vectors(source, target, step)
        moving.move_ledger(source, target, step)
    if "index" in parts:
        moving.move_index(target, step)


def _compared(source: Services, target: Services, parts: list[str]) -> dict[str, move_check.Sum]:
    """The sums of the target, which are those of the source. Raises BadSetup."""
    pairs = list(_pairs(source, target, parts))
    found = {name: one for _, there in pairs for name, one in there.items()}
    wrong = [name for here, there in pairs for name in here if here[name] != there[name]]
    if wrong:
        raise BadSetup(
            f"Source and target are not the same yet ({', '.join(wrong)}): let nothing else write "
            "to either, and repeat the command; the archive stays where it is."
        )
    return found


Sums = dict[str, move_check.Sum]


def _pairs(source: Services, target: Services, parts: list[str]) -> Iterator[tuple[Sums, Sums]]:
    if "blobs" in parts:
        yield move_check.blobs_of(source), move_check.blobs_of(target)
    if "catalog" in parts:
        yield move_check.records_of(source), move_check.records_of(target)
    if "index" in parts:
        yield move_check.index_due(target), move_check.index_of(target)
