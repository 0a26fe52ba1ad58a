"""Truth is judged and scored; the shared data, where present, reach what the docs state."""

import json
from pathlib import Path

import pytest

from infra.errors import BadSetup
from ingest.reports.evaluation.gold import Folds, Judged, judge
from ingest.reports.evaluation.scoring import score, scorecard
from ingest.reports.tagger import RulesTagger
from tests.samples import shared_data


def test_counts_rates_and_interval() -> None:
    answers = [Judged(str(n), "x", n < 8, n % 2 == 0) for n in range(20)]
    result = score("x", answers)
    assert (result.tp, result.fp, result.fn, result.tn) == (4, 6, 4, 6)
    assert (result.precision, result.recall, result.f1) == (0.4, 0.5, 0.4444)
    assert result.low is not None
    assert result.high is not None
    assert 0 <= result.low < 0.4444 < result.high <= 1
    assert score("x", answers) == result


def test_nothing_to_divide_is_none_not_nan() -> None:
    result = score("x", [Judged("1", "x", False, False)])
    assert (result.precision, result.recall, result.f1, result.low) == (None, None, None, None)


def test_folds_split_reports_for_good() -> None:
    names = [f"CXR{n}" for n in range(500)]
    parts = [{n for n in names if Folds(a, b).has(n)} for a, b in ((0, 6), (6, 8), (8, 10))]
    assert set().union(*parts) == set(names)
    assert sum(map(len, parts)) == len(names)


def test_our_own_truth(tmp_path: Path, tagger: RulesTagger) -> None:
    truth = [{"finding_id": "effusion", "assertion": "absent"}]
    line = {"id": 1, "text": "No pleural effusion. Cardiomegaly.", "findings": truth}
    path = tmp_path / "truth.jsonl"
    path.write_text(json.dumps(line), encoding="utf-8")
    scores = {s.label: s for s in scorecard(judge(path, None, tagger, Folds(), ""))}
    assert scores["effusion absent"].tp == 1
    assert scores["cardiomegaly present"].fp == 1


def test_an_unknown_form_is_refused(tmp_path: Path, tagger: RulesTagger) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(BadSetup, match=r"x\.csv"):
        judge(path, None, tagger, Folds(), "")


def test_chest_findings_of_the_check_fold(tagger: RulesTagger) -> None:
    gold = shared_data("reports/openi_gold_dev.csv")
    texts = shared_data("reports/NLMCXR_reports.tgz")
    scores = {s.label: s for s in scorecard(judge(gold, texts, tagger, Folds(6, 8), ""))}
    assert (scores["micro"].f1 or 0) >= 0.92
    assert (scores["normal: chest finding"].false_rate or 0) <= 0.03


def test_negation_and_history(tagger: RulesTagger) -> None:
    negated = judge(shared_data("reports/negex_dev.txt"), None, tagger, Folds(), "")
    assert (score("negated", negated).f1 or 0) >= 0.97
    history = judge(shared_data("reports/negex_dev_context.txt"), None, tagger, Folds(), "")
    assert (score("historical", history).f1 or 0) >= 0.75
