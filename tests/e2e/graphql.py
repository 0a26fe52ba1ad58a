"""Stands between the page and GraphQL: holds questions up, or changes answers."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from playwright.sync_api import Page, Route

Handler = Callable[[Route, dict[str, Any]], None]
Answer = Callable[[dict[str, Any], Callable[[], dict[str, Any]]], dict[str, Any]]


class GraphQL:
    """Some operations of a page, by name, are answered otherwise; all others pass."""

    def __init__(self, page: Page) -> None:
        self._handlers: list[tuple[str, str | None, Handler]] = []
        page.route("**/graphql", self._handle)

    def on(self, operation: str, handler: Handler, text: str | None = None) -> None:
        """`handler` gets the operation, if it searches for this text."""
        self._handlers.append((operation, text, handler))

    def answer(self, operation: str, answer: Answer, text: str | None = None) -> None:
        """answer(variables, ask) is the answer; ask() gets the server's own."""

        def handle(route: Route, asked: dict[str, Any]) -> None:
            route.fulfill(json=answer(asked["variables"], lambda: route.fetch().json()))

        self.on(operation, handle, text)

    def refuse(self, operation: str, error: str = "connectionrefused") -> None:
        """As if there were no server."""
        self.on(operation, lambda route, asked: route.abort(error))

    def _handle(self, route: Route) -> None:
        asked = json.loads(route.request.post_data or "{}")
        search = asked.get("variables", {}).get("input") or {}
        for operation, text, handler in self._handlers:
            if f"query {operation}(" in asked["query"] and text in (None, search.get("text")):
                handler(route, asked)
                return
        route.continue_()


def manifold(total: int) -> Answer:
    """As many hits as that, made of the few that there are; cursors are the places in the list."""
    kept: dict[str, Any] = {}

    def answer(variables: dict[str, Any], ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        if not kept:
            kept.update(ask()["data"]["search"])
        first = int(variables.get("after") or 0)
        last = min(first + variables["first"], total)
        page = {
            **kept,
            "totalCount": total,
            "pageInfo": {**kept["pageInfo"], "hasNextPage": last < total, "endCursor": str(last)},
            "edges": [_edge(kept["edges"], rank) for rank in range(first + 1, last + 1)],
        }
        return {"data": {"search": page}}

    return answer


def _edge(edges: list[dict[str, Any]], rank: int) -> dict[str, Any]:
    edge = deepcopy(edges[rank % len(edges)])
    edge["node"] |= {"id": f"{edge['node']['id']}-{rank}", "rank": rank}
    return {**edge, "cursor": str(rank)}
