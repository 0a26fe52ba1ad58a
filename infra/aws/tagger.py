"""`ReportTagger` by Amazon Comprehend Medical: the text is sent to AWS."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import sleep
from typing import TYPE_CHECKING, Any

from infra.aws.calls import Refused, call
from infra.aws.chunks import Chunk, chunks_of
from infra.aws.conditions import Entity, findings_of
from infra.errors import PartlyTagged, Unavailable
from infra.records import Finding, Report

if TYPE_CHECKING:
    from mypy_boto3_comprehendmedical import ComprehendMedicalClient

VERSION = 1  # of this adapter: its joining and mapping
LIMIT = (
    10_000  # InferICD10CM's, the lower of the two; bytes of UTF-8 are never fewer than characters
)
GIVE_UP_AFTER = 2  # chunks in a row without an answer: the rest is not tried

_HALVES = re.compile("[\ud800-\udfff]")  # of surrogate pairs, which have no UTF-8


class ComprehendTagger:
    """Both calls for each chunk of a report, joined. Thread-safe, as boto3's clients are."""

    def __init__(
        self, client: "ComprehendMedicalClient", wait: Callable[[float], None] = sleep
    ) -> None:
        self._client = client
        self._call = partial(call, wait=wait)

    @property
    def tagger_id(self) -> str:
        """The service and the version of this adapter; the service names no version beforehand."""
        return f"comprehend-medical-{VERSION}"

    def tag(self, report: Report) -> Sequence[Finding]:
        """Findings in the order of their offsets, which slice back to the text.

        Raises PartlyTagged, with the findings of the other parts, when parts of the text were not
        answered; BadSetup where credentials or rights are missing.
        """
        report = replace(report, text=_HALVES.sub("\N{REPLACEMENT CHARACTER}", report.text))
        findings: list[Finding] = []
        chunks = [one for one in chunks_of(report.text, LIMIT) if _words(report, one).strip()]
        missing = in_a_row = 0
        for chunk in chunks:
            if in_a_row == GIVE_UP_AFTER:
                missing += 1
                continue
            found, whole, answered = self._tag_chunk(report, chunk)
            findings += found
            missing += not whole
            in_a_row = 0 if answered else in_a_row + 1
        ordered = tuple(sorted(findings, key=lambda finding: (finding.begin, finding.end)))
        if missing:
            raise PartlyTagged(
                f"Comprehend Medical did not answer for {missing} of {len(chunks)} parts.", ordered
            )
        return ordered

    def _tag_chunk(self, report: Report, chunk: Chunk) -> tuple[list[Finding], bool, bool]:
        """(findings of the chunk's own part, both calls were answered whole, the service is up)."""
        text = _words(report, chunk)
        try:
            coded, coded_whole = self._entities(partial(self._client.infer_icd10_cm, Text=text))
        except Unavailable as error:
            return [], False, isinstance(error, Refused)
        try:
            detected, whole = self._entities(partial(self._client.detect_entities_v2, Text=text))
        except Unavailable:  # codes without past history are worth keeping until all is there
            detected, whole = [], False
        found = findings_of(report, chunk.begin, coded, detected, self.tagger_id)
        own = [one for one in found if chunk.own_begin <= one.begin < chunk.own_end]
        return own, whole and coded_whole, True

    def _entities(self, request: Callable[[], Any]) -> tuple[list[Entity], bool]:
        """Entities, and whether they are all: a token says that the service cut its answer."""
        answer = self._call(request)
        return list(answer.get("Entities") or ()), not answer.get("PaginationToken")


def open_comprehend() -> ComprehendTagger:
    """Ask AWS with the credentials and region that the AWS command line would use.

    Raises BadSetup where the region is missing; credentials are looked for with the first call.
    """
    import boto3
    from botocore.config import Config

    # Our own waits have jitter and a test; the library's would multiply with them.
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=10, read_timeout=60)
    client = call(lambda: boto3.client("comprehendmedical", config=config))
    return ComprehendTagger(client)


def _words(report: Report, chunk: Chunk) -> str:
    return report.text[chunk.begin : chunk.end]
