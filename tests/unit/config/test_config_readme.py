"""The README is where a setting is looked up: none is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gunbot_tui.config.limits import LimitSettings
from gunbot_tui.config.settings import BotSettings, Settings

README = Path(__file__).parents[3] / "README.md"
NAMES = dict.fromkeys(name for table in (Settings, BotSettings, LimitSettings) for name in table.model_fields)


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert re.search(rf"\b{name}\b", README.read_text())
