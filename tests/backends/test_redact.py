"""Secrets are found in text of any shape, however long its words are, in a time that nobody notices."""

from __future__ import annotations

import time

import pytest

from gunbot_tui.backends.freqtrade import wire_host
from gunbot_tui.backends.freqtrade.adapt_host import RECORD_LIMIT, to_logs
from gunbot_tui.backends.gunbot.adapt_files import to_file_text
from gunbot_tui.backends.redact import DOTS, redact_code
from gunbot_tui.model.files import Folder
from gunbot_tui.model.secret import Secret
from tests.backends.freqtrade.recorded import made

SECONDS = 0.5
WORD = "w" * 20_000


def log_of(message: str, *secrets: Secret) -> str:
    answer = made(wire_host.Logs, {"logs": [["", 1795220660175, "x", "INFO", message]]})
    return "\n".join(line.text for line in to_logs(answer, secrets))


@pytest.mark.parametrize(
    "word", [WORD, WORD + " ", "1" * 20_000, "a-" * 10_000, f"x={WORD}", f"x{' ' * 20_000}", "a=" * 9_999]
)
def test_a_long_word_costs_no_time(word: str) -> None:
    began = time.process_time()
    assert log_of(word)
    assert redact_code(word) == word
    assert to_file_text(Folder.STRATEGY, "x.js", word.encode()).lines
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("1password=abc next", f"1password={DOTS} next"),
        ("1login=abc", f"1login={DOTS}"),
        ("--login=abc", f"--login={DOTS}"),
        ("-2-key_x: abc", f"-2-key_x: {DOTS}"),
        ("uvicorn.access: ws://here/ws?token=abc", f"uvicorn.access: ws://here/ws?token={DOTS}"),
        ("token=password=abc", f"token={DOTS}"),
    ],
)
def test_no_named_secret_is_left_in_a_log_line(message: str, shown: str) -> None:
    assert log_of(message) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("1password = 'abc'", f"1password = '{DOTS}'"),
        ('{"api_key": "abc", "pair": "BTC/USDT"}', f'{{"api_key": "{DOTS}", "pair": "BTC/USDT"}}'),
        ("dsn = \"user=me password='abc'\"", f"dsn = \"user=me password='{DOTS}'\""),
        ('password = """abc"""', f'password = """{DOTS}"""'),
        ('token = f"abc"', f'token = f"{DOTS}"'),
        (r'secret = "a\"bc" + x', f'secret = "{DOTS}" + x'),
        ('secret = "", pair = "BTC"', 'secret = "", pair = "BTC"'),
        ("secret = `abc", f"secret = `{DOTS}"),
        ("pair = 'BTC/USDT'", "pair = 'BTC/USDT'"),
    ],
)
def test_no_quoted_secret_is_left_in_a_program(line: str, shown: str) -> None:
    assert redact_code(line) == shown


def test_a_secret_that_is_cut_at_the_end_of_what_is_looked_at_is_not_shown() -> None:
    filling = ("x" * 390 + "\n") * 51
    message = (filling[: RECORD_LIMIT - 60] + "\n").ljust(RECORD_LIMIT - 9) + "correct horse battery"
    assert "correct" in message[:RECORD_LIMIT]
    assert "correct" not in log_of(message, Secret("correct horse battery"))
