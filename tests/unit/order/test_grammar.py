"""The language of orders: what is understood, what is refused, and that nothing is guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gunbot_tui.engine.grammar import (
    EXAMPLES,
    TextError,
    amount_words,
    looks_like_order,
    parse,
    parse_amount,
    parse_price,
    price_words,
    words,
)
from gunbot_tui.engine.naming import find_pair
from gunbot_tui.model.market import Pair
from gunbot_tui.model.ticket import (
    Amount,
    AmountUnit,
    CancelDraft,
    CancelScope,
    Draft,
    OrderDraft,
    Price,
    PriceAnchor,
)
from gunbot_tui.model.trading import OrderType, Side
from tests.factories import make_pair

BTC = make_pair()
ETH = make_pair("ETH")
ETH_BTC = make_pair("ETH", "BTC")
PEPE = make_pair("1000PEPE")
BTC_THIRD = make_pair(exchange="binance#3")
LONG = make_pair(exchange="bybit", contract="LONG")
SOL_HERE, SOL_THERE = make_pair("SOL", exchange="kraken"), make_pair("SOL", exchange="bybit")
PAIRS = (BTC, ETH, ETH_BTC, PEPE, BTC_THIRD, LONG, SOL_HERE, SOL_THERE)


def coins(text: str) -> Amount:
    return Amount(Decimal(text), AmountUnit.COIN)


def money(text: str) -> Amount:
    return Amount(Decimal(text), AmountUnit.MONEY)


def share(text: str) -> Amount:
    return Amount(Decimal(text), AmountUnit.PERCENT)


def at(text: str) -> Price:
    return Price(PriceAnchor.NUMBER, Decimal(text))


def near(anchor: PriceAnchor, percent: str = "0") -> Price:
    return Price(anchor, offset_percent=Decimal(percent))


def buy(amount: Amount | None, price: Price | None = None, pair: Pair = BTC) -> OrderDraft:
    return OrderDraft(pair, Side.BUY, OrderType.LIMIT, amount, price)


def sell(amount: Amount, price: Price) -> OrderDraft:
    return OrderDraft(BTC, Side.SELL, OrderType.LIMIT, amount, price)


def market(side: Side, amount: Amount) -> OrderDraft:
    return OrderDraft(BTC, side, OrderType.MARKET, amount)


def read(text: str, selected: Pair | None = BTC) -> Draft:
    return parse(text, pairs=PAIRS, selected=selected)


def refused(text: str, selected: Pair | None = BTC) -> str:
    with pytest.raises(TextError) as caught:
        read(text, selected)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        ("buy 0.01 USDT-BTC @ 50000", buy(coins("0.01"), at("50000"))),
        ("BUY 0.01 usdt-btc @50000", buy(coins("0.01"), at("50000"))),
        ("buy 0.01 btc/usdt @ 60975.0", buy(coins("0.01"), at("60975.0"))),
        ("buy 0.01 BTCUSDT", buy(coins("0.01"))),
        ("buy 0.01btc", buy(coins("0.01"))),
        ("buy 0.01 btc", buy(coins("0.01"))),
        ("buy 100usdt @ mid -0.2%", buy(money("100"), near(PriceAnchor.MID, "-0.2"))),
        ("buy 100 usdt @ mid - 0.2 %", buy(money("100"), near(PriceAnchor.MID, "-0.2"))),
        ("buy 100 usdt BTC @ last+1%", buy(money("100"), near(PriceAnchor.LAST, "1"))),
        ("buy $100 BTC", buy(money("100"))),
        ("buy $100 @ ask", buy(money("100"), near(PriceAnchor.ASK))),
        ("buy 25 %", buy(share("25"))),
        ("buy 2 ETH/BTC", buy(coins("2"), pair=ETH_BTC)),
        ("buy 5 1000pepe", buy(coins("5"), pair=PEPE)),
        ("buy 1000PEPE/USDT", buy(None, pair=PEPE)),
        ("buy 1 binance#3/USDT-BTC", buy(coins("1"), pair=BTC_THIRD)),
        ("buy 1 USDT-BTC-LONG", buy(coins("1"), pair=LONG)),
        ("buy 1 BTC/USDT LONG", buy(coins("1"), pair=LONG)),
        ("buy", buy(None)),
        ("buy @ bid", buy(None, near(PriceAnchor.BID))),
        ("sell 25% BTC/USDT @ ask", sell(share("25"), near(PriceAnchor.ASK))),
        (
            "sell all @ bid +0.5%",
            sell(share("100"), near(PriceAnchor.BID, "0.5")),
        ),
        ("buy 0.01 market", market(Side.BUY, coins("0.01"))),
        ("sell all BTC/USDT MARKET", market(Side.SELL, share("100"))),
        ("cancel 357044", CancelDraft(CancelScope.ONE, None, "357044")),
        ("cancel #357044", CancelDraft(CancelScope.ONE, None, "357044")),
        ("cancel 357044 ETH/BTC", CancelDraft(CancelScope.ONE, ETH_BTC, "357044")),
        ("cancel all", CancelDraft(CancelScope.OURS_ON_PAIR, BTC)),
        ("cancel ALL eth/btc", CancelDraft(CancelScope.OURS_ON_PAIR, ETH_BTC)),
    ],
)
def test_a_line_means_this_draft(text: str, draft: Draft) -> None:
    assert read(text) == draft


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        ("1e3", "no exponent"),
        ("1E-8", "no exponent"),
        (".5", "write 0.5"),
        ("5.", "write 5"),
        ("+1", "without a sign"),
        ("-1", "without a sign"),
        ("1_000", "without grouping"),
        ("1'000", "without grouping"),
        ("1,5", "write 1.5: a comma is never guessed"),
        ("1.234,5", "a comma is never guessed"),
        ("1.2.3", "one point"),
        ("0", "above zero"),
        ("0.000", "above zero"),
        ("1" * 40, "at most 18 digits"),
        ("0." + "1" * 19, "at most 18 digits"),
    ],
)
def test_what_only_looks_like_a_number_is_refused_with_what_to_write(number: str, advice: str) -> None:
    assert advice in refused(f"buy {number}")
    assert advice in refused(f"buy {number}usdt")
    assert advice in refused(f"buy 1 @ {number}")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("buy 1 000", ["two numbers", '"1"', '"000"', "without spaces"]),
        ("buy 0x10", ['"x10"']),
        ("buy NaN", ['"NaN"', "no pair"]),
        ("buy ١٢", ["U+0661", "place 5"]),
        ("buy 1\u00a0000", ["U+00A0", "place 6"]),
        ("buy 1\x1b[31m", ["U+001B"]),
        ("buy 101%", ["at most 100%"]),
        ("buy 0%", ["above zero"]),
        ("buy 1 @ 0", ["price 0", "above zero"]),
        ("buy 1 @", ["no price"]),
        ("buy 1 @ axk", ['"axk"', 'did you mean "ask"']),
        ("buy 1 @ ask -100%", ["leaves no price"]),
        ("buy 1 @ ask 0.2%", ['"ask 0.2%"']),
        ("buy 1 @ 50000 -1%", ["stands alone"]),
        ("buy 1 @ 50000 BTC/USDT", ["stands alone"]),
        ("buy 1 ask", ["put @ before the price"]),
        ("buy 1 market @ 5", ["market", "leave one of them out"]),
        ("buy 1 @ market", ["market"]),
        ("buy 1 markt", ['"markt"', 'did you mean "market"']),
        ("buy 100eth BTC/USDT", ['"eth"', "BTC, USDT or %"]),
        ("buy 10 BTC/USDC", ['"BTC/USDC"', 'did you mean "BTC/USDT"']),
        ("buy 5 SOL", ["2 pairs", "kraken/USDT-SOL", "bybit/USDT-SOL"]),
        ("buy $5 ETH/BTC", ["priced in BTC"]),
        ("buy [/red]", ["[/red]"]),
        ("byu 1", ['did you mean "buy"']),
        ("", ["buy, sell or cancel"]),
        ("cancel", ["cancel all"]),
        ("cancel [x]", ["[x]"]),
        ("buy " + "1" * 300, ["too many"]),
    ],
)
def test_nonsense_gets_one_line_that_names_it(text: str, parts: list[str]) -> None:
    message = refused(text)
    assert [part for part in parts if part not in message] == []


def test_money_that_is_also_a_coin_is_not_guessed() -> None:
    assert "0.01btc, or the pair in full" in refused("buy 0.01 btc", ETH_BTC)
    assert read("buy 0.01btc", ETH_BTC) == buy(money("0.01"), pair=ETH_BTC)


def test_without_a_selected_pair_one_must_be_named() -> None:
    assert "no pair is selected" in refused("buy 1", None)
    assert read("buy 1 ETH/BTC", None) == buy(coins("1"), pair=ETH_BTC)


def test_a_name_on_two_exchanges_means_the_selected_pairs_exchange() -> None:
    assert read("buy 1 BTC/USDT", ETH) == buy(coins("1"), pair=BTC)
    assert read("buy 1 BTC/USDT", BTC_THIRD) == buy(coins("1"), pair=BTC_THIRD)
    assert "binance#3/USDT-BTC" in refused("buy 1 BTC/USDT", SOL_HERE)


def test_a_contract_is_never_taken_for_spot() -> None:
    assert find_pair("BTC/USDT", (LONG, BTC), None) == BTC
    with pytest.raises(TextError):
        find_pair("BTC/USDT", (LONG,), None)


@pytest.mark.parametrize(("text", "meaning"), EXAMPLES)
def test_every_example_is_understood(text: str, meaning: str) -> None:
    assert words(read(text))
    assert meaning


@pytest.mark.parametrize(
    ("text", "is_order"), [("buy", True), (" SELL 1", True), ("cancel all", True), ("book XRP", False), ("", False)]
)
def test_an_order_is_known_by_its_first_word(text: str, is_order: bool) -> None:
    assert looks_like_order(text) is is_order


@pytest.mark.parametrize("text", ["0.0041", "100USDT", "25%", "all"])
def test_the_amount_field_reads_what_it_writes(text: str) -> None:
    assert amount_words(parse_amount(text, BTC), BTC) == text


@pytest.mark.parametrize("text", ["60975.0", "ask", "mid -0.2%", "last +1%"])
def test_the_price_field_reads_what_it_writes(text: str) -> None:
    assert price_words(parse_price(text)) == text


@pytest.mark.parametrize("text", ["", "1 2", "100eth", "0.01btc usdt", "ask", "1,5"])
def test_the_amount_field_refuses_the_rest(text: str) -> None:
    with pytest.raises(TextError):
        parse_amount(text, BTC)


NUMBERS = st.from_regex(r"\A[0-9]{1,18}(\.[0-9]{1,18})?\Z").map(Decimal).filter(bool)
AMOUNTS = st.one_of(
    st.none(),
    st.builds(Amount, NUMBERS, st.sampled_from((AmountUnit.COIN, AmountUnit.MONEY))),
    st.builds(Amount, NUMBERS.filter(lambda value: value <= 100), st.just(AmountUnit.PERCENT)),
)
ANCHORS = st.sampled_from([anchor for anchor in PriceAnchor if anchor is not PriceAnchor.NUMBER])
OFFSETS = st.one_of(
    st.just(Decimal(0)), NUMBERS, NUMBERS.filter(lambda value: value < 100).map(lambda value: value.copy_negate())
)
PRICES = st.one_of(
    st.none(),
    st.builds(lambda value: Price(PriceAnchor.NUMBER, value), NUMBERS),
    st.builds(lambda anchor, percent: Price(anchor, offset_percent=percent), ANCHORS, OFFSETS),
)
ORDERS = st.one_of(
    st.builds(OrderDraft, st.sampled_from(PAIRS), st.sampled_from(Side), st.just(OrderType.LIMIT), AMOUNTS, PRICES),
    st.builds(OrderDraft, st.sampled_from(PAIRS), st.sampled_from(Side), st.just(OrderType.MARKET), AMOUNTS),
)
CANCELS = st.one_of(
    st.builds(
        lambda id, pair: CancelDraft(CancelScope.ONE, pair, id),
        st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._:-]{0,40}\Z").filter(lambda id: id.lower() != "all"),
        st.one_of(st.none(), st.sampled_from(PAIRS)),
    ),
    st.builds(lambda pair: CancelDraft(CancelScope.OURS_ON_PAIR, pair), st.sampled_from(PAIRS)),
)


@given(st.one_of(ORDERS, CANCELS), st.one_of(st.none(), st.sampled_from(PAIRS)))
@settings(max_examples=400)
def test_a_draft_in_words_is_the_same_draft_whatever_is_selected(draft: Draft, selected: Pair | None) -> None:
    assert read(words(draft), selected) == draft


PIECES = st.sampled_from(
    [
        "buy",
        "sell",
        "cancel",
        "all",
        "market",
        "@",
        "ask",
        "mid",
        "-",
        "0.2",
        "%",
        "1e3",
        "$",
        "$5",
        "1,5",
        "BTC",
        "usdt",
        "BTC/USDT",
        "LONG",
        "ETH",
        "[/red]",
        "100usdt",
        "#1",
        "1000PEPE",
        "\x1b",
        "١",
    ]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=7).map(" ".join)), st.one_of(st.none(), st.sampled_from(PAIRS)))
@settings(max_examples=600)
def test_any_text_is_a_draft_or_a_text_error_in_one_line(text: str, selected: Pair | None) -> None:
    try:
        draft = read(text, selected)
    except TextError as error:
        message = str(error)
        assert message
        assert "\n" not in message
        assert len(message) < 400
    else:
        assert read(words(draft), None) == draft
