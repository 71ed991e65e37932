"""For any draft and any text: a draft in words is the same draft again, and a text is a draft or one line of reason."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from gunbot_tui.engine.grammar import SIDES, Ambiguous, TextError, words
from gunbot_tui.model.market import Pair
from gunbot_tui.model.ticket import Amount, AmountUnit, CancelDraft, CancelScope, Draft, OrderDraft, Price, PriceAnchor
from gunbot_tui.model.trading import OrderType, Side
from tests.unit.order.language import LONG, PAIRS, SHORT, read

NUMBERS = st.from_regex(r"\A[0-9]{1,18}(\.[0-9]{1,18})?\Z").map(Decimal).filter(bool)
SHARES = NUMBERS.filter(lambda value: value <= 100)
COUNTED = st.builds(Amount, NUMBERS, st.sampled_from((AmountUnit.COIN, AmountUnit.MONEY)))
PARTS = st.builds(Amount, SHARES, st.just(AmountUnit.POSITION))
AMOUNTS = st.one_of(st.none(), COUNTED, PARTS, st.builds(Amount, SHARES, st.just(AmountUnit.PERCENT)))
ANCHORS = st.sampled_from([anchor for anchor in PriceAnchor if anchor is not PriceAnchor.NUMBER])
OFFSETS = st.one_of(
    st.just(Decimal(0)), NUMBERS, NUMBERS.filter(lambda value: value < 100).map(lambda value: value.copy_negate())
)
PRICES = st.one_of(
    st.builds(lambda value: Price(PriceAnchor.NUMBER, value), NUMBERS),
    st.builds(lambda anchor, percent: Price(anchor, offset_percent=percent), ANCHORS, OFFSETS),
    st.builds(lambda anchor, money: Price(anchor, offset_money=money), ANCHORS, NUMBERS),
    st.builds(lambda anchor, money: Price(anchor, offset_money=money.copy_negate()), ANCHORS, NUMBERS),
)
PAIR, SIDE = st.sampled_from(PAIRS), st.sampled_from(Side)


def typed(type: OrderType, **prices: st.SearchStrategy[Price | None]) -> st.SearchStrategy[OrderDraft]:
    return st.builds(OrderDraft, PAIR, SIDE, st.just(type), AMOUNTS, **prices)


def closing(pair: Pair, type: OrderType, amount: Amount | None, price: Price | None) -> OrderDraft:
    limit = price if type is OrderType.LIMIT else None
    return OrderDraft(pair, SIDES[pair.contract], type, amount, limit, closes=True)


CLOSES = st.builds(
    closing,
    st.sampled_from((LONG, SHORT)),
    st.sampled_from((OrderType.LIMIT, OrderType.MARKET)),
    st.one_of(st.none(), COUNTED, PARTS),
    st.none() | PRICES,
)
ORDERS = st.one_of(
    typed(OrderType.LIMIT, price=st.none() | PRICES),
    typed(OrderType.MARKET),
    typed(OrderType.STOP_LIMIT, price=PRICES, stop=PRICES),
    typed(OrderType.TRAILING_STOP, price=st.none() | PRICES, stop=PRICES),
    typed(OrderType.OCO, price=PRICES, stop=PRICES, stop_limit=PRICES),
    CLOSES,
)
IDS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._:-]{0,40}\Z") | st.sampled_from(("all", "BTC", "everywhere", "357044"))
MARKED = st.tuples(st.sampled_from([pair.key for pair in PAIRS]), IDS)
CANCELS = st.one_of(
    st.builds(lambda id, pair: CancelDraft(CancelScope.ONE, pair, id), IDS, st.none() | PAIR),
    st.builds(lambda ids: CancelDraft(CancelScope.MARKED, ids=tuple(ids)), st.lists(MARKED, min_size=1, max_size=12)),
    st.builds(lambda pair, bot: CancelDraft(CancelScope.OURS_ON_PAIR, pair, with_bot=bot), PAIR, st.booleans()),
    st.builds(lambda bot: CancelDraft(CancelScope.EVERYWHERE, with_bot=bot), st.booleans()),
)
SELECTED = st.none() | PAIR


@given(st.one_of(ORDERS, CANCELS), SELECTED)
@settings(max_examples=600)
def test_a_draft_in_words_is_the_same_draft_whatever_is_selected(draft: Draft, selected: Pair | None) -> None:
    assert read(words(draft), selected) == draft


@given(ORDERS, SELECTED)
def test_again_alone_is_the_last_order_exactly(draft: OrderDraft, selected: Pair | None) -> None:
    assert read("again", selected, draft) == draft


WORDS = (
    "buy sell close cancel again all market @ stop limit trail oco ask mid last - + 0.2 % 1e3 $ $5 1,5 0.01 50000 "
    "BTC usdt BTC/USDT LONG ADA ETH SOL 5sol [/red] 100usdt 25%pos of position #1 1000PEPE everywhere with bot "
    "kraken/USDT-SOL#7 ? \x1b ١"
)
PIECES = st.sampled_from(WORDS.split(" "))
LINES = st.lists(PIECES, max_size=8).map(" ".join)
VERBED = st.tuples(st.sampled_from(("buy", "sell", "close", "cancel", "again")), LINES).map(" ".join)


@given(st.text() | LINES | VERBED, SELECTED)
@settings(max_examples=1000)
def test_any_text_is_a_draft_or_a_text_error_in_one_line(text: str, selected: Pair | None) -> None:
    try:
        draft = read(text, selected)
    except TextError as error:
        message = str(error)
        assert message
        assert "\n" not in message
        assert len(message) < 400
        choices = error.choices if isinstance(error, Ambiguous) else ("something else",)
        assert choices
        assert text not in choices
    else:
        assert read(words(draft), None) == draft
