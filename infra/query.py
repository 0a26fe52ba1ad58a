"""The one query language: a small tree of frozen dataclasses that every index compiles.

Nothing here is text to be pasted into a query; what an index cannot do raises `BadQuery`.
"""

from dataclasses import dataclass
from enum import StrEnum

from infra.records import Values

MAX_PAGE = 1_000
MAX_WINDOW = 1_000  # candidates of each list that a hybrid query fuses


@dataclass(frozen=True, slots=True)
class AccessScope:
    """The datasets a caller may see; `None` means every one and must be asked for by name."""

    datasets: frozenset[str] | None

    @classmethod
    def everything(cls) -> "AccessScope":
        """The owner's scope, as used by the command line."""
        return cls(None)

    @classmethod
    def only(cls, *datasets: str) -> "AccessScope":
        """A scope of just these datasets (none at all is allowed: it sees nothing)."""
        return cls(frozenset(datasets))

    def allows(self, dataset: str) -> bool:
        """Whether a case of this dataset may be seen."""
        return self.datasets is None or dataset in self.datasets


# --- filter ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches every row."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The keyword field holds at least one of these values, compared without regard to case."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """low ≤ field ≤ high; None is open. Numbers for number fields, ISO days for date fields.

    A row without a value never matches.
    """

    field: str
    low: float | str | None
    high: float | str | None


@dataclass(frozen=True, slots=True)
class Exists:
    """The field has a value."""

    field: str


@dataclass(frozen=True, slots=True)
class And:
    """Every part matches (all of none is everything)."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Some part matches (any of none is nothing)."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not match (a row without the value is kept)."""

    part: "Filter"


Filter = Everything | AnyOf | Between | Exists | And | Or | Not

# --- text -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phrase:
    """These words next to each other, in order; one word is a phrase of length one.

    Words are already folded (lower case, no diacritics). `prefix` lets the last word go on.
    """

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class AllText:
    """Every part matches the case's text."""

    parts: tuple["Text", ...]


@dataclass(frozen=True, slots=True)
class AnyText:
    """Some part matches the case's text."""

    parts: tuple["Text", ...]


@dataclass(frozen=True, slots=True)
class NoText:
    """The part does not match the case's text."""

    part: "Text"


Text = Phrase | AllText | AnyText | NoText

# --- the whole ------------------------------------------------------------------------------------


class Group(StrEnum):
    """What one hit stands for."""

    INSTANCE = "instance"
    SERIES = "series"
    CASE = "case"


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """Nearest neighbours by cosine of a vector of L2 norm 1, made by `model_id`."""

    values: Values
    model_id: str


@dataclass(frozen=True, slots=True)
class Sort:
    """In the order of a number or date field; groups without a value come last.

    A group counts by the least value of its rows that pass, or by the largest if `descending`.
    """

    field: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """`size` groups after an opaque cursor (`None`: from the start)."""

    size: int = 10
    after: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """What is asked: rows that pass `filter`, ranked by `near`, by `text`, or by both (fused).

    Without either, rows come in the order of their ids. With `sort`, which goes with filter and
    text but not with `near`, they come in that order. With `text` alone only cases whose text
    matches are hits. With both, each list is cut at MAX_WINDOW and fused (see `infra/fusion.py`);
    totals and facets then describe the filter and text set.
    """

    filter: Filter = Everything()
    text: Text | None = None
    near: Near | None = None
    group: Group = Group.INSTANCE
    page: Page = Page()
    sort: Sort | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One group with its score.

    `score`: cosine in [-1, 1] for a vector query; relevance ≥ 0 for text; the fused score for both;
    with a sort 0.
    `instance_uid` is the best instance of the group ("" for a case without images), `frame` the
    frame whose vector matched.
    """

    rank: int
    score: float
    instance_uid: str
    series_uid: str
    study_uid: str
    vector_id: str = ""
    frame: int | None = None
    cosine: float | None = None
    text_score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """A page of hits. `total` counts all groups that pass filter (and text); `next` continues."""

    hits: tuple[Hit, ...]
    total: int
    next: str | None = None
    model_id: str = ""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many distinct cases of the set carry this value."""

    value: str
    count: int


Facets = dict[str, tuple[FacetCount, ...]]
