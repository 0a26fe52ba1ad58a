"""One line an event, for programs and for people, and nothing of an error but its kind."""

import json
import logging
import sys
from collections.abc import Iterator

import pytest

from infra.errors import BadSetup
from infra.logs import JsonLines, KeyValues, configure


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    """configure() replaces what the root logger has; put it back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    yield
    root.handlers, root.level = handlers, level


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", as_json=True)
    logging.getLogger("ingest.x").info(
        "two\nlines of %s", "ä", extra={"reason": "too_slow", "n": 3}
    )
    logging.getLogger("ingest.x").debug("not asked for")
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    event = json.loads(line)
    assert event.pop("at").endswith("+00:00")
    assert event == {
        "level": "INFO",
        "logger": "ingest.x",
        "event": "two\nlines of ä",
        "reason": "too_slow",
        "n": 3,
    }


def test_text_names_level_logger_event_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    configure("warning", as_json=False)
    logging.getLogger("ingest.x").warning("refused", extra={"reason": "too_slow"})
    logging.getLogger("ingest.x").info("not asked for")
    assert capsys.readouterr().err == "WARNING ingest.x: refused reason=too_slow\n"


@pytest.mark.parametrize("formatter", [JsonLines(), KeyValues()])
def test_of_an_error_only_its_kind_is_logged(formatter: logging.Formatter) -> None:
    """A message of a library may quote the file it could not read."""
    try:
        raise ValueError("Doe^Jane")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", None, sys.exc_info())
    line = formatter.format(record)
    assert "ValueError" in line
    assert "Doe" not in line


def test_configuring_again_leaves_one_handler(capsys: pytest.CaptureFixture[str]) -> None:
    configure("INFO", as_json=False)
    configure("INFO", as_json=False)
    logging.getLogger("x").info("once")
    assert capsys.readouterr().err.count("once") == 1


def test_an_unknown_level_is_named() -> None:
    with pytest.raises(BadSetup, match=r"SIMILIS_LOG_LEVEL .* not 'LOUD'"):
        configure("LOUD", as_json=False)


def test_drivers_never_log_what_they_send() -> None:
    configure("DEBUG", as_json=True)
    assert logging.getLogger("ingest.x").isEnabledFor(logging.DEBUG)
    for name in ("botocore.endpoint", "pynamodb.connection.base", "opensearch", "urllib3"):
        assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)
        assert logging.getLogger(name).isEnabledFor(logging.INFO)
    configure("WARNING", as_json=True)
    assert not logging.getLogger("botocore").isEnabledFor(logging.WARNING)
    assert logging.getLogger("botocore").isEnabledFor(logging.ERROR)
