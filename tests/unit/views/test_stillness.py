"""A quiet screen sends nothing: no view changes because of the time alone while its data is fresh."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from gunbot_tui.model.bot import AuthStatus, ServerClock
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.files import ConfigEntry, FileList, Folder
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.market import DayStats, Mark, MarkKind
from gunbot_tui.model.pnl import PairPnl
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import HistoryPage
from gunbot_tui.views import balances, bot, candles, core, files, fleet, orders, pairs, panel, pnl, status
from gunbot_tui.views.order_detail import summary
from gunbot_tui.views.order_entries import entries
from tests.factories import (
    NOW,
    make_balance,
    make_candles,
    make_config,
    make_feed,
    make_intent,
    make_order,
    make_pair,
    make_pair_status,
    make_pnl,
    make_snapshot,
    make_trade,
)

BTC = make_pair()
LATER = (0.5, 1.0, 2.5, 5.0)
"""Seconds, all within three intervals of the most often read feed."""


def everything() -> Snapshot:
    """A bot of which everything has just been read."""
    resting = make_pair_status(open_orders=(make_order(),), last_trade=make_trade())
    return make_snapshot(
        [resting],
        config=make_config((ConfigEntry(("GUI", "port"), "5000"),)),
        balances=[make_balance()],
        pnl=make_pnl(pairs=(PairPnl(BTC, "stepgrid", 1, 1, 0, 1.0, 0.0, 0.1, 1.0),)),
        intents=[make_intent(), make_intent(state=IntentState.UNKNOWN, id="b")],
        feeds={
            Topic(Kind.DAY, "binance"): make_feed({BTC.key: DayStats(1.0, 2.0, 1.0, 3.0)}),
            Topic(Kind.CANDLES, BTC.key): make_feed(make_candles()),
            Topic(Kind.MARKS, BTC.key): make_feed((Mark(NOW, MarkKind.NOTE, "note"),)),
            Topic(Kind.HISTORY, "0"): make_feed(HistoryPage((make_trade(),), 1)),
            Topic(Kind.FILES, Folder.STRATEGY): make_feed(FileList(Folder.STRATEGY, ("a.js",))),
            Topic(Kind.AUTH): make_feed(AuthStatus("ok", False, True, False, NOW + timedelta(days=900))),
            Topic(Kind.CLOCK): make_feed(ServerClock(0.1)),
        },
    )


VIEWS: dict[str, Callable[[Snapshot, datetime], object]] = {
    "bar": lambda snapshot, now: status.bar(snapshot, BTC, now, 120),
    "pairs": pairs.rows,
    "pair": lambda snapshot, now: pairs.detail(snapshot, BTC, now, 118, 9),
    "orders": lambda snapshot, now: orders.rows(entries(snapshot), snapshot, now),
    "order": lambda snapshot, now: [summary(entry, snapshot, now) for entry in entries(snapshot)],
    "balances": balances.rows,
    "pnl": pnl.rows,
    "figures": lambda snapshot, now: pnl.figures(snapshot, now, 120),
    "candle": lambda snapshot, now: candles.ohlc(snapshot, BTC, now),
    "marks": lambda snapshot, now: candles.marks(snapshot, BTC, now, 3),
    "files": lambda snapshot, now: files.content(snapshot, files.CONFIG, now, 80),
    "bot": lambda snapshot, now: bot.lines(snapshot, now, "0.1.0", 80),
    "ages": lambda snapshot, now: bot.ages(snapshot, now, frozenset(Kind)),
    "core": core.core_state,
    "fleet": lambda snapshot, now: (fleet.rows((snapshot,), "", now), fleet.totals((snapshot,), now)),
    "dot": lambda snapshot, now: panel.freshness_mark(snapshot.pairs, now, snapshot.link),
    "problem": lambda snapshot, now: panel.problem_line(snapshot.pairs, now, snapshot.link),
}


@pytest.mark.parametrize("name", VIEWS)
def test_time_alone_changes_nothing_while_data_is_fresh(name: str) -> None:
    snapshot, view = everything(), VIEWS[name]
    first = view(snapshot, NOW)
    assert first or name == "problem"
    assert [view(snapshot, NOW + timedelta(seconds=seconds)) for seconds in LATER] == [first] * len(LATER)


@pytest.mark.parametrize("name", VIEWS)
def test_old_data_changes_at_most_every_five_seconds(name: str) -> None:
    snapshot, view = everything(), VIEWS[name]
    shown = [view(snapshot, NOW + timedelta(seconds=seconds)) for seconds in range(60)]
    changes = sum(before != after for before, after in pairwise(shown))
    assert changes <= 60 / panel.STEP_SECONDS
