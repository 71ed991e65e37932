"""Things known of an order or a trade, one to a line under its label."""

from __future__ import annotations

from dataclasses import dataclass

from gunbot_tui.views.cell import Tone


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known; without a label it goes on with the one before."""

    label: str
    text: str
    tone: Tone = Tone.PLAIN
