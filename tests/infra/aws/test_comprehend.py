"""The adapter against botocore's Stubber, which knows what the service takes and answers."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from infra.aws.chunks import chunks_of
from infra.aws.tagger import LIMIT, ComprehendTagger
from infra.errors import BadSetup, PartlyTagged
from infra.records import Assertion, Report

CODES = {
    "effusion": ("J90", "Pleural effusion, not elsewhere classified"),
    "pneumothorax": ("J93.9", "Pneumothorax, unspecified"),
    "diabetes": ("E11.9", "Type 2 diabetes mellitus without complications"),
}


class Service:
    """Answers as documented; each call gets the next prepared answer."""

    def __init__(self) -> None:
        self.client = boto3.client(
            "comprehendmedical",
            region_name="eu-west-2",
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )
        self.stubber = Stubber(self.client)
        self.stubber.activate()
        self.waits: list[float] = []
        self.tagger = ComprehendTagger(self.client, self.waits.append)

    def infer(self, text: str, *entities: dict[str, Any], **more: Any) -> None:
        answer = {"Entities": list(entities), "ModelVersion": "3.0.0", **more}
        self.stubber.add_response("infer_icd10_cm", answer, {"Text": text})

    def detect(self, text: str, *entities: dict[str, Any]) -> None:
        answer = {"Entities": list(entities), "UnmappedAttributes": [], "ModelVersion": "3.1.0"}
        self.stubber.add_response("detect_entities_v2", answer, {"Text": text})

    def fails(self, operation: str, code: str) -> None:
        status = 429 if code == "TooManyRequestsException" else 400
        self.stubber.add_client_error(operation, code, "words of the service", status)


@pytest.fixture
def service() -> Service:
    return Service()


def coded(text: str, word: str, *traits: str, nth: int = 0, **changes: Any) -> dict[str, Any]:
    begin = -1
    for _ in range(nth + 1):
        begin = text.index(word, begin + 1)
    code, description = CODES[word.split()[-1]]
    return {
        "Id": 0,
        "Text": word,
        "Category": "MEDICAL_CONDITION",
        "Type": "DX_NAME",
        "Score": 0.98,
        "BeginOffset": begin,
        "EndOffset": begin + len(word),
        "Attributes": [],
        "Traits": [{"Name": name, "Score": 0.9} for name in traits],
        "ICD10CMConcepts": [
            {"Description": "something else", "Code": "R91.8", "Score": 0.2},
            {"Description": description, "Code": code, "Score": 0.8},
        ],
        **changes,
    }


def detected(text: str, word: str, *traits: str, **changes: Any) -> dict[str, Any]:
    begin = text.index(word)
    return {
        "Id": 0,
        "Text": word,
        "Category": "MEDICAL_CONDITION",
        "Type": "DX_NAME",
        "Score": 0.98,
        "BeginOffset": begin,
        "EndOffset": begin + len(word),
        "Attributes": [],
        "Traits": [{"Name": name, "Score": 0.9} for name in traits],
        **changes,
    }


def report(text: str) -> Report:
    return Report(report_id="r1", study_uid="1.2", text=text, version=3)


def test_a_finding_has_all_that_a_rule_would_give(service: Service) -> None:
    text = "\U0001f600 Small left effusion."
    side = {"Type": "DIRECTION", "Score": 0.9, "BeginOffset": 8, "EndOffset": 12, "Text": "Left"}
    service.infer(text, coded(text, "effusion", "SIGN", Attributes=[side]))
    service.detect(text)
    (found,) = service.tagger.tag(report(text))
    assert text[found.begin : found.end] == found.text == "effusion"
    assert (found.report_id, found.report_version) == ("r1", 3)
    assert (found.code, found.finding_id, found.assertion) == (
        "J90",
        "effusion",
        Assertion.PRESENT,
    )
    assert found.laterality == "left"
    assert found.score == pytest.approx(0.8)
    assert found.tagger_id == service.tagger.tagger_id
    service.stubber.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("infer", "detect", "assertion"),
    [
        ((), (), Assertion.PRESENT),
        (("DIAGNOSIS",), ("DIAGNOSIS",), Assertion.PRESENT),
        (("SYMPTOM",), (), Assertion.PRESENT),
        (("NEGATION",), (), Assertion.ABSENT),
        (("SIGN", "NEGATION"), ("NEGATION",), Assertion.ABSENT),
        (("LOW_CONFIDENCE",), (), Assertion.UNCERTAIN),
        (("HYPOTHETICAL",), (), Assertion.HYPOTHETICAL),
        ((), ("FUTURE",), Assertion.HYPOTHETICAL),
        ((), ("PAST_HISTORY",), Assertion.HISTORICAL),
        (("DIAGNOSIS",), ("PAST_HISTORY", "DIAGNOSIS"), Assertion.HISTORICAL),
        (("PERTAINS_TO_FAMILY",), (), Assertion.FAMILY),
        (("PERTAINS_TO_FAMILY", "NEGATION"), (), Assertion.ABSENT),
        (("NEGATION",), ("PAST_HISTORY",), Assertion.ABSENT),
    ],
)
def test_traits_become_assertions(
    service: Service, infer: tuple[str, ...], detect: tuple[str, ...], assertion: Assertion
) -> None:
    text = "Type 2 diabetes."
    service.infer(text, coded(text, "diabetes", *infer))
    service.detect(
        text,
        detected(text, "Type 2 diabetes", *detect),  # the other call's span may be wider
        detected(text, "2", "NEGATION", Category="MEDICATION", Type="DOSAGE"),
    )
    (found,) = service.tagger.tag(report(text))
    assert found.assertion is assertion
    assert bool(found.trigger) == (assertion is not Assertion.PRESENT)


def test_offsets_in_another_unit_give_way_to_the_words(service: Service) -> None:
    text = "\U0001f600\U0001f600 effusion."
    utf16 = coded(text, "effusion") | {"BeginOffset": 5, "EndOffset": 13}
    lost = coded(text, "effusion") | {"Text": "somewhere else"}
    service.infer(text, utf16, lost)
    service.detect(text)
    (found,) = service.tagger.tag(report(text))
    assert (found.begin, found.end) == (3, 11)


def test_what_has_no_code_is_no_finding(service: Service) -> None:
    text = "effusion for 3 days"
    time = coded(text, "effusion", Type="TIME_EXPRESSION")
    service.infer(text, coded(text, "effusion", ICD10CMConcepts=[]), time)
    service.detect(text)
    assert service.tagger.tag(report(text)) == ()


def test_an_empty_report_is_not_sent(service: Service) -> None:
    assert service.tagger.tag(report(" \n ")) == ()


def test_halves_of_characters_are_not_sent(service: Service) -> None:
    service.infer("\ufffd effusion", coded("\ufffd effusion", "effusion"))
    service.detect("\ufffd effusion")
    (found,) = service.tagger.tag(report("\ud83d effusion"))
    assert (found.begin, found.end) == (2, 10)


LONG = "".join(f"Line {number} \U0001f600: no effusion, no pneumothorax. " for number in range(500))


def parts() -> list[str]:
    return [LONG[one.begin : one.end] for one in chunks_of(LONG, LIMIT)]


def everything(text: str) -> list[dict[str, Any]]:
    return [
        coded(text, word, "NEGATION", nth=nth)
        for word in ("effusion", "pneumothorax")
        for nth in range(text.count(word))
    ]


def test_a_long_report_is_joined_from_chunks_without_gap_or_double(service: Service) -> None:
    assert len(parts()) == 3
    for text in parts():
        service.infer(text, *everything(text))
        service.detect(text)
    found = service.tagger.tag(report(LONG))
    assert len(found) == 1_000
    assert all(LONG[one.begin : one.end] == one.text for one in found)
    assert [one.begin for one in found] == sorted({one.begin for one in found})


def test_throttling_is_waited_for_with_jitter(service: Service) -> None:
    text = "effusion"
    for _ in range(3):
        service.fails("infer_icd10_cm", "TooManyRequestsException")
    service.infer(text, coded(text, "effusion"))
    service.fails("detect_entities_v2", "ThrottlingException")
    service.detect(text)
    assert len(service.tagger.tag(report(text))) == 1
    assert len(service.waits) == 4
    assert all(
        0 <= wait <= most for wait, most in zip(service.waits, (0.5, 1, 2, 0.5), strict=True)
    )
    assert len(set(service.waits)) == 4


def test_what_was_tagged_is_kept_when_a_part_is_refused(service: Service) -> None:
    first, _second, third = parts()
    service.infer(first, *everything(first))
    service.detect(first)
    service.fails("infer_icd10_cm", "InternalServerException")
    for _ in range(4):
        service.fails("infer_icd10_cm", "TooManyRequestsException")
    service.fails("infer_icd10_cm", "TooManyRequestsException")
    service.infer(third, *everything(third))
    service.detect(third)
    with pytest.raises(PartlyTagged, match="1 of 3 parts") as failed:
        service.tagger.tag(report(LONG))
    begins = {one.begin for one in failed.value.findings}
    chunks = chunks_of(LONG, LIMIT)
    assert begins
    assert not any(chunks[1].own_begin <= begin < chunks[1].own_end for begin in begins)
    assert any(begin >= chunks[2].own_begin for begin in begins)
    service.stubber.assert_no_pending_responses()


def test_codes_are_kept_when_only_the_other_call_fails(service: Service) -> None:
    text = "No effusion."
    service.infer(text, coded(text, "effusion", "NEGATION"))
    service.fails("detect_entities_v2", "InvalidRequestException")
    with pytest.raises(PartlyTagged) as failed:
        service.tagger.tag(report(text))
    (found,) = failed.value.findings
    assert found.assertion is Assertion.ABSENT
    assert service.waits == []  # asking again would not help


def test_an_answer_that_the_service_cut_is_not_whole(service: Service) -> None:
    text = "effusion"
    service.infer(text, coded(text, "effusion"), PaginationToken="more")
    service.detect(text)
    with pytest.raises(PartlyTagged) as failed:
        service.tagger.tag(report(text))
    assert len(failed.value.findings) == 1


def test_a_service_that_is_down_is_not_asked_for_every_part(service: Service) -> None:
    for _ in range(12):
        service.fails("infer_icd10_cm", "ServiceUnavailableException")
    with pytest.raises(PartlyTagged, match="3 of 3") as failed:
        service.tagger.tag(report(LONG))
    assert failed.value.findings == ()
    service.stubber.assert_no_pending_responses()


def test_missing_rights_are_a_matter_of_setup(service: Service) -> None:
    service.fails("infer_icd10_cm", "AccessDeniedException")
    with pytest.raises(BadSetup, match="rights"):
        service.tagger.tag(report("effusion"))


def test_an_error_says_nothing_of_the_report(service: Service) -> None:
    service.fails("infer_icd10_cm", "TextSizeLimitExceededException")
    with pytest.raises(PartlyTagged) as failed:
        service.tagger.tag(report("Mrs Miller has an effusion"))
    assert "Miller" not in str(failed.value)
