"""Orders at a bot that keeps deals: entries for money, exits of what is open, and what stands against them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from gunbot_tui.engine.confirm import why_not_confirmed
from gunbot_tui.engine.grammar import DEAL_EXAMPLES, parse, words
from gunbot_tui.engine.ticket import moved, preview
from gunbot_tui.model.capability import Capability
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.deal import Pairlist, PairLock
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.guard import Limits, Rule, Usage
from gunbot_tui.model.host import RunState
from gunbot_tui.model.intent import IntentState
from gunbot_tui.model.market import Markets, Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import Amount, AmountUnit, OrderDraft
from gunbot_tui.model.trading import OrderType, Side
from tests.factories import NOW, make_feed, make_intent
from tests.unit.order.deal_scenes import (
    ABLE,
    ETH,
    FUTURES,
    LIMITS,
    NO_STOPS,
    PERP,
    RUN,
    SOL,
    asked,
    deal,
    order,
    status,
    trader,
    why_not,
)
from tests.unit.order.scenes import order as asked_of_gunbot
from tests.unit.order.scenes import scene

DOGE = Pair("binance", "DOGE", "USDT", "DOGE/USDT")


def sent(text: str, snapshot: Snapshot | None = None) -> PlaceOrder:
    """The command of a line that nothing blocks."""
    made = asked(text, snapshot)
    assert made.blocks == ()
    assert made.command is not None
    return made.command


def test_money_goes_in_exactly_as_typed_and_the_coins_are_an_estimate_at_the_last_price() -> None:
    command = sent("buy 50.10usdt SOL")
    assert (command.stake, command.amount, command.price) == (Decimal("50.10"), Decimal("0.334"), Decimal("150.0"))
    assert (command.side, command.type, command.closes, command.deal) == (Side.BUY, OrderType.MARKET, False, "")
    assert command.notional == Decimal("50.10")


def test_coins_go_in_for_what_they_cost_at_the_price() -> None:
    command = sent("buy 0.2 SOL @ 149.5")
    assert (command.amount, command.stake, command.type) == (Decimal("0.2"), Decimal("29.9"), OrderType.LIMIT)


def test_a_part_of_the_free_money_goes_in() -> None:
    made = asked("buy 25% SOL", trader(free="1000"))
    assert made.command is not None
    assert (made.command.stake, made.free_after) == (Decimal(250), Decimal(750))


@pytest.mark.parametrize(
    ("text", "amount"),
    [("sell all", "0.038"), ("sell 50%", "0.019"), ("sell 0.01eth", "0.01"), ("sell 32.90usdt ETH", "0.01"),
     ("close all ETH", "0.038"), ("close all #143", "0.038"), ("close 50% #143 market", "0.019"),
     ("sell 50%pos", "0.019")],
)  # fmt: skip
def test_a_sale_leaves_the_open_trade(text: str, amount: str) -> None:
    text = f"{text} market" if text == "sell 0.01eth" else text
    command = sent(text)
    assert (command.closes, command.deal, command.amount, command.stake) == (True, "143", Decimal(amount), None)
    assert (command.side, command.type) == (Side.SELL, OrderType.MARKET)


def test_the_whole_of_a_trade_is_left_to_the_last_digit() -> None:
    held = 0.05397696000000001
    assert float(sent("sell all", trader(status(ETH, deal(amount=held)))).amount) == held


def in_steps(step: str, amount: float = 0.0811) -> Snapshot:
    """Trade 143 on a market that counts amounts in whole numbers of a step."""
    return trader(status(ETH, deal(amount=amount, step=step)))


@pytest.mark.parametrize(
    ("text", "step", "amount"),
    [("sell 50%", "0.0001", "0.0405"), ("close 1% #143", "0.0001", "0.0008"), ("sell 99.99%", "0.0001", "0.081"),
     ("sell 100usdt ETH", "0.001", "0.03"), ("sell 0.0405eth market", "0.0001", "0.0405"),
     ("sell 50%", "", "0.04055"), ("sell 0.04055eth market", "", "0.04055")],
)  # fmt: skip
def test_a_part_of_a_trade_is_what_the_bot_will_sell_of_it(text: str, step: str, amount: str) -> None:
    assert sent(text, in_steps(step)).amount == Decimal(amount)


@pytest.mark.parametrize("text", ["sell all", "close 100% #143", "sell 2.9975eth market"])
def test_the_whole_of_a_trade_stays_whole_though_it_is_no_whole_number_of_steps(text: str) -> None:
    assert sent(text, in_steps("1", 2.9975)).amount == Decimal("2.9975")


@pytest.mark.parametrize(
    ("text", "step", "reason"),
    [
        ("sell 0.04055eth market", "0.0001", "ETH/USDT trades in steps of 0.0001 ETH: write 0.0405, or all"),
        ("sell 1.5eth market", "1E+0", "ETH/USDT trades in steps of 1 ETH: write 1, or all"),
        ("sell 0.5eth market", "1", "that is less than 1 ETH, the smallest step there"),
        ("sell 10%", "1", "that is less than 1 ETH, the smallest step there"),
    ],
)
def test_coins_that_the_bot_would_cut_are_not_sent(text: str, step: str, reason: str) -> None:
    assert why_not(text, in_steps(step, 2.9975)) == reason


def test_a_purchase_leaves_a_short_and_a_sale_adds_to_it() -> None:
    snapshot = trader(status(PERP, deal(PERP, is_short=True)), run=FUTURES)
    leaving, adding = sent("buy 50%", snapshot), sent("sell 50usdt", snapshot)
    assert (leaving.side, leaving.closes, leaving.deal) == (Side.BUY, True, "143")
    assert (adding.side, adding.closes, adding.deal, adding.stake) == (Side.SELL, False, "143", Decimal(50))
    assert sent("close all", snapshot).side is Side.BUY


def test_a_sale_opens_a_short_where_nothing_is_open_and_the_bot_may() -> None:
    nothing = status(PERP, last=3000.0)
    command = sent("sell 30usdt 5x", trader(nothing, run=FUTURES))
    assert (command.side, command.closes, command.leverage) == (Side.SELL, False, Decimal(5))
    assert command.amount == Decimal("0.05")
    assert why_not("sell 30usdt", trader(nothing, run=replace(FUTURES, may_short=False))) == "home opens no shorts"


@pytest.mark.parametrize("text", ["buy 900usdt{}", "sell 900usdt{} market", "buy 0.3eth{} @ 3000"])
def test_a_new_trade_on_a_contract_names_its_leverage_because_the_limits_count_the_position(text: str) -> None:
    nothing = trader(status(PERP, last=3000.0), run=FUTURES)
    assert why_not(text.format(""), nothing) == "which leverage? write 1x or 3x: the limits count the position"
    assert sent(text.format(" 1x"), nothing).leverage == 1
    assert "2700 USDT is over the limit of 1000 USDT per order" in why_not("buy 900usdt 3x", nothing)


@pytest.mark.parametrize("name", ["ETH", "ETH/USDT", "ethusdt", "ETH/USDT:USDT"])
def test_a_contract_is_named_by_its_coin_where_there_is_no_spot(name: str) -> None:
    assert sent(f"buy 30usdt {name} 5x", trader(status(PERP, last=3000.0), run=FUTURES)).pair == PERP


def test_a_trade_that_is_added_to_is_named_loudly_and_keeps_its_leverage() -> None:
    made = asked("buy 50usdt ETH")
    assert made.command is not None
    assert made.command.deal == "143"
    assert made.warnings[0] == "ADDS to the open trade #143"
    geared = trader(status(PERP, deal(PERP, leverage=3.0)), run=FUTURES)
    command = sent("buy 32.9usdt", geared)
    assert (command.amount, command.leverage) == (Decimal("0.03"), Decimal(3))
    assert why_not("buy 50usdt 5x", geared) == "trade #143 runs at 3x: its leverage can't be changed"


@pytest.mark.parametrize(
    ("text", "snapshot", "reason"),
    [
        ("sell all SOL", None, "no trade is open on SOL/USDT: there is nothing to sell"),
        ("close all SOL", None, "no trade is open on SOL/USDT: there is nothing to sell"),
        ("sell 0.039eth market", None, "trade #143 holds 0.038 ETH: 0.039 is more"),
        ("sell all 3x", None, "leverage belongs to an entry, and this leaves a trade"),
        ('sell all tag "x"', None, "a tag belongs to an entry, and this leaves a trade"),
        ("buy 50usdt SOL 3x", None, "a spot market has no leverage"),
        ("buy 1001usdt SOL", None, "it needs 1001 USDT, free are 1000"),
        ("buy 50%pos SOL", None, "a part of the position is for leaving it: type the money to put in"),
        ("buy 50usdt SOL @ bid", None, "this bot tells no bid: type the price as a number, or from last"),
        ("buy 50usdt SOL stop 160 limit 161", None, NO_STOPS),
        ("sell all stop 160 limit 159", None, NO_STOPS),
        ("buy 50usdt SOL", trader(status(SOL), free="100"),
         "no price of SOL/USDT is known: write the price, as in @ 50000"),
        ("buy 50usdt SOL", trader(status(SOL, last=150.0), run=replace(RUN, entry_type="limit")),
         "at which price? write @ and a number, @ last, or market"),
        ("buy 50usdt SOL", trader(status(SOL, last=150.0), run=None), "it is not known yet how home is set up"),
        ("buy 50usdt SOL", trader(status(SOL, last=150.0), run=replace(RUN, money="BTC")),
         "home stakes BTC: it enters nothing that is priced in USDT"),
        ("buy 50usdt ETH", trader(status(ETH, deal()), run=replace(RUN, adds_to_open=False)),
         "trade #143 is open there, and home adds to none (position_adjustment_enable is off)"),
        ("buy 50usdt ETH", trader(status(ETH, deal(orders=(order(is_open=True),)))),
         "trade #143 has an open order, and home adds to none that has: cancel 143 first"),
        ("buy 50usdt SOL", trader(status(ETH, deal()), status(SOL, last=150.0), run=replace(RUN, open_limit=1)),
         "home has 1 trades open, the most that it may have: it opens no other"),
        ("sell all", trader(status(ETH, deal(amount=0.0, orders=(order(is_open=True),)))),
         "the entry of trade #143 has not filled, it holds nothing: cancel 143 ends it"),
    ],
)  # fmt: skip
def test_what_the_bot_would_refuse_is_refused_here_in_words(text: str, snapshot: Snapshot | None, reason: str) -> None:
    made = asked(text, snapshot, Limits(hard={Rule.NOTIONAL: Decimal(5000)}))
    assert made.command is None
    assert reason in made.blocks


def test_adding_is_no_new_trade_for_the_most_that_may_be_open() -> None:
    assert sent("buy 50usdt ETH", trader(status(ETH, deal()), run=replace(RUN, open_limit=1))).deal == "143"


def test_a_bot_that_enters_nothing_on_command_still_leaves() -> None:
    able = replace(ABLE, refusals={**ABLE.refusals, Capability.PLACE_ORDER: "force_entry_enable is off"})
    assert why_not("buy 50usdt ETH", trader(able=able)) == "force_entry_enable is off"
    assert sent("sell all", trader(able=able)).deal == "143"


@pytest.mark.parametrize(
    ("state", "entry", "leave"),
    [
        (RunState.STOPPED, "home is stopped and takes no order: `:start` first", True),
        (RunState.RELOADING, "home reads its configuration anew: wait some seconds", True),
        (RunState.PAUSED, "home is paused: it enters nothing before `:start`", False),
    ],
)
def test_how_the_bot_runs_decides_what_it_takes(state: RunState, entry: str, *, leave: bool) -> None:
    snapshot = trader(run=replace(RUN, state=state))
    assert why_not("buy 50usdt SOL", snapshot) == entry
    assert (asked("sell all", snapshot).command is None) is leave


def test_what_a_forced_entry_passes_over_is_said() -> None:
    lock = PairLock("7", "SOL/USDT", "*", NOW + timedelta(minutes=30), "stop guard")
    listed = Pairlist(("ETH/USDT",), ("StaticPairList",))
    feeds = {Topic(Kind.LOCKS): make_feed((lock,)), Topic(Kind.PAIRLIST): make_feed(listed)}
    warnings = asked("buy 50usdt SOL", trader(feeds=feeds)).warnings
    assert warnings == (
        "SOL/USDT is locked until 14:32 UTC, stop guard: the bot enters all the same",
        "SOL/USDT is not on the bot's list: it enters all the same",
    )
    long = replace(lock, until=NOW + timedelta(days=2), reason="")
    assert asked("buy 50usdt SOL", trader(feeds={Topic(Kind.LOCKS): make_feed((long,))})).warnings == (
        "SOL/USDT is locked until 2026-11-23: the bot enters all the same",
    )
    over = replace(lock, until=NOW - timedelta(seconds=1))
    assert asked("buy 50usdt SOL", trader(feeds={Topic(Kind.LOCKS): make_feed((over,))})).warnings == ()


def test_any_market_of_the_exchange_is_entered_and_what_is_unusual_is_said() -> None:
    markets = Markets("binance", "USDT", (DOGE, ETH, SOL), frozenset({DOGE}))
    listed = Pairlist(("ETH/USDT", "SOL/USDT"), ("StaticPairList",))
    feeds = {Topic(Kind.MARKETS): make_feed(markets), Topic(Kind.PAIRLIST): make_feed(listed)}
    made = asked("buy 50usdt doge @ 0.1", trader(feeds=feeds))
    assert made.command is not None
    assert (made.command.pair, made.command.amount) == (DOGE, Decimal(500))
    assert made.must_type == "50"
    assert made.warnings[1:] == (
        "DOGE/USDT is not on the bot's list: it enters all the same",
        "DOGE/USDT is closed at binance now: it will hardly take the order",
    )


def test_a_pair_that_is_on_no_list_and_no_market_is_refused_by_name() -> None:
    gone = OrderDraft(DOGE, Side.BUY, amount=Amount(Decimal(50), AmountUnit.MONEY))
    known = trader(feeds={Topic(Kind.MARKETS): make_feed(Markets("binance", "USDT", (ETH, SOL)))})
    assert preview(gone, known, NOW, limits=LIMITS).blocks[0] == "no market DOGE/USDT at binance"
    assert preview(gone, trader(), NOW, limits=LIMITS).blocks[0] == "home does not trade DOGE/USDT on binance"


def test_an_exit_says_what_it_takes_the_place_of_and_what_would_stay() -> None:
    resting = order("9002", is_entry=False, is_open=True, side=Side.SELL)
    assert asked("sell all", trader(status(ETH, deal(orders=(resting,))))).warnings == (
        "an exit of trade #143 rests already: this one takes its place",
    )
    assert asked("sell 95%").warnings == (
        "only 6.251 USDT would stay: too little for most exchanges, all leaves whole",
    )


def test_what_leaving_realises_is_the_bots_own_figure_moved_to_the_price() -> None:
    assert asked("sell all").gain == Decimal("3.2")
    assert asked("sell 50%").gain == Decimal("1.6")
    assert asked("sell all @ 3300").gain == Decimal("3.58")


def test_an_exit_under_way_says_nothing_of_a_trade_that_holds_nothing_yet() -> None:
    going = make_intent(sent("sell all"), IntentState.HANDED_OVER, created_at=NOW - timedelta(minutes=2))
    entering = status(ETH, deal(amount=0.0, orders=(order("9002", is_open=True),)))
    assert "has not filled" in why_not("sell 0.1eth ETH/USDT market", trader(entering, intents=(going,)))


def test_an_exit_that_is_not_shown_yet_is_not_left_twice() -> None:
    half = replace(sent("sell 50%"), amount=Decimal("0.019"))
    going = make_intent(half, IntentState.HANDED_OVER, created_at=NOW - timedelta(minutes=2))
    assert sent("sell 50%", trader(intents=(going,))).amount == Decimal("0.0095")
    assert "holds 0.019 ETH" in why_not("sell 0.02eth market", trader(intents=(going,)))


def test_the_whole_of_a_trade_can_be_left_whatever_is_under_way() -> None:
    half = replace(sent("sell 50%"), amount=Decimal("0.019"))
    going = make_intent(half, IntentState.HANDED_OVER, created_at=NOW - timedelta(minutes=2))
    made = asked("sell all", trader(intents=(going,)))
    assert made.command is not None
    assert made.command.amount == Decimal("0.038")
    assert f"{going.short_id} (handed over) not seen yet: the bot leaves what it still holds" in made.warnings


def test_an_exit_that_never_arrived_does_not_keep_anybody_in_the_trade() -> None:
    for text in ("sell all", "sell 50%"):
        lost = make_intent(sent(text), IntentState.UNKNOWN, created_at=NOW - timedelta(minutes=2))
        made = asked("sell all", trader(intents=(lost,)))
        assert made.command is not None
        assert made.command.amount == Decimal("0.038")
        assert made.must_type == lost.short_id
        assert made.consent.intents == {lost.id}
        assert made.warnings[0].endswith(f"{lost.short_id}; `:settle {lost.short_id} absent` if it never came")
        assert asked("sell 50%", trader(intents=(lost,))).amount == Decimal("0.019")


def test_an_exit_in_doubt_counts_against_a_part_until_the_bot_was_read_since() -> None:
    lost = make_intent(sent("sell all"), IntentState.UNKNOWN, created_at=NOW - timedelta(minutes=2))
    unread = replace(lost, updated_at=NOW + timedelta(seconds=1))
    assert why_not("sell 50%", trader(intents=(unread,))) == (
        f"nothing of ETH/USDT is left to sell: {lost.short_id} (unknown) takes it, "
        f"`:settle {lost.short_id} absent` if it never came"
    )
    assert asked("sell all", trader(intents=(unread,))).must_type == lost.short_id


def test_money_that_is_on_its_way_is_not_free_any_more() -> None:
    going = make_intent(sent("buy 300usdt SOL"), IntentState.HANDED_OVER, created_at=NOW - timedelta(minutes=2))
    assert asked("buy 50usdt SOL", trader(intents=(going,))).free_before == Decimal(700)


def test_limits_of_money_hold_for_what_enters_and_let_pass_what_leaves() -> None:
    small = Limits(hard={Rule.NOTIONAL: Decimal(100), Rule.NOTIONAL_HOUR: Decimal(110), Rule.ORDERS_MINUTE: Decimal(1)})
    busy = replace(trader(), usage=Usage(hour={"USDT": Decimal(20)}, minute=5))
    assert "(max_notional)" in asked("buy 101usdt SOL", limits=small).blocks[0]
    leaving = asked("sell all", busy, small)
    assert (leaving.blocks, leaving.must_type) == ((), "")
    assert leaving.warnings == (
        (
            "145.02 USDT with what the last hour saw is over the limit of 110 USDT per hour (max_notional_hour); "
            "125.02 USDT is over the limit of 100 USDT per order (max_notional): leaving a position passes"
        ),
    )


def test_more_than_is_held_is_refused_without_advice_on_parts() -> None:
    small = Limits(hard={Rule.NOTIONAL: Decimal(100)})
    blocks = asked("sell 0.4eth market", limits=small).blocks
    assert blocks[0] == "trade #143 holds 0.038 ETH: 0.4 is more"
    assert not any("at most" in block for block in blocks)


def test_a_price_far_from_the_market_is_refused_to_an_exit_too() -> None:
    assert "(max_collar_percent)" in why_not("sell all @ 2588")


def test_a_review_is_not_confirmed_once_the_trade_is_another_one() -> None:
    before = trader()
    made = asked("sell all", before)
    for after in (trader(status(ETH, deal(id="150"))), trader(status(ETH, deal(amount=0.05)))):
        assert why_not_confirmed(made, before, after, NOW, LIMITS) == "there is more to agree to"
    assert why_not_confirmed(made, before, before, NOW, LIMITS) is None
    entry = asked("buy 50usdt SOL", before)
    opened = trader(status(ETH, deal()), status(SOL, deal(SOL, "144", price=150.0)))
    assert why_not_confirmed(entry, before, opened, NOW, LIMITS) == "there is more to agree to"
    assert why_not_confirmed(entry, before, before, NOW, LIMITS) is None


def test_a_last_price_that_moved_takes_the_review_back() -> None:
    made = asked("buy 50usdt SOL @ 149")
    assert not moved(made, trader(status(SOL, last=150.7)))
    assert moved(made, trader(status(SOL, last=150.8)))


@pytest.mark.parametrize(
    "text",
    ["buy 50usdt SOL 3x", 'buy 50usdt SOL tag "break out"', 'buy 0.5 SOL 2.5x @ 149 tag "a@b"', "close 50% ETH market"],
)
def test_what_a_line_says_can_be_written_again(text: str) -> None:
    pairs = (ETH, SOL)
    draft = parse(text, pairs=pairs, selected=ETH, deals=())
    assert parse(words(draft), pairs=pairs, selected=None, deals=()) == draft


@pytest.mark.parametrize(("text", "meaning"), DEAL_EXAMPLES)
def test_every_example_is_understood(text: str, meaning: str) -> None:
    draft = parse(text, pairs=(ETH, SOL), selected=None, deals=(deal(),))
    assert parse(words(draft), pairs=(ETH, SOL), selected=None, deals=(deal(),)) == draft
    assert meaning


def test_leverage_and_tag_are_words_of_their_own() -> None:
    draft = parse('buy 50usdt SOL 3X @ 149 TAG "break out?"', pairs=(ETH, SOL), selected=ETH, deals=())
    assert isinstance(draft, OrderDraft)
    assert (draft.pair, draft.leverage, draft.tag) == (SOL, Decimal(3), "break out?")


def test_a_bot_without_deals_takes_neither_leverage_nor_tag() -> None:
    for text in ("buy 0.01 BTC/USDT 5x @ 50000", 'buy 0.01 BTC/USDT @ 50000 tag "x"'):
        made = asked_of_gunbot(text, scene())
        assert made.command is None
        assert made.blocks == ("home is told neither leverage nor tags with an order: leave them out",)
