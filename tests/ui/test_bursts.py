"""Bursts in a real terminal: text, Enter and more in one write never preview anything else, and never send.

One demo whose market stands still serves the whole module; its simulator counts what was posted.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.request import urlopen

import pytest

from tests.terminal.pty_session import PtySession

ROOT = Path(__file__).parents[2]
SEND = "B send buy"
OPENINGS = {"line": ":", "palette": "\x10"}
# Longer than the dwell: what has been on the screen for so long may be confirmed.
READ_SECONDS = 0.6
QUIET_SECONDS = 0.1
# A ticket's title, the `:` line, the frame of the palette.
OPEN = r"^(─ (BUY|SELL|CANCEL)|:|.*╭)"
MOST_LAYERS = 5


class Demo:
    """A demo in a terminal, and what its simulator received."""

    def __init__(self, session: PtySession) -> None:
        self.session = session
        session.wait_for(r"●.* working")
        session.send("8")
        session.wait_for(r"connection +http")
        found = re.search(r"http://[\d.:]+", session.text())
        assert found is not None
        self._url = found[0]
        session.send("1")
        session.wait_for(r"pairs · holding")

    @property
    def posts(self) -> list[object]:
        """Every trade request that reached the port."""
        with urlopen(f"{self._url}/_sim/truth", timeout=20) as answer:
            return cast("list[object]", json.loads(answer.read())["posts"])

    def drop(self) -> None:
        """Close whatever a burst has opened, when all of it has arrived."""
        self.session.settle(QUIET_SECONDS)
        for _ in range(MOST_LAYERS):
            if not re.search(OPEN, self.session.text(), re.MULTILINE):
                return
            self._close_topmost()
        assert not re.search(OPEN, self.session.text(), re.MULTILINE)

    def _close_topmost(self) -> None:
        before = self.session.text()
        self.session.send("ctrl+c")
        self.session.wait_for(lambda session: session.terminal.text() != before)
        self.session.settle(QUIET_SECONDS)


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    argv = [sys.executable, "-m", "gunbot_tui", "demo", "--speed", "0", "--seed", "7"]
    with PtySession.spawn(argv, 80, 24, {"TZ": "UTC"}, cwd=ROOT) as session:
        yield Demo(session)


@pytest.mark.parametrize("layer", list(OPENINGS))
@pytest.mark.parametrize("count", [50, pytest.param(500, marks=pytest.mark.slow)])
def test_text_and_enter_in_one_write_preview_exactly_that_text(demo: Demo, layer: str, count: int) -> None:
    sent = len(demo.posts)
    for number in range(count):
        amount, price = f"0.0{number + 100}1", f"{10_000 - number}.5"
        demo.session.type(f"{OPENINGS[layer]}buy {amount} @ {price}\r")
        demo.session.wait_for(SEND)
        shown = re.search(r"^ ?BUY (\S+) BTC with \S+ USDT @ (\S+)", demo.session.text(), re.MULTILINE)
        assert shown is not None
        assert shown.groups() == (amount, price)
        demo.session.send("q")
        demo.session.wait_for(lambda session: SEND not in session.terminal.text())
    assert len(demo.posts) == sent


@pytest.mark.parametrize("layer", list(OPENINGS))
@pytest.mark.parametrize("tail", ["B", "BBBB", "\rB", "yB\r", "eB\rB"])
def test_a_capital_in_the_same_write_never_sends(demo: Demo, layer: str, tail: str) -> None:
    sent = len(demo.posts)
    for number in range(5):
        demo.session.type(f"{OPENINGS[layer]}buy 0.0{number + 1}1 @ 100\r{tail}")
        demo.drop()
    assert len(demo.posts) == sent


@pytest.mark.parametrize(
    "text", ["buy\r\r", "buy 0.01\r\r", "b0.01\rB", "b0.01\r\rB\rB", "B\r", "s0.01\rS", "X\rX\rX", "xXXX", "\rB\r"]
)
def test_a_paste_without_brackets_never_sends(demo: Demo, text: str) -> None:
    sent = len(demo.posts)
    for _ in range(3):
        demo.session.type(text)
        demo.drop()
    assert len(demo.posts) == sent


def test_a_paste_with_brackets_is_text_in_a_review(demo: Demo) -> None:
    sent = len(demo.posts)
    demo.session.type(":buy 0.001 @ 100\r")
    demo.session.wait_for(SEND)
    demo.session.settle(READ_SECONDS)
    demo.session.paste("B\rB\r")
    demo.session.settle(READ_SECONDS)
    assert SEND in demo.session.text()
    assert len(demo.posts) == sent
    demo.drop()


def test_the_capital_after_reading_does_send(demo: Demo) -> None:
    sent = len(demo.posts)
    demo.session.type(":buy 0.01 @ 10000\r")
    demo.session.wait_for(SEND)
    demo.session.settle(READ_SECONDS)
    demo.session.send("B")
    demo.session.wait_until(lambda: len(demo.posts) == sent + 1, why="one request")
    demo.session.wait_for("^ .*BUY 0.01 BTC @ 10000 ")
