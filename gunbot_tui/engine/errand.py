"""What a command may have changed."""

from __future__ import annotations

from gunbot_tui.engine.schedule import NEWEST
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Pair

CONTROLLED = tuple(Topic(kind) for kind in (Kind.CONFIG, Kind.AUTH, Kind.PAIRS, Kind.STATE, Kind.LOCKS, Kind.PAIRLIST))
"""What a command that is no order may have changed."""


def touched(pair: Pair) -> tuple[Topic, ...]:
    """What an order on the pair may have changed."""
    return (
        Topic(Kind.PAIRS),
        Topic(Kind.PAIR, pair.key),
        Topic(Kind.BALANCES),
        NEWEST,
        Topic(Kind.BOOK, pair.key),
    )
