"""The cases that analytics speak of: those that pass a filter and text, or look like an image."""

from dataclasses import dataclass, replace

from api.application import Application
from api.conditions import joined
from api.search import Question, build_query
from infra.errors import BadQuery
from infra.query import MAX_PAGE, AnyOf, FacetCount, Facets, Filter, Group, Page, Query, Text

NEIGHBOURS = 100
EVERY_VALUE = 10_000_000  # no limit: nothing is cut
REPORTED = AnyOf("has_report", ("true",))


@dataclass(frozen=True, slots=True)
class CaseSet:
    """Cases within a caller's scope. `neighbours` is how many of them an image was asked for."""

    app: Application
    filter: Filter
    text: Text | None = None
    neighbours: int | None = None

    def facets(self, *fields: str, among: Filter | None = None) -> Facets:
        """Counts of the set's cases, or of those `among` which a filter leaves, by all values."""
        tree = self.filter if among is None else joined([self.filter, among])
        query = Query(filter=tree, text=self.text, group=Group.CASE)
        return self.app.services.index.facets(query, fields, self.app.scope, limit=EVERY_VALUE)

    def size(self, among: Filter | None = None) -> int:
        """How many cases there are."""
        return total(self.facets("dataset", among=among)["dataset"])


def total(counts: tuple[FacetCount, ...]) -> int:
    """The sum of counts by a field of which every case has one value."""
    return sum(count.count for count in counts)


def case_set(app: Application, question: Question, neighbours: int = NEIGHBOURS) -> CaseSet:
    """The cases of a question; of one with an image the `neighbours` best.

    Raises BadQuery for a number of neighbours out of range, and what build_query raises.
    """
    if not 1 <= neighbours <= MAX_PAGE:
        raise BadQuery(f"Ask for 1 to {MAX_PAGE:,} neighbours, not {neighbours}.")
    query = build_query(app, replace(question, group=Group.CASE, page=Page(neighbours)))
    if query.near is None:
        return CaseSet(app, query.filter, query.text)
    hits = app.services.index.search(query, app.scope).hits
    return CaseSet(app, AnyOf("study_uid", tuple(h.study_uid for h in hits)), None, neighbours)
