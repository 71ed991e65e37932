"""Orders and other commands to a bot that keeps deals, from the line and the keys to the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from gunbot_tui.model.command import (
    AllowPairs,
    BlockPairs,
    Control,
    DeleteDeal,
    LockPair,
    PlaceOrder,
    ReloadConfig,
    ReloadDeal,
    StartCore,
    StopCore,
    StopEntries,
    UnlockPair,
)
from gunbot_tui.model.deal import PairLock
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.host import RunState
from gunbot_tui.model.intent import TOLD, IntentState
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.ui.field import Field
from tests.clock import until
from tests.factories import NOW, make_feed, make_intent
from tests.ui.driven import Driven, driven
from tests.unit.order.deal_scenes import ETH, FUTURES, PERP, RUN, SOL, deal, order, status, trader


def placed(shown: Driven) -> PlaceOrder:
    """The only order that was sent."""
    (command,) = shown.desk.sent
    assert isinstance(command, PlaceOrder)
    return command


def amount_field(shown: Driven) -> str:
    """What stands in the ticket's amount field."""
    return shown.cockpit.query_one("#ticket-amount", Field).value


async def test_an_entry_for_money_is_reviewed_and_sent_as_typed() -> None:
    async with driven(trader()) as shown:
        await shown.command('buy 50.10usdt SOL tag "breakout"')
        assert 'BUY about 0.334 SOL with 50.10 USDT at market tag "breakout"' in shown.ticket_text
        assert "DRY" in shown.ticket_text
        assert "price 150, 20s old" in shown.ticket_text
        await shown.confirm("B")
        command = placed(shown)
        assert (command.stake, command.tag, command.type) == (Decimal("50.10"), "breakout", OrderType.MARKET)


async def test_an_entry_on_an_open_pair_says_loudly_that_it_adds() -> None:
    async with driven(trader()) as shown:
        await shown.command("buy 50usdt ETH")
        assert "! ADDS to the open trade #143" in shown.ticket_text
        await shown.confirm("B")
        assert placed(shown).deal == "143"


async def test_an_exit_says_which_trade_what_it_realises_and_what_stays() -> None:
    async with driven(trader()) as shown:
        await shown.command("sell 50% ETH")
        assert "EXIT 0.019 ETH of trade #143 for about 62.51 USDT at market" in shown.ticket_text
        assert "realises about +1.60 USDT · 0.019 ETH stay open" in shown.ticket_text
        await shown.confirm("S")
        assert shown.desk.sent == []
        await shown.confirm("C")
        command = placed(shown)
        assert (command.side, command.closes, command.deal) == (Side.SELL, True, "143")


async def test_an_exit_at_a_loss_says_so_with_the_minus_of_the_tables() -> None:
    async with driven(trader(status(ETH, replace(deal(), profit=-3.2)))) as shown:
        await shown.command("sell 50% ETH")
        assert "realises about −1.60 USDT · 0.019 ETH stay open" in shown.ticket_text


async def test_the_sell_key_opens_an_exit_even_where_entries_are_off() -> None:
    async with driven(trader()) as shown:
        await shown.press("s")
        assert "EXIT ETH" in shown.ticket_text
        await shown.type("all")
        await shown.press("enter")
        await shown.confirm("C")
        assert placed(shown).amount == Decimal("0.038")


async def test_the_buy_key_begins_at_the_market_where_the_bot_enters_so() -> None:
    async with driven(trader(status(SOL, last=150.0))) as shown:
        await shown.press("b")
        await shown.type("30usdt")
        await shown.press("enter")
        assert "BUY about 0.2 SOL with 30.00 USDT at market" in shown.ticket_text


