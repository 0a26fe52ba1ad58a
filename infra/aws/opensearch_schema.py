"""The indexes of one archive: their names, and making and dropping them.

Each is behind an alias, "PREFIX-cases" and "PREFIX-vectors-MODEL"; what is behind it ends with a
number. Emptying the rows makes the next `cases` and moves the alias in one step.
"""

import hashlib
import re
from threading import Lock

from infra.aws.opensearch_client import Client, Json, Missing
from infra.aws.opensearch_mappings import (
    cases_body,
    cases_properties,
    vectors_body,
    vectors_properties,
)
from infra.errors import Unavailable

SLOW = 120.0  # seconds that making or removing an index may take


class Schema:
    """Makes indexes when they are first written to."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lock = Lock()
        self._made: set[str] = set()
        self._dimensions: dict[str, int] = {}

    @property
    def cases(self) -> str:
        """The alias of rows and texts."""
        return f"{self._client.setup.prefix}-cases"

    @property
    def all_vectors(self) -> str:
        """The pattern of the vectors of all models."""
        return f"{self._client.setup.prefix}-vectors-*"

    def vectors(self, model_id: str) -> str:
        """The alias of a model's vectors. Ids may hold signs that names of indexes may not."""
        readable = re.sub("[^a-z0-9]+", "-", model_id.lower())[:40].strip("-")
        digest = hashlib.sha256(model_id.encode()).hexdigest()[:10]
        return f"{self._client.setup.prefix}-vectors-{readable}-{digest}"

    def vector_aliases(self) -> dict[str, str]:
        """Model id -> alias, of the models that have an index."""
        path = f"/{self.all_vectors}/_mapping"
        found = self._client.request("GET", path, params={"allow_no_indices": "true"})
        models = {str(index["mappings"]["_meta"]["model_id"]) for index in found.values()}
        return {model_id: self.vectors(model_id) for model_id in sorted(models)}

    def need_cases(self) -> None:
        """Make the index of rows and texts unless it is there; add fields that are new."""
        self._need(self.cases, cases_body(self._client.setup), cases_properties())

    def need_vectors(self, model_id: str, dimension: int) -> None:
        """The same for a model's vectors, which have this many numbers."""
        setup = self._client.setup
        properties = vectors_properties(setup, dimension)
        properties.pop("vector")  # what it is like never changes
        self._need(self.vectors(model_id), vectors_body(setup, model_id, dimension), properties)

    def dimension(self, model_id: str) -> int | None:
        """How many numbers a model's vectors have; None while there is no index of them."""
        alias = self.vectors(model_id)
        if alias not in self._dimensions:
            try:
                found = self._client.request("GET", f"/{alias}/_mapping")
            except Missing:
                return None
            for index in found.values():
                said = index["mappings"]["properties"]["vector"]
                self._dimensions[alias] = int(said["dimension"])
        return self._dimensions.get(alias)

    def forget(self) -> None:
        """Look again whether the indexes are there, as one was missing."""
        self._made.clear()
        self._dimensions.clear()

    def renew_cases(self) -> None:
        """Put an empty index in the place of rows and texts, for all who use the alias at once."""
        old = self.numbers(self.cases)
        if not old:
            return
        new = f"{self.cases}-{max(old) + 1}"
        self._create(new, cases_body(self._client.setup))
        moves: list[Json] = [{"add": {"index": new, "alias": self.cases}}]
        moves += [{"remove_index": {"index": f"{self.cases}-{number}"}} for number in old]
        self._client.request("POST", "/_aliases", {"actions": moves}, seconds=SLOW)

    def numbers(self, alias: str) -> list[int]:
        """The numbers of the indexes behind an alias."""
        try:
            found = self._client.request("GET", f"/_alias/{alias}")
        except Missing:
            return []
        return [number_of(name) for name in found]

    def refresh(self, *aliases: str) -> None:
        """Let searches see what was written."""
        path = f"/{','.join(aliases)}/_refresh"
        self._client.request("POST", path, params={"ignore_unavailable": "true"}, seconds=SLOW)

    def _need(self, alias: str, body: Json, properties: Json) -> None:
        if alias in self._made:
            return
        with self._lock:
            if self.numbers(alias):
                self._client.request("PUT", f"/{alias}/_mapping", {"properties": properties})
            else:
                self._create(f"{alias}-1", {**body, "aliases": {alias: {}}})
            self._made.add(alias)

    def _create(self, name: str, body: Json) -> None:
        try:
            self._client.request("PUT", f"/{name}", body, seconds=SLOW)
        except Unavailable as error:
            if "resource_already_exists_exception" not in str(error):
                raise  # else somebody has made it just now


def number_of(index: str) -> int:
    """The number at the end of an index's name."""
    return int(index.rsplit("-", 1)[1])
