"""The frame's lines: the bar loses its least important words first and turns as a whole when it must be seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gunbot_tui.model.bot import Link, LinkState, TradeMode
from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import PairState
from gunbot_tui.views import format as fmt
from gunbot_tui.views import masthead, orders, panel, status
from gunbot_tui.views.cell import Tone
from tests.factories import (
    HALT,
    NOW,
    make_balance,
    make_config,
    make_feed,
    make_intent,
    make_order,
    make_pair,
    make_pair_status,
    make_pnl,
    make_problem,
    make_snapshot,
    text_of,
    with_feed,
)

BTC = make_pair()
OFFLINE = Link(LinkState.OFFLINE, NOW, make_problem(), NOW + timedelta(seconds=4))


def full(**changes: object) -> Snapshot:
    """A bot of which everything is known."""
    resting = (make_order(), make_order(id="2"), make_order(id="3"))
    snapshot = make_snapshot(
        [make_pair_status(open_orders=resting)],
        config=make_config(cycle_delay_seconds={"binance": 2.0}),
        balances=[make_balance(), make_balance("BTC", "0.0123", "0")],
        pnl=make_pnl(),
    )
    return replace(snapshot, **changes)  # type: ignore[arg-type]  # the tests name fields of the snapshot


def bar(snapshot: Snapshot, width: int = 120, *, frozen: bool = False) -> str:
    """The bar's text for the pair BTC/USDT."""
    return text_of(status.bar(snapshot, BTC, NOW, width, frozen=frozen))


def test_a_bar_of_any_width_ends_in_words() -> None:
    elsewhere = "1 unknown elsewhere (key 0)"
    told = [text_of(status.bar(full(), BTC, NOW, width, others=elsewhere)) for width in range(45, 130)]
    assert [text for text in told if text.rstrip().endswith("·") or "·   " in text] == []


def test_a_wide_bar_says_everything() -> None:
    told = bar(full())
    assert told.startswith(" home  LIVE  ●  free 1204.00 USDT · 3 working · 0 unknown · today +12.41 USDT ▲0.56%")
    assert told.endswith("core running, 2 s cycle ")
    assert fmt.width(told) == 120


@pytest.mark.parametrize(
    ("width", "end"),
    [
        (100, "▲0.56%   core running "),
        (84, "▲0.56%"),
        (80, "today +12.41 USDT"),
        (70, "unknown · +12.41"),
        (60, "3 working · 0 unknown"),
        (40, " home  LIVE  ●  3 working · 0 unknown"),
        (20, " home  LIVE  ●  "),
    ],
)
def test_a_narrow_bar_loses_its_least_important_words_first(width: int, end: str) -> None:
    told = bar(full(), width)
    assert told.endswith(end)
    assert fmt.width(told) <= width


def test_an_unknown_order_is_never_lost_from_the_bar() -> None:
    snapshot = full(intents=(make_intent(state=IntentState.UNKNOWN), make_intent(state=IntentState.AMBIGUOUS)))
    for width in (26, 40, 80, 120):
        line = status.bar(snapshot, BTC, NOW, width)
        assert [span.text for span in line if span.tone is Tone.ALERT] == [" LIVE ", "2 unknown"]


@pytest.mark.parametrize(
    ("mode", "badge", "tone"),
    [
        (TradeMode.CONFIRM, " LIVE ", Tone.ALERT),
        (TradeMode.DEMO, " DEMO ", Tone.CALM),
        (TradeMode.READ_ONLY, " READ-ONLY ", Tone.CALM),
    ],
)
def test_the_badge_says_what_may_happen(mode: TradeMode, badge: str, tone: Tone) -> None:
    line = status.bar(make_snapshot(mode=mode), None, NOW, 80)
    assert (line[1].text, line[1].tone) == (badge, tone)


def test_a_core_that_does_not_trade_outranks_the_result_of_the_day() -> None:
    stopped = with_feed(full(), Topic(Kind.CONFIG), make_feed(make_config(core_enabled=False), interval_seconds=60))
    told = bar(stopped, 80)
    assert told.endswith("core stopped ")
    assert "today" not in told
    assert "3 working" in told