async def test_the_ticket_takes_leverage_and_tag_behind_its_amount() -> None:
    async with driven(trader(status(PERP, last=3000.0), run=FUTURES)) as shown:
        await shown.press("b")
        await shown.type('50usdt 5x tag "dip"')
        assert 'BUY about 0.08333333 ETH PERP with 50.00 USDT at market at 5x tag "dip"' in shown.ticket_text
        await shown.press("enter")
        await shown.press("e")
        assert amount_field(shown) == '50USDT 5x tag "dip"'
        await shown.press("enter")
        await shown.confirm("B")
        command = placed(shown)
        assert (command.leverage, command.tag, command.stake) == (Decimal(5), "dip", Decimal(50))


async def test_words_without_an_amount_wait_behind_it_in_the_ticket() -> None:
    async with driven(trader(status(PERP, last=3000.0), run=FUTURES)) as shown:
        await shown.command('buy ETH 3x tag "dip" market')
        assert "no amount yet" in shown.ticket_text
        await shown.type("50usdt")
        assert amount_field(shown) == '50usdt 3x tag "dip"'
        await shown.press("right_square_bracket")
        assert amount_field(shown) == '25% 3x tag "dip"'


async def test_an_unfinished_word_behind_the_amount_is_named() -> None:
    async with driven(trader(status(PERP, last=3000.0), run=FUTURES)) as shown:
        await shown.press("b")
        await shown.type("50usdt ta")
        assert '"ta" does not belong after the amount' in shown.ticket_text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sell all SOL", "no trade is open on SOL/USDT: there is nothing to sell"),
        ("buy 50usdt SOL @ bid", "this bot tells no bid: type the price as a number, or from last"),
        ("buy 2000usdt SOL", "it needs 2000 USDT, free are 1000"),
    ],
)
async def test_what_the_bot_would_refuse_comes_back_for_mending(text: str, reason: str) -> None:
    async with driven(trader()) as shown:
        await shown.command(text)
        assert reason in shown.ticket_text + shown.last
        await shown.confirm("B")
        assert shown.desk.sent == []


async def test_a_stopped_bot_says_what_to_do_first() -> None:
    async with driven(trader(run=replace(RUN, state=RunState.STOPPED))) as shown:
        await shown.command("sell all ETH")
        assert "home is stopped and takes no order: `:start` first" in shown.ticket_text


async def test_an_old_price_asks_for_the_money() -> None:
    async with driven(trader(status(SOL, last=150.0, age=600))) as shown:
        await shown.command("buy 50usdt SOL")
        assert "the last price is 600s old: where the market is now is not known" in shown.ticket_text
        await shown.press("B", "backspace")
        assert shown.desk.sent == []
        await shown.type("50")
        await shown.confirm("B")
        assert placed(shown).stake == Decimal(50)


async def test_a_price_that_was_just_read_and_stands_still_says_so() -> None:
    snapshot = trader()
    still = make_feed(snapshot.pairs.value, changed_seconds=45)
    async with driven(replace(snapshot, feeds={**snapshot.feeds, Topic(Kind.PAIRS): still})) as shown:
        await shown.command("sell all ETH")
        assert "price 3290, read 0s ago, unmoved for 45s" in shown.ticket_text


async def test_a_trade_that_is_replaced_meanwhile_is_not_left_by_an_old_review() -> None:
    async with driven(trader()) as shown:
        await shown.command("sell all ETH")
        await shown.publish(trader(status(ETH, deal(id="150")), status(SOL, last=150.0)))
        assert "there is more to agree to: read it again" in shown.last
        await shown.confirm("C")
        assert placed(shown).deal == "150"


def two_open() -> Snapshot:
    return trader(status(ETH, deal()), status(SOL, deal(SOL, "144", amount=2.0, price=150.0)))


