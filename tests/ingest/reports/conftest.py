"""One tagger for all tests; its compiled lexicon stays in pytest's own cache folder."""

from pathlib import Path

import pytest

from ingest.reports.tagger import RulesTagger, open_tagger


@pytest.fixture(scope="session")
def lexicon_folder(request: pytest.FixtureRequest) -> Path:
    assert request.config.cache is not None
    return request.config.cache.mkdir("similis")


@pytest.fixture(scope="session")
def tagger(lexicon_folder: Path) -> RulesTagger:
    return open_tagger(lexicon_folder)
