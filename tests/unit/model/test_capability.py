"""Every command needs a verb that a bot may refuse."""

from __future__ import annotations

from typing import get_args

from gunbot_tui.model.capability import CONTROLS
from gunbot_tui.model.command import Control


def test_every_command_that_is_no_order_needs_a_verb() -> None:
    assert set(CONTROLS) == set(get_args(Control))