def test_nothing_known_is_a_dash_and_not_zero() -> None:
    told = bar(make_snapshot())
    assert told.startswith(" home  LIVE  …  free - · - working · 0 unknown")
    assert "today" not in told


def test_free_money_says_on_which_of_several_exchanges() -> None:
    elsewhere = make_pair_status(make_pair(exchange="binance#3"))
    assert "free 1204.00 USDT on binance · " in bar(make_snapshot([make_pair_status(), elsewhere]))
    assert "free 1204.00 USDT · " in bar(make_snapshot([make_pair_status()]))


def test_free_money_comes_from_the_pair_until_balances_are_read() -> None:
    assert "free 1204.00 USDT" in bar(make_snapshot([make_pair_status()]))
    assert "free" not in text_of(status.bar(make_snapshot(), None, NOW, 120))


def test_old_numbers_say_their_age() -> None:
    old_balance = make_feed((make_balance(),), age_seconds=42, interval_seconds=10)
    old_report = make_feed(make_pnl(), age_seconds=600, interval_seconds=60)
    snapshot = with_feed(with_feed(full(), Topic(Kind.BALANCES), old_balance), Topic(Kind.PNL), old_report)
    told = bar(snapshot, 160)
    assert "free 1204.00 USDT 40s ago · " in told
    assert "today +12.41 USDT STALE 10m" in told


def test_a_share_that_the_bot_reckons_is_told_as_it_is() -> None:
    told = with_feed(full(), Topic(Kind.PNL), make_feed(replace(make_pnl(), today_percent=-1.114), interval_seconds=60))
    assert "today +12.41 USDT ▼1.11%" in bar(told)


def test_a_loss_points_down_and_an_unrelated_unit_has_no_share() -> None:
    lost = with_feed(full(), Topic(Kind.PNL), make_feed(make_pnl(today=-12.41), interval_seconds=60))
    assert "today −12.41 USDT ▼0.56%" in bar(lost)
    other = with_feed(full(), Topic(Kind.PNL), make_feed(replace(make_pnl(), unit="BTC"), interval_seconds=60))
    assert "▲" not in bar(other)


@pytest.mark.parametrize(
    ("snapshot", "frozen", "text", "tone"),
    [
        (full(halt=HALT), False, "HALTED: nothing is sent · type :release · by cockpit 4711 since ", Tone.ALERT),
        (full(link=OFFLINE), False, ": no answer from 127.0.0.1:3000 · next try in 5 s", Tone.ALERT),
        (full(link=Link(LinkState.REFUSED)), False, "REFUSED", Tone.ALERT),
        (full(link=Link(LinkState.OFFLINE)), False, "OFFLINE", Tone.ALERT),
        (full(journal_problem=make_problem("disk full")), False, "NO NEW ORDERS: disk full", Tone.ALERT),
        (full(), True, "FROZEN: the view stands still · z goes on", Tone.CALM),
        (full(halt=HALT), True, "FROZEN", Tone.ALERT),
    ],
)
def test_the_whole_bar_turns(snapshot: Snapshot, frozen: bool, text: str, tone: Tone) -> None:
    (span,) = status.bar(snapshot, BTC, NOW, 120, frozen=frozen)
    assert text in span.text
    assert span.text.startswith(" home  LIVE  ")
    assert span.tone is tone
    assert fmt.width(span.text) == 120


LONG = "127.0.0.1:8080 answers with a web page, not with Freqtrade's API: are port and path right?"
OTHERS = "2 bots need you (key 0)"


