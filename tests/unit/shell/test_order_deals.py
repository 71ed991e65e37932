"""`gunbot-tui order` at a bot that keeps trades: any market of its exchange can be named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.market import Markets, Pair
from gunbot_tui.shell import trade
from gunbot_tui.shell.codes import Exit, GivenUpError
from gunbot_tui.shell.prompt import Prompt
from tests.factories import make_balance, make_order, make_pair_status
from tests.unit.engine.scripted import ScriptedBot
from tests.unit.order.deal_scenes import ETH, SOL
from tests.unit.shell.shell_scenes import KINDS, core_bot, office, trading_bot

DOGE = Pair("binance", "DOGE", "USDT", "DOGE/USDT")
MARKETS = Topic(Kind.MARKETS)


def bot_with_markets() -> ScriptedBot:
    bot = trading_bot("ft")
    bot.kinds = KINDS | {Kind.MARKETS, Kind.BALANCES}
    bot.values[MARKETS] = Markets("binance", "USDT", (DOGE, ETH, SOL))
    bot.values[Topic(Kind.BALANCES)] = (make_balance(free="1000"),)
    quiet = dict.fromkeys(set(Kind) - bot.kinds, "not told")
    bot.capabilities = replace(bot.capabilities, unread={**quiet, **bot.capabilities.unread})
    return bot


async def asked(text: str, bot: ScriptedBot, journal: Path) -> Exit:
    async with office(bot, journal) as desk:
        return await trade.run(desk, text, Prompt(yes=False))


async def test_a_market_that_is_not_on_the_bots_list_is_previewed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await asked("buy 50usdt doge @ 0.1 ?", bot_with_markets(), tmp_path / "journal") is Exit.HANDED_OVER
    assert "BUY about 500 DOGE with 50.00 USDT" in capsys.readouterr().err


async def test_the_markets_are_read_only_for_a_name_that_is_no_pair_of_the_bot(tmp_path: Path) -> None:
    bot = bot_with_markets()
    assert await asked("sell all ETH ?", bot, tmp_path / "journal") is Exit.HANDED_OVER
    assert MARKETS not in bot.reads
    with pytest.raises(GivenUpError, match="unknown word") as caught:
        await asked("buy 50usdt NOSUCH @ 0.1 ?", bot, tmp_path / "journal")
    assert caught.value.code is Exit.BAD_TEXT
    assert bot.reads.count(MARKETS) == 1


async def test_every_order_of_a_cancel_is_listed_before_it_is_agreed_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders = tuple(make_order(ETH, id=f"55889{number}") for number in range(40))
    bot = core_bot("home", (make_pair_status(ETH, open_orders=orders),))
    bot.capabilities = Capabilities(unread=dict.fromkeys(set(Kind) - bot.kinds, "not told"))
    with pytest.raises(GivenUpError, match="no terminal"):
        await asked("cancel all everywhere with bot", bot, tmp_path / "journal")
    shown = capsys.readouterr().err
    assert [order.id for order in orders if f"#{order.id} · binance\n" not in shown] == []
    assert " more" not in shown
