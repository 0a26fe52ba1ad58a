"""The cases that analytics speak of: those that pass a filter and text, or look like an image."""

from dataclasses import dataclass, replace

from api import corrected_findings
from api.application import Application
from api.conditions import joined
from api.corrected_findings import Findings, meant
from api.search import Question, build_query
from infra.errors import BadQuery
from infra.query import (
    MAX_PAGE,
    AnyOf,
    Everything,
    FacetCount,
    Facets,
    Filter,
    Group,
    Page,
    Query,
    Text,
)

NEIGHBOURS = 100
EVERY_VALUE = 10_000_000  # no limit: nothing is cut
EVERYTHING = Everything()
REPORTED = AnyOf("has_report", ("true",))


@dataclass(frozen=True, slots=True)
class CaseSet:
    """Cases within a caller's scope. `neighbours` is how many of them an image was asked for.

    Counts are of `findings` as the tagger found them, or after people's corrections.
    """

    app: Application
    filter: Filter
    text: Text | None = None
    neighbours: int | None = None
    findings: Findings = Findings.TAGGED

    def facets(self, *fields: str, among: Filter | None = None) -> Facets:
        """Counts of the set's cases, or of those `among` which a filter leaves, by all values."""
        tree = self.filter if among is None else joined([self.filter, self.meant(among)])
        query = Query(filter=tree, text=self.text, group=Group.CASE)
        return corrected_findings.facets(self.app, query, fields, self.findings, EVERY_VALUE)

    def meant(self, tree: Filter) -> Filter:
        """What a condition stands for in this set."""
        return meant(tree, self.findings)

    def size(self, among: Filter | None = None) -> int:
        """How many cases there are."""
        return total(self.facets("dataset", among=among)["dataset"])


def total(counts: tuple[FacetCount, ...]) -> int:
    """The sum of counts by a field of which every case has one value."""
    return sum(count.count for count in counts)


def case_set(
    app: Application,
    question: Question,
    neighbours: int = NEIGHBOURS,
    among: Filter = EVERYTHING,
) -> CaseSet:
    """The cases of a question; of one with an image the `neighbours` best. `among` narrows them
    after they were chosen: women and men of the same neighbours.

    Raises BadQuery for a number of neighbours out of range, and what build_query raises.
    """
    if not 1 <= neighbours <= MAX_PAGE:
        raise BadQuery(f"Ask for 1 to {MAX_PAGE:,} neighbours, not {neighbours}.")
    findings = question.findings
    query = build_query(app, replace(question, group=Group.CASE, page=Page(neighbours)))
    narrowing = meant(among, findings)
    if query.near is None:
        tree = joined([query.filter, narrowing])
        return CaseSet(app, tree, query.text, findings=findings)
    hits = app.services.index.search(query, app.scope).hits
    chosen = AnyOf("study_uid", tuple(h.study_uid for h in hits))
    return CaseSet(app, joined([chosen, narrowing]), None, neighbours, findings)
