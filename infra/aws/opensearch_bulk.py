"""Many writes in requests of bounded size; what fails alone is looked at alone."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.aws.opensearch_client import Client, Json
from infra.aws.opensearch_errors import is_passing, kind_and_reason, of_status

CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Write:
    """One line of a bulk request: `action` is index, create, update or delete.

    `options` go beside the index and id (versions, conditions). `body` is the JSON that follows.
    """

    action: str
    index: str
    name: str
    body: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        """As the request has it."""
        head = {self.action: {"_index": self.index, "_id": self.name, **self.options}}
        return [json.dumps(head), self.body] if self.body else [json.dumps(head)]


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one write: `conflict`, or done. `index` is the one behind the alias."""

    write: Write
    index: str
    conflict: bool


class MissingIndex(Exception):
    """An index that was written to is not there (any more)."""


def write_all(client: Client, writes: Sequence[Write]) -> list[Done]:
    """Do all of these. Those that the server is too busy for are tried again, alone.

    Version conflicts are told, not raised. Raises MissingIndex, or for anything else what
    `opensearch_errors` makes of it, after all others were tried.
    """
    done: list[Done] = []
    failures: list[tuple[int, Json]] = []
    for chunk in _chunks(writes, client.setup.chunk_bytes, client.setup.chunk_count):
        some, failed = _write_chunk(client, chunk)
        done += some
        failures += failed
    if any(kind_and_reason(error)[0] == "index_not_found_exception" for _, error in failures):
        raise MissingIndex
    if failures:
        raise of_status(*failures[0])
    return done


def _write_chunk(
    client: Client, writes: Sequence[Write]
) -> tuple[list[Done], list[tuple[int, Json]]]:
    done: list[Done] = []
    failures: list[tuple[int, Json]] = []
    attempt = 0
    while writes:
        answer = client.lines(
            "/_bulk",
            (line for write in writes for line in write.lines),
            {"require_alias": "true"},  # else a missing index would be made with any mapping
        )
        busy: list[Write] = []
        failed: list[tuple[int, Json]] = []
        for write, item in zip(writes, answer["items"], strict=True):
            said = item[write.action]
            status = int(said["status"])
            if "error" not in said or (status in (404, CONFLICT) and not _no_index(said)):
                done.append(Done(write, str(said["_index"]), status == CONFLICT))
                continue
            failed.append((status, {"error": said["error"]}))
            if is_passing(status, said):
                busy.append(write)
        if not busy or not client.waited(attempt):
            return done, failures + failed
        failures += [one for one in failed if not is_passing(*one)]
        writes, attempt = busy, attempt + 1
    return done, failures


def _no_index(said: Json) -> bool:
    return kind_and_reason(said)[0] == "index_not_found_exception"


def _chunks(writes: Iterable[Write], most_bytes: int, most: int) -> Iterator[list[Write]]:
    chunk: list[Write] = []
    size = 0
    for write in writes:
        weight = len(write.body) + 200
        if chunk and (size + weight > most_bytes or len(chunk) == most):
            yield chunk
            chunk, size = [], 0
        chunk.append(write)
        size += weight
    if chunk:
        yield chunk