@pytest.mark.parametrize(
    ("width", "others", "since", "told"),
    [
        (120, "", timedelta(), "answers with a web page, not with Freqtrade's AP… · next try in 5 s"),
        (80, "", timedelta(), "127.0.0.1:8080 answers … · next try in 5 s"),
        (80, OTHERS, timedelta(), f"OFFLINE since 14:02:11 · next try in 5 s · {OTHERS}"),
        (80, OTHERS, timedelta(days=1), f"OFFLINE · next try in 5 s · {OTHERS}"),
        (40, "", timedelta(), "OFFLINE · next try in 5 s"),
    ],
)  # fmt: skip
def test_a_long_reason_gives_way_to_the_next_try(width: int, others: str, since: timedelta, told: str) -> None:
    away = full(link=replace(OFFLINE, since=NOW - since, problem=make_problem(LONG)))
    text = text_of(status.bar(away, BTC, NOW, width, others=others))
    assert told in text
    assert fmt.width(text) == width


def test_a_reason_gives_way_to_the_next_try_beside_other_warnings_too() -> None:
    away = full(link=replace(OFFLINE, problem=make_problem(LONG)))
    assert "… · next try in 5 s · FROZEN: the view stands still" in bar(away, frozen=True)
    assert "next try in 5 s" in bar(replace(away, halt=HALT), 100)


def test_what_else_is_wrong_stands_before_who_halted_and_a_halt_may_be_nobodys() -> None:
    told = bar(full(halt=HALT, journal_problem=make_problem("disk full")))
    assert "type :release · NO NEW ORDERS: disk full · halted by cockpit 4711 since " in told
    assert "type :release · since " in bar(full(halt=replace(HALT, by="")))


def test_a_turned_bar_still_counts_unknown_orders() -> None:
    assert "1 unknown" in bar(full(halt=HALT, intents=(make_intent(state=IntentState.UNKNOWN),)))


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (120, " 1 Pairs  2 Book  3 Candles  4 PnL  5 Orders  6 Balances  7 Files  8 Bot "),
        (80, " 1Pr 2Bk 3Ca 4PnL 5Or 6Ba 7Fi 8Bot "),
        (40, " 1 2Bk 3 4 5 6 7 8 "),
    ],
)
def test_the_tabs_fit_every_width_with_the_pair_at_the_right(width: int, text: str) -> None:
    told = text_of(masthead.tabs("book", width, BTC))
    assert told.startswith(text)
    assert told.endswith("BTC/USDT  [ ] ")
    assert fmt.width(told) == width


def test_the_current_tab_stands_out_and_a_tiny_screen_keeps_the_digits() -> None:
    assert [span.text for span in masthead.tabs("book", 120, None) if span.tone is Tone.STRONG] == [
        " 2 Book ",
        "no pair  ",
    ]
    assert panel.cells(masthead.tabs("book", 20, BTC)) <= 20


def test_orders_that_can_not_be_read_are_never_a_number() -> None:
    read = make_pair_status(open_orders=(make_order(),))
    unread = make_pair_status(make_pair("XRP"), open_orders=None)
    assert " · 1+? working · " in bar(make_snapshot([read, unread]))
    nothing_seen = make_snapshot([make_pair_status(open_orders=()), unread])
    assert " · ? working · " in bar(nothing_seen)
    assert text_of(orders.title(nothing_seen)).startswith("? working")


def test_a_paused_bot_that_tells_all_its_orders_has_none_rather_than_an_unknown_number() -> None:
    idle = make_pair_status(state=PairState.PAUSED, open_orders=())
    assert " · 0 working · " in bar(make_snapshot([idle], capabilities=Capabilities(has_deals=True)))
    assert " · ? working · " in bar(make_snapshot([idle]))


@pytest.mark.parametrize("width", [30, 40, 80, 120])
def test_no_warning_hides_unknown_orders(width: int) -> None:
    unknown = full(intents=(make_intent(state=IntentState.UNKNOWN),))
    told = (
        bar(replace(unknown, halt=HALT), width),
        bar(replace(unknown, link=OFFLINE), width),
        bar(unknown, width, frozen=True),
    )
    for line in told:
        assert line.rstrip().endswith(" · 1 unknown")
        assert fmt.width(line) == width
