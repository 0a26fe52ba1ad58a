"""Reports become findings: codes, ids, sections, attributes, and offsets that slice back."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from infra.ports import ReportTagger
from infra.records import Report
from ingest.reports.tagger import RulesTagger

REPORT = (
    "INDICATION: 67-year-old with cough, rule out pneumonia.\r\n"
    "COMPARISON: None.\r\n"
    "FINDINGS: The heart is mildly enlarged. Small left pleural effusion. XXXX no pneumothorax.\r\n"
    "Dense 6 mm nodule in the right upper lobe 🫁. PICC line in place, Dr. Miller informed.\r\n"
    "IMPRESSION:\r\n1. Cardiomegaly.\r\n2. No acute disease."
)


def ids(text: str, tagger: RulesTagger) -> list[tuple[str, str]]:
    return [(f.finding_id, f.code) for f in tagger.read(text).findings]


def test_it_is_a_report_tagger(tagger: RulesTagger) -> None:
    port: ReportTagger = tagger
    findings = port.tag(Report(report_id="r1", study_uid="1.2", text=REPORT, version=3))
    assert {(f.report_id, f.report_version, f.tagger_id) for f in findings} == {
        ("r1", 3, tagger.tagger_id)
    }
    assert [f.begin for f in findings] == sorted(f.begin for f in findings)


def test_findings_of_a_whole_report(tagger: RulesTagger) -> None:
    said = [(f.finding_id, str(f.assertion), f.section) for f in tagger.read(REPORT).findings]
    assert said == [
        ("cough", "present", "indication"),
        ("pneumonia", "uncertain", "indication"),
        ("cardiomegaly", "present", "findings"),
        ("effusion", "present", "findings"),
        ("pneumothorax", "absent", "findings"),
        ("nodule", "present", "findings"),
        ("cardiomegaly", "present", "impression"),
    ]


def test_side_degree_and_place(tagger: RulesTagger) -> None:
    found = {f.finding_id: f for f in tagger.read(REPORT).findings}
    assert (found["effusion"].laterality, found["effusion"].severity) == ("left", "mild")
    assert (found["nodule"].laterality, found["nodule"].location) == ("right", "upper lobe")
    assert found["pneumothorax"].laterality == ""


def test_entities_and_personal_data(tagger: RulesTagger) -> None:
    entities = {(REPORT[e.begin : e.end], e.kind) for e in tagger.read(REPORT).entities}
    assert {("PICC line", "device"), ("Dr. Miller", "personal:name")} <= entities


def test_one_code_keeps_findings_apart(tagger: RulesTagger) -> None:
    assert ids("Opacity and consolidation in the lung.", tagger) == [
        ("opacity", "R91.8"),
        ("consolidation", "R91.8"),
    ]


def test_edema_depends_on_the_report(tagger: RulesTagger) -> None:
    assert ids("No edema in the lungs.", tagger) == [("edema", "J81.1")]
    assert ids("Extremities: no edema.", tagger) == [("edema_unspecified", "R60.9")]


def test_abbreviations_need_capitals_and_context(tagger: RulesTagger) -> None:
    assert ids("CT angiography: no PE.", tagger) == [("pulmonary_embolism", "I26.99")]
    assert ids("He did PE at school.", tagger) == []
    assert ids("copd", tagger) == []


def test_a_place_says_more_of_a_fracture(tagger: RulesTagger) -> None:
    assert ids("The left clavicle is fractured.", tagger) == [("clavicle_fracture", "S42.009")]
    assert ids("WRIST: Fracture of the distal radius.", tagger) == [("radius_fracture", "S52.509")]
    assert ids("WRIST: Fracture.", tagger) == [("wrist_fracture", "S62.109")]
    assert ids("Intertrochanteric fracture of the femur.", tagger) == [
        ("intertrochanteric_fracture", "S72.143")
    ]


def test_a_noun_may_be_shared(tagger: RulesTagger) -> None:
    assert ids("No pericardial or pleural effusion.", tagger) == [
        ("pericardial_effusion", "I31.39"),
        ("effusion", "J90"),
    ]
    assert ids("No left or right pleural effusion.", tagger) == [("effusion", "J90")]


def test_shielded_words_are_no_findings(tagger: RulesTagger) -> None:
    assert ids("Stroke volume 60 ml, no CVA tenderness, RA sat 98%.", tagger) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Echocardiogram: AS and severe MR.", ["I35.0", "I34.0"]),
        ("ECHOCARDIOGRAM OF THE MITRAL VALVE AS COMPARED TO THE PRIOR.", []),
        ("ECHOCARDIOGRAM: SEVERE MR.", ["I34.0"]),
        ("MRI with MR sequences of the aortic valve.", []),
        ("LAD in the neck.", ["R59.9"]),
        ("Coronary stent in the LAD.", []),
    ],
)
def test_what_a_report_is_about_decides_an_abbreviation(
    text: str, codes: list[str], tagger: RulesTagger
) -> None:
    assert [code for _, code in ids(text, tagger)] == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("atelectases", "J98.11"),
        ("pulmonary emboli", "I26.99"),
        ("anaemia", "D64.9"),
        ("oedema of both legs", "R60.0"),
        ("carcinoma of the prostate", "C61"),
        ("liver metastases", "C78.7"),
        ("essential hypertension", "I10"),
    ],
)
def test_plurals_spellings_and_word_order(text: str, code: str, tagger: RulesTagger) -> None:
    assert [found for _, found in ids(text, tagger)][:1] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "Heart size is normal. The lungs are clear. Stable appearance of the chest.",
        "Patient is well. Normal study. Post contrast images. Left hand, right foot.",
        "Heart size and pulmonary vascular engorgement appear within limits of normal.",
    ],
)
def test_normal_words_are_no_findings(text: str, tagger: RulesTagger) -> None:
    assert [f for f in tagger.read(text).findings if f.assertion != "absent"] == []


def test_every_code_is_one_of_icd10(tagger: RulesTagger) -> None:
    for finding in tagger.read(REPORT).findings:
        term = tagger.lexicon.term(finding.code)
        assert term.category == finding.code[:3]
        assert term.block
        assert term.chapter.isdigit()


PIECES = st.sampled_from(
    ["No ", "pleural effusion", "PNEUMOTHORAX", "\r\n", "\n\n", ".", ", ", ":", "?", " or ", "<br>",
     "FINDINGS:", "IMPRESSION", "heart", " is enlarged", "XXXX", "🫁", "é", "\ud83e", "&nbsp;",
     "cannot be excluded", "history of ", "œdème", "ﬁbrosis", "İ", "ß", "\0", " " * 30]
)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join))
@example("")
@example("\ufeff\u2028 pleural effusion")
def test_offsets_slice_back_whatever_the_text(text: str) -> None:
    reading = _shared(text)
    for finding in reading.findings:
        assert 0 <= finding.begin < finding.end <= len(text)
        assert text[finding.begin : finding.end] == finding.text
        assert finding.trigger in text
    for entity in reading.entities:
        assert 0 <= entity.begin < entity.end <= len(text)
    assert [s.begin for s in reading.sections] == sorted(s.begin for s in reading.sections)


def _shared(text: str):
    return _TAGGER[0].read(text)


_TAGGER: list[RulesTagger] = []


@pytest.fixture(autouse=True, scope="module")
def _keep(tagger: RulesTagger) -> None:
    _TAGGER[:] = [tagger]  # Hypothesis draws many texts in one test: the fixture is kept here


@pytest.mark.parametrize(
    "unit", ["no ", "effusion, ", "\n", "FINDINGS: ", "<", "heart heart ", "9-"]
)
def test_a_long_monotonous_text_is_read(unit: str, tagger: RulesTagger) -> None:
    """Each would take minutes if a rule were quadratic; benchmarks/tagging.py measures."""
    text = unit * (300_000 // len(unit))
    reading = tagger.read(text)
    assert all(text[f.begin : f.end] == f.text for f in reading.findings)
    assert all(e.end <= len(text) for e in reading.entities)
