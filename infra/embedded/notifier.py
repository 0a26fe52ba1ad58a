"""`Notifier` without a service: the log, and a webhook if one is set."""

import json
import logging
from http.client import HTTPException
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from infra.errors import BadSetup
from infra.records import Job

log = logging.getLogger(__name__)

SECONDS = 10.0


class LogNotifier:
    """Writes one line when long work has ended."""

    def notify(self, job: Job) -> None:
        """See Notifier."""
        log.info("job %s (%s) is %s", job.job_id, job.kind, job.state)


class WebhookNotifier:
    """Posts {"job_id", "kind", "state"} as JSON to a URL; a failure goes to the log."""

    def __init__(self, url: str, *, seconds: float = SECONDS) -> None:
        """Raises BadSetup unless the URL is http(s) and names a host."""
        try:
            parts = urlsplit(url)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadSetup("SIMILIS_NOTIFY_URL must be an http:// or https:// address.")
        self._url = url
        self._seconds = seconds
        self._opener = build_opener(_NoRedirects)

    def notify(self, job: Job) -> None:
        """See Notifier."""
        body = json.dumps({"job_id": job.job_id, "kind": job.kind, "state": job.state})
        try:
            request = Request(  # noqa: S310  the scheme was checked above
                self._url, data=body.encode(), headers={"Content-Type": "application/json"}
            )
            with self._opener.open(request, timeout=self._seconds):
                pass
        except (OSError, HTTPException, ValueError) as error:  # URLError is an OSError
            log.warning("job %s: the webhook failed (%s)", job.job_id, type(error).__name__)


class _NoRedirects(HTTPRedirectHandler):
    """A redirect could lead to another scheme or host than the one that was set."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None