async def test_o19_every_trade_is_left_once_their_number_was_typed_each_as_an_order_of_its_own() -> None:
    async with driven(two_open()) as shown:
        shown.desk.answers = {1: (IntentState.REFUSED, "Failed to exit trade.")}
        await shown.command("close all everywhere")
        assert "EXIT 0.038 ETH of trade #143 for about 125.02 USDT at market +3.20 USDT" in shown.ticket_text
        assert "EXIT 2 SOL of trade #144 for about 300.00 USDT at market" in shown.ticket_text
        assert "2 exits, 425.02 USDT, profit about +6.40: #143 #144" in shown.ticket_text
        await shown.press("C", "backspace")
        assert shown.desk.sent == []
        await shown.type("2")
        await shown.confirm("C")
        orders = [command for command in shown.desk.sent if isinstance(command, PlaceOrder)]
        assert [(order.deal, order.closes) for order in orders] == [("143", True), ("144", True)]
        assert "2 exits: 1 sent, 1 refused: Failed to exit trade." in shown.last
        assert [consent.typed for consent in shown.desk.consents] == ["2", "2"]


async def test_a_trade_that_can_not_be_left_is_named_among_the_others() -> None:
    snapshot = trader(status(ETH, deal()), status(SOL, deal(SOL, "144", amount=0.0, price=150.0)))
    async with driven(snapshot) as shown:
        await shown.command("close all everywhere")
        assert "! not among them: #144, the entry of trade #144 has not filled" in shown.ticket_text
        await shown.type("1")
        await shown.confirm("C")
        assert placed(shown).deal == "143"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_however_many_trades_leave_and_stay_their_numbers_are_on_the_screen(size: tuple[int, int]) -> None:
    pairs = [Pair("binance", f"C{number}", "USDT", f"C{number}/USDT") for number in range(11)]
    held = [0.038 if number < 6 else 0.0 for number in range(11)]
    deals = [
        deal(pair, f"{147 + at}", amount=amount) for at, (pair, amount) in enumerate(zip(pairs, held, strict=True))
    ]
    async with driven(trader(*map(status, pairs, deals)), size=size) as shown:
        await shown.command("close all everywhere")
        assert "6 exits, 750.12 USDT, profit about +19.20: #147 #148 #149 #150 #151 #152" in shown.ticket_text
        assert "5 stay open: #153 #154 #155 #156 #157" in shown.ticket_text
        pages = [shown.ticket_text]
        while "! page 1 of" not in pages[-1] or len(pages) == 1:
            await shown.press("pagedown")
            pages.append(shown.ticket_text)
        for number in range(6):
            assert f"#{147 + number} 0.038 C{number} 125.02 +3.20" in " ".join(pages)
        await shown.press("pageup")
        assert shown.ticket_text == pages[-2]
        await shown.type("6")
        await shown.confirm("C")
        assert len(shown.desk.sent) == 6


async def test_a_working_order_is_told_in_the_coins_that_the_bot_shows() -> None:
    async with driven(trader()) as shown:
        resting = order("9002", is_open=True)
        entry = PlaceOrder(ETH, Side.BUY, OrderType.LIMIT, Decimal("0.0381"), Decimal(3280), stake=Decimal(125))
        intent = make_intent(entry, IntentState.WORKING, order_id="9002", reason=TOLD, created_at=shown.clock.now())
        await shown.publish(trader(status(ETH, deal(orders=(resting,))), intents=(intent,)))
        assert "BUY 0.038 ETH @ 3280 works #9002" in shown.last


async def test_nothing_open_and_a_bot_without_trades_are_said() -> None:
    async with driven(trader(status(SOL, last=150.0))) as shown:
        await shown.command("close all everywhere")
        assert "no trade is open: there is nothing to close" in shown.last
    async with driven() as shown:
        await shown.command("close all everywhere")
        assert "this bot keeps no trades" in shown.last


LOCK = PairLock("7", "SOL/USDT", "*", NOW + timedelta(minutes=30), "stop guard")


