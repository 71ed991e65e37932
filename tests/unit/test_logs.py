"""Logs and crash reports hold no secret, and only their owner can read them."""

import json
import logging
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gunbot_tui import logs
from gunbot_tui.model.secret import Secret

SENTINEL = "hunter2-sentinel"


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Put Python's logging back as it was."""
    root = logging.getLogger()
    before, level, hook = list(root.handlers), root.level, sys.unraisablehook
    yield
    for handler in root.handlers[:]:
        if handler not in before:
            root.removeHandler(handler)
            handler.close()
    root.setLevel(level)
    sys.unraisablehook = hook


def redactor() -> logs.Redactor:
    known = logs.Redactor()
    known.hide(Secret(SENTINEL))
    return known


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (f"login with {SENTINEL} failed", "login with *** failed"),
        ("password is ENC:abc+/= here", "password is ENC:*** here"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("Authorization: Basic dTpwYXNzd29yZA==", "Authorization: Basic ***"),
        ("got eyJhbGciOi.eyJ1c2Vy.c2lnbg from it", "got *** from it"),
        ("https://me:secret@host/path", "https://***@host/path"),
        ('{"api_key": "k-123", "pair": "USDT-BTC"}', '{"api_key": "***", "pair": "USDT-BTC"}'),
        ("{'gunthy_wallet': '0xabc'}", "{'gunthy_wallet': '***'}"),
        ("token=abc&pair=x", "token=***&pair=x"),
        ("USDT-BTC 0.5 @ 60000", "USDT-BTC 0.5 @ 60000"),
    ],
)
def test_whatever_has_the_shape_of_a_secret_is_taken_out(text: str, cleaned: str) -> None:
    assert redactor().clean(text) == cleaned


def test_without_a_level_no_file_is_made_and_nothing_reaches_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.start(None, tmp_path / "state", redactor())
    logging.getLogger("anything").error("oops")
    assert not (tmp_path / "state").exists()
    assert capsys.readouterr().err == ""


def test_a_log_is_private_and_without_secrets_even_in_tracebacks(tmp_path: Path) -> None:
    logs.start("debug", tmp_path / "state", redactor())
    try:
        json.loads(f"not json {SENTINEL}"[9:])
    except ValueError:
        logging.getLogger("anything").exception("with %s", SENTINEL)
    text = (tmp_path / "state" / "log.txt").read_text()
    assert "ERROR anything: with ***" in text
    assert "JSONDecodeError" in text
    assert SENTINEL not in text
    assert stat.S_IMODE((tmp_path / "state" / "log.txt").stat().st_mode) == 0o600


def test_the_http_library_logs_no_addresses(tmp_path: Path) -> None:
    logs.start("debug", tmp_path, redactor())
    logging.getLogger("httpx").info("GET http://127.0.0.1/x")
    assert "127.0.0.1" not in (tmp_path / "log.txt").read_text()


def test_a_link_in_the_place_of_the_log_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("precious")
    (tmp_path / "log.txt").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="symbolic links"):
        logs.start("debug", tmp_path, redactor())
    assert (tmp_path / "target").read_text() == "precious"


def crash(text: str) -> Exception:
    try:
        held = SENTINEL
        raise KeyError(f"{text} {held}")
    except KeyError as error:
        return error


def test_a_crash_is_one_line_and_a_private_report_without_values_of_variables(tmp_path: Path) -> None:
    line = logs.crash_line(crash("no pair\x1b[2J\n"), tmp_path / "state", redactor())
    (report,) = (tmp_path / "state").glob("crash-*.txt")
    assert line.endswith(f"(report: {report})")
    assert line.startswith("internal error: KeyError: ")
    assert line.isprintable()
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert "KeyError" in report.read_text()
    assert SENTINEL not in line + report.read_text()


def test_a_crash_is_one_line_even_when_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder belongs")
    line = logs.crash_line(crash("x"), tmp_path / "state", redactor())
    assert line == "internal error: KeyError: 'x ***'"
