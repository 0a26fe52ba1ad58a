"""Requests to OpenSearch: signed in, bounded in time, tried again when it asks to wait."""

import json
import logging
import random
from collections.abc import Callable, Iterable
from functools import cached_property
from math import ceil
from time import sleep
from typing import Any

from infra.aws.opensearch_errors import (
    TRIES,
    is_passing,
    kind_and_reason,
    most_tries,
    of_status,
    translated,
)
from infra.aws.opensearch_setup import OpenSearchSetup
from infra.errors import BadSetup

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0  # seconds
CONNECTIONS = 16  # at once; more callers wait for a free one

Json = dict[str, Any]

NOTHING_FOUND: Json = {"hits": {"total": {"value": 0}, "hits": []}}


class Client:
    """One server. It is connected to at the first request."""

    def __init__(
        self,
        setup: OpenSearchSetup,
        *,
        wait: Callable[[float], None] = sleep,
        chance: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.setup = setup
        self._wait = wait
        self._chance = chance

    def request(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        params: dict[str, str] | None = None,
        seconds: float | None = None,
        tries: int = TRIES,
    ) -> Json:
        """The answer. `seconds` to wait for it, for those that take longer than usual.

        Raises Missing for 404, otherwise what `opensearch_errors` makes of it.
        """
        data = json.dumps(body).encode() if body is not None else None
        return self._send(method, path, data, "application/json", params, seconds, tries)

    def lines(self, path: str, lines: Iterable[str], params: dict[str, str] | None = None) -> Json:
        """The same for bodies of one JSON object a line (_bulk, _msearch)."""
        data = ("\n".join(lines) + "\n").encode()
        return self._send("POST", path, data, "application/x-ndjson", params)

    def searches(self, searches: Iterable[tuple[str, Json]]) -> list[Json]:
        """Several searches in one round trip: (index, body). What is not there holds nothing.

        A search whose shards do not all answer fails, as does one of an index that is closed: part
        of an answer is none.
        """
        attempt = 0
        while True:
            answers = [NOTHING_FOUND if _not_there(a) else a for a in self._searches(searches)]
            errors = [(int(a["status"]), a) for a in answers if "error" in a]
            if not errors:
                return answers
            error = of_status(*errors[0])
            if not is_passing(*errors[0]) or not self.waited(attempt):
                raise error
            attempt += 1

    def _searches(self, searches: Iterable[tuple[str, Json]]) -> list[Json]:
        lines = []
        for index, body in searches:
            head = {"index": index, "preference": PREFERENCE, "allow_partial_search_results": False}
            lines += [json.dumps(head), json.dumps(body)]
        # What nobody waits for any more is not worked on.
        params = {"cancel_after_time_interval": f"{ceil(self.setup.read_seconds)}s"}
        return list(self.lines("/_msearch", lines, params)["responses"])

    def waited(self, attempt: int) -> bool:
        """Wait before another try: anything from 0 to min(5, 0.2 · 2ⁿ) s (full jitter), so that
        clients which were refused together do not come back together. False: tried enough.
        """
        if attempt + 1 >= TRIES:
            return False
        self._wait(self._chance(0.0, min(LONGEST_WAIT, FIRST_WAIT * 2**attempt)))
        return True

    def close(self) -> None:
        """Close the connections."""
        if "_transport" in self.__dict__:
            self._transport.close()
            del self.__dict__["_transport"]

    def _send(
        self,
        method: str,
        path: str,
        data: bytes | None,
        kind: str,
        params: dict[str, str] | None,
        seconds: float | None = None,
        tries: int = TRIES,
    ) -> Json:
        from opensearchpy.exceptions import OpenSearchException

        attempt = 0
        while True:
            try:
                found = self._transport.perform_request(
                    method,
                    path,
                    params=params,
                    body=data,
                    timeout=self._timeout(seconds),
                    headers={"content-type": kind},
                )
                return found if isinstance(found, dict) else {}
            except OpenSearchException as error:
                if getattr(error, "status_code", 0) == 404:
                    raise Missing(path) from error
                left = min(tries, most_tries(error))
                if attempt + 1 >= left or not self.waited(attempt):
                    raise translated(error) from error
                attempt += 1
                log.info("OpenSearch is asked again (try %d of %d)", attempt + 1, left)

    def _timeout(self, seconds: float | None) -> Any:
        from urllib3 import Timeout

        return Timeout(connect=self.setup.connect_seconds, read=seconds or self.setup.read_seconds)

    @cached_property
    def _transport(self) -> Any:
        from opensearchpy import OpenSearch, Urllib3HttpConnection

        setup = self.setup
        secure = setup.url.startswith("https://")
        trust: Json = {"ca_certs": str(setup.ca_file)} if secure and setup.ca_file else {}
        return OpenSearch(
            hosts=[setup.url],
            http_auth=_auth(setup),
            use_ssl=secure,
            verify_certs=secure,
            connection_class=Urllib3HttpConnection,
            max_retries=0,
            pool_maxsize=CONNECTIONS,
            http_compress=False,
            **trust,
        ).transport


def _not_there(answer: Json) -> bool:
    return "error" in answer and kind_and_reason(answer)[0] == "index_not_found_exception"


class Missing(Exception):
    """There is no such index or document."""


PREFERENCE = "similis"  # the same copies of the shards answer: the same answer on every call


def _auth(setup: OpenSearchSetup) -> Any:
    if setup.auth == "basic":
        return (setup.user, setup.password)
    if setup.auth == "none":
        return None
    from boto3 import Session
    from opensearchpy import Urllib3AWSV4SignerAuth

    session = Session(region_name=setup.region or None)
    credentials = session.get_credentials()
    if credentials is None or not session.region_name:
        raise BadSetup("AWS credentials or region are missing: set them as for the AWS tools.")
    return Urllib3AWSV4SignerAuth(credentials, session.region_name, "es")
