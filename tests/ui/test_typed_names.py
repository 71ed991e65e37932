"""Names that are typed: looked up among all markets of the exchange, which are read only while somebody types."""

from __future__ import annotations

from gunbot_tui.model.command import BlockPairs
from gunbot_tui.model.deal import Pairlist
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Markets, Pair
from gunbot_tui.ui.field import Field
from tests.factories import make_feed
from tests.ui.driven import driven
from tests.unit.order.deal_scenes import ETH, SOL, trader

MARKETS = Topic(Kind.MARKETS)
DOGE = Pair("binance", "DOGE", "USDT", "DOGE/USDT")
WIDE = trader(
    feeds={
        MARKETS: make_feed(Markets("binance", "USDT", (DOGE, ETH, SOL))),
        Topic(Kind.PAIRLIST): make_feed(Pairlist(("ETH/USDT", "SOL/USDT"), ("StaticPairList",), ("PEPE/USDT",))),
    }
)


async def test_the_markets_are_wanted_only_while_somebody_types() -> None:
    async with driven(trader()) as shown:
        for opening, closing in ((":", "escape"), ("ctrl+p", "escape"), ("b", "q")):
            assert MARKETS not in shown.session.shown
            await shown.press(opening)
            assert MARKETS in shown.session.shown, opening
            await shown.press(closing)
        assert MARKETS not in shown.session.shown


async def test_a_market_that_the_bot_does_not_have_is_offered_and_entered() -> None:
    async with driven(WIDE) as shown:
        await shown.press(":")
        await shown.type("buy 50usdt d")
        await shown.press("tab")
        assert shown.cockpit.line.query_one(Field).value == "buy 50usdt DOGE/USDT "
        await shown.type("@ 0.1")
        await shown.press("enter")
        assert "DOGE/USDT" in shown.ticket_text
        assert "not on the bot's list" in shown.ticket_text


async def test_what_is_taken_off_the_blacklist_is_offered_from_it() -> None:
    async with driven(WIDE) as shown:
        await shown.press(":")
        await shown.type("allow ")
        await shown.press("tab")
        assert shown.cockpit.line.query_one(Field).value == "allow PEPE/USDT "


async def test_a_name_that_is_no_market_is_warned_of_and_can_still_be_barred() -> None:
    async with driven(WIDE) as shown:
        await shown.command("blacklist NOSUCH/USDT")
        assert "No market of binance in USDT is called NOSUCH/USDT" in shown.ticket_text
        await shown.confirm("T")
        assert shown.desk.controls == [BlockPairs(("NOSUCH/USDT",))]


async def test_a_market_that_the_bot_does_not_have_is_barred_by_its_coin() -> None:
    async with driven(WIDE) as shown:
        await shown.command("blacklist doge")
        assert "BLACKLIST DOGE/USDT" in shown.ticket_text
        assert "No market" not in shown.ticket_text
