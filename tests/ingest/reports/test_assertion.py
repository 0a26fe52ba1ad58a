"""How a sentence speaks of its findings, in the order in which it names them."""

import pytest

from infra.records import Assertion
from ingest.reports.tagger import RulesTagger

SENTENCES = {
    # absent
    "No pneumothorax.": "absent",
    "No findings to suggest pneumonia.": "absent",
    "No focal consolidation.": "absent",
    "Effusion: negative": "absent",
    "Pneumothorax: no": "absent",
    "The pneumothorax has resolved.": "absent",
    "Pleural effusion is no longer seen.": "absent",
    "Without evidence of edema.": "absent",
    "The heart is not enlarged.": "absent",
    "Pneumonia is unlikely.": "absent",
    "Pneumonia was ruled out.": "absent",
    "No history of diabetes.": "absent",
    "No family history of breast cancer.": "absent",
    "Denies fever, chills, or cough.": "absent absent absent",
    "No large effusion, small nodule or pneumothorax in the lung.": "absent absent absent",
    "His symptoms were not consistent with aortic dissection.": "absent",
    "No pneumothorax/effusion.": "absent absent",
    "Clear without consolidation/effusion/pneumothorax.": "absent absent absent",
    "No nodular masses in the lung.": "absent absent",
    "Without evidence of overt heart failure/pulmonary edema.": "absent absent",
    "No suspicious opacity, pneumothorax or definite effusion.": "absent absent absent",
    "Interval resolution of previously demonstrated effusion.": "absent",
    "Pneumothorax - no": "absent",
    "Pneumothorax? None.": "absent",
    "Neg for pneumonia.": "absent",
    "Lungs clear w/o infiltrate.": "absent",
    "Pneumonia is not favored.": "absent",
    "Absent are pleural effusions.": "absent",
    # no negation of the finding
    "Is there a pneumothorax? No pneumothorax is seen.": "uncertain absent",
    "No increase in pleural effusion.": "present",
    "No change in the pulmonary nodule.": "present",
    "Unchanged small pleural effusion.": "present",
    "Not only pneumonia but also pleural effusion.": "present present",
    "No pneumothorax, small pleural effusion.": "absent present",
    "no effusion no pneumothorax mild cardiomegaly": "absent absent present",
    "NO EFFUSION OR PNEUMOTHORAX THE HEART IS ENLARGED": "absent absent present",
    "Pleural effusion, no pneumothorax.": "present absent",
    "Impression: Mild cardiomegaly, pneumothorax not seen.": "present absent",
    # uncertain; "probable" and "likely" count as present
    "Pneumothorax cannot be excluded.": "uncertain",
    "Cannot rule out small pleural effusion.": "uncertain",
    "Possible left lower lobe pneumonia.": "uncertain",
    "May represent atelectasis.": "uncertain",
    "Lung opacity, ?pneumonia.": "present uncertain",
    "Probable pneumonia.": "present",
    "Likely atelectasis.": "present",
    "Findings consistent with pulmonary edema.": "present",
    "Favored to represent atelectasis.": "present",
    "Cannot r/o pneumonia.": "uncertain",
    "Streaks, possibly due to pneumonia or atelectasis.": "uncertain uncertain",
    "Cardiomegaly could have this appearance.": "uncertain",
    "Compatible with pneumonia in the appropriate clinical setting.": "uncertain",
    "In the proper clinical context this is compatible with pneumonia.": "uncertain",
    "Atelectasis versus pneumonia.": "present present",
    "No effusion, atelectasis versus pneumonia.": "absent present present",
    "Likely atelectasis vs. pneumonia, small effusion.": "present present present",
    "No focal infiltrate, large effusion/thickening of the pleura, edema.": " ".join(
        ["absent"] * 4
    ),
    # historical, hypothetical, family
    "CT is more sensitive in detecting lung nodules.": "hypothetical",
    "History of pneumonia.": "historical",
    "Status post myocardial infarction.": "historical",
    "Old rib fractures.": "historical",
    "Return to the ED if chest pain develops.": "hypothetical",
    "If pneumonia develops, start antibiotics.": "hypothetical",
    "He is at risk for stroke.": "hypothetical",
    "Mother had breast cancer.": "family",
    "Family history of lung cancer.": "family",
}


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES.items())
def test_each_finding_gets_its_assertion(sentence: str, expected: str, tagger: RulesTagger) -> None:
    assert [f.assertion for f in tagger.read(sentence).findings] == expected.split()


@pytest.mark.parametrize("sentence", ["No pneumothorax.", "Pneumothorax cannot be excluded."])
def test_capitals_and_html_change_nothing(sentence: str, tagger: RulesTagger) -> None:
    plain = [f.assertion for f in tagger.read(sentence).findings]
    assert [f.assertion for f in tagger.read(sentence.upper()).findings] == plain
    html = f"<p><b>{sentence.replace(' ', '</b> ', 1)}</p>"
    assert [f.assertion for f in tagger.read(html).findings] == plain


def test_the_trigger_is_named_as_it_is_written(tagger: RulesTagger) -> None:
    (finding,) = tagger.read("There is NO evidence of\r\npneumonia.").findings
    assert (finding.assertion, finding.trigger) == (Assertion.ABSENT, "NO evidence of")


def test_a_trigger_ends_with_its_sentence(tagger: RulesTagger) -> None:
    findings = tagger.read("No pneumothorax. Pleural effusion.").findings
    assert [f.assertion for f in findings] == ["absent", "present"]


def test_a_span_that_others_found_gets_an_assertion(tagger: RulesTagger) -> None:
    text = "No wobbly thing is seen."
    assert tagger.read(text).assertion_at(3, 15) == (Assertion.ABSENT, "No")