@pytest.mark.parametrize(
    ("text", "command", "told"),
    [
        ("start", StartCore(), "START home"),
        ("stop", StopCore(), "STOP home"),
        ("pause", StopEntries(), "STOP ENTRIES of home"),
        ("reload-config", ReloadConfig(), "its API is away for some seconds"),
        ("lock SOL 2h too wild", LockPair("SOL/USDT", NOW + timedelta(hours=2), "too wild"), "LOCK SOL/USDT till"),
        ("lock all 30m", LockPair("*", NOW + timedelta(minutes=30)), "LOCK all pairs till"),
        ("unlock SOL", UnlockPair("", "SOL/USDT"), "UNLOCK SOL/USDT"),
        ("unlock 7", UnlockPair("7", "SOL/USDT"), "UNLOCK SOL/USDT"),
        ("blacklist SOL .*UP/USDT", BlockPairs(("SOL/USDT", ".*UP/USDT")), "BLACKLIST SOL/USDT, .*UP/USDT"),
        ("allow SOL", AllowPairs(("SOL/USDT",)), "Take SOL/USDT off the blacklist"),
        ("reload-trade 143", ReloadDeal("143", "ETH/USDT"), "RELOAD trade 143 on ETH/USDT"),
    ],
)
async def test_a_verb_says_what_it_does_before_it_is_sent(text: str, command: Control, told: str) -> None:
    async with driven(trader(feeds={Topic(Kind.LOCKS): make_feed((LOCK,))})) as shown:
        await shown.command(text)
        assert told in shown.ticket_text
        assert shown.desk.controls == []
        await shown.confirm("T")
        (sent,) = shown.desk.controls
        if isinstance(command, LockPair):
            assert isinstance(sent, LockPair)
            assert timedelta() <= sent.until - command.until < timedelta(minutes=1)
            sent = replace(sent, until=command.until)
        assert sent == command


@pytest.mark.parametrize(("text", "place"), [("reload-trade 143", "screen 5 shows"), ("pause", "screen 8 shows")])
async def test_an_answer_names_the_screen_that_shows_what_comes_of_it(text: str, place: str) -> None:
    async with driven(trader()) as shown:
        await shown.command(text)
        await shown.confirm("T")
        await until(lambda: "the bot said yes" in shown.last)
        assert place in shown.last


async def test_o19_a_trade_is_forgotten_only_after_its_coin_was_typed_and_its_coins_are_said_to_stay() -> None:
    async with driven(trader()) as shown:
        await shown.command("delete-trade 143")
        assert "0.038 ETH stay on the exchange and nobody manages them any more" in shown.ticket_text
        await shown.press("T", "backspace")
        assert shown.desk.controls == []
        await shown.type("ETH")
        await shown.confirm("T")
        assert shown.desk.controls == [DeleteDeal("143", "ETH/USDT")]


async def test_pausing_a_stopped_bot_is_said_to_start_it() -> None:
    async with driven(trader(run=replace(RUN, state=RunState.STOPPED))) as shown:
        await shown.command("pause")
        assert "this STARTS it, paused" in shown.ticket_text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("lock SOL", "lock for how long"),
        ("lock 2h", "lock which pair"),
        ("lock SOL 0h", "is no time to lock for"),
        ("unlock SOL", "SOL/USDT is not locked"),
        ("delete-trade", "delete-trade which trade"),
        ("delete-trade 9", "no trade #9 is known here: open are #143"),
        ("pause now", "pause takes nothing"),
        ("blacklist", "blacklist which pair"),
    ],
)
async def test_a_verb_that_names_nothing_comes_back(text: str, reason: str) -> None:
    async with driven(trader(feeds={Topic(Kind.LOCKS): make_feed(())})) as shown:
        await shown.command(text)
        assert reason in shown.last
        assert not shown.cockpit.ticket.is_open


async def test_the_lock_on_all_pairs_is_ended_by_its_own_line() -> None:
    every = PairLock("9", "*", "*", NOW + timedelta(minutes=30), "max drawdown")
    async with driven(trader(feeds={Topic(Kind.LOCKS): make_feed((every,))})) as shown:
        await shown.command("unlock SOL")
        assert "SOL/USDT is not locked by itself: unlock all ends the lock on all pairs" in shown.last
        await shown.press("escape")
        await shown.command("unlock all")
        assert "UNLOCK all pairs" in shown.ticket_text
        await shown.confirm("T")
        assert shown.desk.controls == [UnlockPair("", "*")]
