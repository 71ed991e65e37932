"""The language of orders: what is understood, what is refused, and that nothing is guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gunbot_tui.engine.amounts import amount_words
from gunbot_tui.engine.grammar import (
    EXAMPLES,
    VERBS,
    TextError,
    is_question,
    looks_like_order,
    parse_amount,
    parse_price,
    price_words,
    words,
)
from gunbot_tui.model.market import Pair
from gunbot_tui.model.ticket import Draft, OrderDraft, PriceAnchor
from gunbot_tui.model.trading import OrderType, Side
from tests.unit.order.language import (
    BTC,
    BTC_THIRD,
    ETH,
    ETH_BTC,
    LONG,
    PEPE,
    SHORT,
    SOL_THERE,
    asked,
    at,
    buy,
    coins,
    money,
    near,
    part,
    read,
    refused,
    sell,
    share,
)


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        ("buy 0.01 USDT-BTC @ 50000", buy(coins("0.01"), at("50000"))),
        ("BUY 0.01 usdt-btc @50000", buy(coins("0.01"), at("50000"))),
        ("buy 0.01 btc/usdt@60975.0", buy(coins("0.01"), at("60975.0"))),
        ("buy 0.01 limit 50000", buy(coins("0.01"), at("50000"))),
        ("buy 0.01 BTCUSDT @ bid", buy(coins("0.01"), near(PriceAnchor.BID))),
        ("buy 0.01btc", buy(coins("0.01"))),
        ("buy 0.01 btc", buy(coins("0.01"))),
        ("buy 100usdt @ mid -0.2%", buy(money("100"), near(PriceAnchor.MID, "-0.2"))),
        ("buy 100 usdt @ mid - 0.2 %", buy(money("100"), near(PriceAnchor.MID, "-0.2"))),
        ("buy 100 usdt BTC @ last+1%", buy(money("100"), near(PriceAnchor.LAST, "1"))),
        ("buy 100 usdt BTC @ last+1", buy(money("100"), near(PriceAnchor.LAST, money="1"))),
        ("buy 100usdt @ ask - 0.5", buy(money("100"), near(PriceAnchor.ASK, money="-0.5"))),
        ("buy $100 BTC", buy(money("100"))),
        ("buy 100$ BTC", buy(money("100"))),
        ("buy $100 @ ask", buy(money("100"), near(PriceAnchor.ASK))),
        ("buy 25 %", buy(share("25"))),
        ("sell 25%pos", sell(part("25"))),
        ("sell 25 % of position @ ask", sell(part("25"), near(PriceAnchor.ASK))),
        ("sell 25% of POS BTC/USDT", sell(part("25"))),
        ("buy 2 ETH/BTC @ 0.05", buy(coins("2"), at("0.05"), ETH_BTC)),
        ("buy 5 1000pepe", buy(coins("5"), pair=PEPE)),
        ("buy 5 1000pepe 1000PEPE/USDT", buy(coins("5"), pair=PEPE)),
        ("buy 1000PEPE/USDT", buy(None, pair=PEPE)),
        ("buy 1eth binance/USDT-ETH", buy(coins("1"), pair=ETH)),
        ("buy 1btc binance#3/USDT-BTC", buy(coins("1"), pair=BTC_THIRD)),
        ("buy 1 btc USDT-BTC-LONG", buy(coins("1"), pair=LONG)),
        ("buy 1 BTC/USDT LONG @ bid", buy(coins("1"), near(PriceAnchor.BID), LONG)),
        ("buy", buy(None)),
        ("buy @ bid", buy(None, near(PriceAnchor.BID))),
        ("sell 25% BTC/USDT @ ask", sell(share("25"), near(PriceAnchor.ASK))),
        ("sell all @ bid +0.5%", sell(share("100"), near(PriceAnchor.BID, "0.5"))),
        ("buy 0.01btc market", OrderDraft(BTC, Side.BUY, OrderType.MARKET, coins("0.01"))),
        ("sell all BTC/USDT MARKET", OrderDraft(BTC, Side.SELL, OrderType.MARKET, share("100"))),
        (
            "sell 0.01 stop 49000 limit 48900",
            OrderDraft(BTC, Side.SELL, OrderType.STOP_LIMIT, coins("0.01"), at("48900"), at("49000")),
        ),
        (
            "buy 0.01 limit ask +1% stop ask +0.5%",
            OrderDraft(
                BTC,
                Side.BUY,
                OrderType.STOP_LIMIT,
                coins("0.01"),
                near(PriceAnchor.ASK, "1"),
                near(PriceAnchor.ASK, "0.5"),
            ),
        ),
        ("sell all trail 49000", OrderDraft(BTC, Side.SELL, OrderType.TRAILING_STOP, share("100"), None, at("49000"))),
        (
            "sell all trail bid -2% @ last",
            OrderDraft(
                BTC,
                Side.SELL,
                OrderType.TRAILING_STOP,
                share("100"),
                near(PriceAnchor.LAST),
                near(PriceAnchor.BID, "-2"),
            ),
        ),
        (
            "sell 0.01 BTC/USDT oco 52000 stop 49000 limit 48900",
            OrderDraft(BTC, Side.SELL, OrderType.OCO, coins("0.01"), at("52000"), at("49000"), at("48900")),
        ),
        ("close all BTC/USDT LONG", OrderDraft(LONG, Side.SELL, OrderType.LIMIT, part("100"), closes=True)),
        (
            "close 50% ADA/USDT SHORT @ 2",
            OrderDraft(SHORT, Side.BUY, OrderType.LIMIT, part("50"), at("2"), closes=True),
        ),
        (
            "close 0.5 USDT-BTC-LONG market",
            OrderDraft(LONG, Side.SELL, OrderType.MARKET, coins("0.5"), closes=True),
        ),
    ],
)
def test_a_line_means_this_draft(text: str, draft: Draft) -> None:
    assert read(text) == draft


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("buy 1 000", ["two numbers", '"1"', '"000"', "without spaces"]),
        ("buy NaN", ['"NaN"', "no pair"]),
        ("buy 1\x1b[31m", ["U+001B"]),
        ("buy 101%", ["at most 100%"]),
        ("buy 0%", ["above zero"]),
        ("buy 1 @ 0", ["price 0", "above zero"]),
        ("buy 1 @", ["no price"]),
        ("buy 1 @ axk", ['"axk"', 'did you mean "ask"']),
        ("buy 1 @ ask -100%", ["leaves no price"]),
        ("buy 1 @ ask 0.2%", ['"ask 0.2%"']),
        ("buy 1 @ ask +1,5", ["distance", "write 1.5"]),
        ("buy 1 @ 50000 -1%", ["stands alone"]),
        ("buy 1 @ 50000 BTC/USDT", ["stands alone"]),
        ("buy 1 @ 5 @ 6", ["@ twice"]),
        ("buy 1 ask", ["put @ before the price"]),
        ("buy 1 market @ 5", ["market", "leave one of them out"]),
        ("buy 1 @ market", ["market"]),
        ("buy market 1", ['"1" behind market', "at the end"]),
        ("buy 1 markt", ['"markt"', 'did you mean "market"']),
        ("buy 1 stop 49000", ["a stop needs its limit", "stop 49000 limit PRICE"]),
        ("buy 1 stop 49000 @ 48000", ["a stop needs its limit"]),
        ("buy 1 stop 49000 limit", ["no limit"]),
        ("buy 1 stop x limit 5", ['stop "x"']),
        ("buy 1 oco 52000", ["oco has three prices"]),
        ("buy 1 trail 5 stop 4 limit 3", ["do not go together"]),
        ("buy btc 1", ["the amount stands before the pair"]),
        ("buy 10 BTC/USDC @ 1", ['"BTC/USDC"', 'did you mean "BTC/USDT"']),
        ("buy $5 ETH/BTC", ["priced in BTC"]),
        ("buy 100eth BTC/USDT", ['"eth"', "BTC, USDT or %"]),
        ("buy [/red]", ["[/red]"]),
        ("byu 1", ['did you mean "buy"']),
        ("", ["buy, sell, close, cancel or again"]),
        ("?", ["nothing to do"]),
        ("close all", ["only a LONG or SHORT contract", "write sell or buy"]),
        ("close all BTC/USDT LONG stop 5 limit 4", ["close knows no stop-limit"]),
        ("buy " + "1" * 1100, ["too many"]),
    ],
)
def test_nonsense_gets_one_line_that_names_it(text: str, parts: list[str]) -> None:
    message = refused(text)
    assert [part for part in parts if part not in message] == []


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("buy 50000", ("buy 50000BTC", "buy 50000USDT")),
        ("sell 0.5 BTC/USDT", ("sell 0.5BTC BTC/USDT", "sell 0.5USDT BTC/USDT")),
        ("buy 7 ?", ("buy 7BTC ?", "buy 7USDT ?")),
        ("buy 5 1000PEPE/USDT", ("buy 5 1000PEPE 1000PEPE/USDT", "buy 5USDT 1000PEPE/USDT")),
        ("close 1 BTC/USDT LONG", ("close 1BTC BTC/USDT LONG", "close 1USDT BTC/USDT LONG")),
        ("buy 50000 market", ("buy 50000BTC market", "buy 50000USDT market")),
        ("sell 0.5 BTC/USDT MARKET ?", ("sell 0.5BTC BTC/USDT market ?", "sell 0.5USDT BTC/USDT market ?")),
        ("buy 5 SOL @ 3?", ("buy 5 kraken/USDT-SOL @ 3 ?", "buy 5 bybit/USDT-SOL @ 3 ?")),
        ("buy 5sol SOL market", ("buy 5sol kraken/USDT-SOL market", "buy 5sol bybit/USDT-SOL market")),
        ("buy 5eth @ ask", ("buy 5eth ETH/USDT @ ask", "buy 5eth ETH/BTC @ ask")),
    ],
)
def test_what_can_be_read_in_two_ways_is_a_question_whose_choices_are_whole_lines(
    text: str, choices: tuple[str, ...]
) -> None:
    assert asked(text) == choices


def test_money_that_is_also_a_coin_is_not_guessed() -> None:
    assert "0.01btc, or the pair in full" in refused("buy 0.01 btc", ETH_BTC)
    as_money, as_coin = asked("buy 0.01 btc @ ask", ETH_BTC)
    assert read(as_money, ETH_BTC) == buy(money("0.01"), near(PriceAnchor.ASK), ETH_BTC)
    assert read(as_coin, ETH_BTC) == buy(coins("0.01"), near(PriceAnchor.ASK), BTC)
    assert read("buy 0.01btc", ETH_BTC) == buy(money("0.01"), pair=ETH_BTC)


def test_all_is_a_share_even_where_a_coin_is_called_so() -> None:
    assert read("sell all market") == OrderDraft(BTC, Side.SELL, OrderType.MARKET, share("100"))


@pytest.mark.parametrize("amount", ["0.01", "0.01 SOL", "0.01sol"])
def test_an_order_takes_a_pair_as_tables_show_it_with_its_exchange(amount: str) -> None:
    assert read(f"buy {amount} SOL/USDT bybit @ 5", None) == buy(coins("0.01"), at("5"), SOL_THERE)


def test_without_a_selected_pair_one_must_be_named() -> None:
    assert "no pair is selected" in refused("buy 1 @ 5", None)
    assert read("buy 1 ETH/BTC @ 5", None) == buy(coins("1"), at("5"), ETH_BTC)


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        ("again", buy(coins("0.05"), at("48000"))),
        ("again 0.02", buy(coins("0.02"), at("48000"))),
        ("again 0.02 btc", buy(coins("0.02"), at("48000"))),
        ("again 100usdt", buy(money("100"), at("48000"))),
        ("again 0.02 @ 49500", buy(coins("0.02"), at("49500"))),
        ("again @ ask +1", buy(coins("0.05"), near(PriceAnchor.ASK, money="1"))),
        ("again market", OrderDraft(BTC, Side.BUY, OrderType.MARKET, coins("0.05"))),
        (
            "again stop 51000 limit 51100",
            OrderDraft(BTC, Side.BUY, OrderType.STOP_LIMIT, coins("0.05"), at("51100"), at("51000")),
        ),
    ],
)
@pytest.mark.parametrize("selected", [BTC, ETH, None])
def test_again_is_the_last_order_with_what_is_said_about_it(text: str, draft: Draft, selected: Pair | None) -> None:
    assert read(text, selected) == draft


@pytest.mark.parametrize(
    ("text", "last", "part"),
    [
        ("again", None, "no order was written here yet"),
        ("again ETH/USDT", buy(coins("1")), "stays on BTC/USDT"),
        ("again 1 btc ETH/USDT", buy(coins("1")), '"ETH/USDT" behind again'),
        ("again 1", buy(money("50")), "1 of what: BTC or USDT?"),
        ("again 1 market", buy(coins("50")), "1 of what: BTC or USDT?"),
        ("again 1,5", buy(coins("1")), "write 1.5"),
        (
            "again @ 5",
            OrderDraft(BTC, Side.SELL, OrderType.OCO, coins("1"), at("3"), at("2"), at("1")),
            "as in again oco 3 stop 2 limit 1",
        ),
        ("again trail 5", OrderDraft(LONG, Side.SELL, amount=coins("1"), closes=True), "closes a position"),
    ],
)
def test_again_refuses_what_is_not_an_edit_of_the_last_order(text: str, last: OrderDraft | None, part: str) -> None:
    assert part in refused(text, last=last)


def test_a_number_alone_behind_again_is_asked_back_when_the_last_order_counted_something_else() -> None:
    assert asked("again 1 @ 5 ?", last=buy(share("10"))) == ("again 1BTC @ 5 ?", "again 1USDT @ 5 ?")


def test_a_number_alone_at_the_market_is_no_question_where_a_position_is_closed() -> None:
    draft = OrderDraft(LONG, Side.SELL, OrderType.MARKET, coins("0.01"), closes=True)
    assert read("close 0.01 USDT-BTC-LONG market") == draft
    assert read("again 0.02 market", last=draft) == replace(draft, amount=coins("0.02"))


@pytest.mark.parametrize(("text", "meaning"), EXAMPLES)
def test_every_example_is_understood(text: str, meaning: str) -> None:
    draft = read(text)
    assert read(words(draft), None) == draft
    assert meaning


def test_the_examples_show_every_verb() -> None:
    assert {text.split()[0] for text, _ in EXAMPLES} == set(VERBS)


@pytest.mark.parametrize(
    ("text", "is_order"),
    [
        ("buy", True),
        (" SELL 1", True),
        ("cancel all", True),
        ("again", True),
        ("close all", True),
        ("book XRP", False),
        ("", False),
    ],
)
def test_an_order_is_known_by_its_first_word(text: str, is_order: bool) -> None:
    assert looks_like_order(text) is is_order


@pytest.mark.parametrize("text", ["buy 0.01 @ 50000 ?", "buy 0.01 @ 50000?", "cancel all ? "])
def test_a_question_mark_at_the_end_only_asks(text: str) -> None:
    assert is_question(text)
    assert read(text) == read(text.rstrip(" ?"))


def test_a_line_without_a_question_mark_at_its_end_asks_nothing() -> None:
    assert not is_question("buy 0.01 @ 50000")
    assert "?" in refused("buy ? 1")


@pytest.mark.parametrize("text", ["0.0041", "100USDT", "25%", "25%pos", "all"])
def test_the_amount_field_reads_what_it_writes(text: str) -> None:
    assert amount_words(parse_amount(text, BTC), BTC) == text


def test_a_part_of_a_contract_that_is_closed_is_one_of_its_position() -> None:
    assert parse_amount("all", LONG, closes=True) == part("100")
    assert parse_amount("25%", LONG, closes=True) == part("25")


@pytest.mark.parametrize("text", ["60975.0", "ask", "mid -0.2%", "last +1%", "bid +5", "ask -0.5"])
def test_the_price_field_reads_what_it_writes(text: str) -> None:
    assert price_words(parse_price(text)) == text


@pytest.mark.parametrize("text", ["", "1 2", "100eth", "0.01btc usdt", "ask", "1,5", "25% pos x"])
def test_the_amount_field_refuses_the_rest(text: str) -> None:
    with pytest.raises(TextError):
        parse_amount(text, BTC)


def test_a_coin_alone_with_a_contract_selected_is_asked_about_where_spot_trades_it_too() -> None:
    assert asked("buy 0.01 BTC @ bid", LONG) == (
        "buy 0.01BTC bybit/USDT-BTC-LONG @ bid",
        "buy 0.01BTC binance/USDT-BTC @ bid",
        "buy 0.01BTC binance#3/USDT-BTC @ bid",
    )
    assert read("buy 0.01 ADA @ bid", SHORT) == buy(coins("0.01"), near(PriceAnchor.BID), SHORT)
