"""Answers that a real Freqtrade gave, in the shapes that the program reads them in."""

from __future__ import annotations

import json
from pathlib import Path

from gunbot_tui.backends.freqtrade.wire import read_as
from gunbot_tui.backends.strict_json import parse
from gunbot_tui.backends.wire import W

FIXTURES = Path(__file__).parents[2] / "fixtures" / "freqtrade"


def recorded(shape: type[W], name: str) -> W:
    """A recorded answer, read as the program reads it."""
    answer = json.loads((FIXTURES / f"{name}.json").read_bytes())["response"]
    return made(shape, answer)


def made(shape: type[W], answer: object) -> W:
    """An answer of a test's own on the same way, from text to model."""
    return read_as(shape, parse(json.dumps(answer).encode()))
