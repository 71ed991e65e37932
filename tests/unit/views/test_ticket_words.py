"""Every type of an order in words: each number with every digit that is sent, on any width."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.model.command import CancelOrder, PlaceOrder
from gunbot_tui.model.guard import Consent
from gunbot_tui.model.intent import NOT_TRIED, IntentState
from gunbot_tui.model.ticket import CancelDraft, CancelPreview, CancelScope, OrderDraft, OrderPreview
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Tone
from gunbot_tui.views.ticket import confirm_key, lines, seen, title
from gunbot_tui.views.ticket_fate import results_line
from gunbot_tui.views.ticket_words import command_text, gain_text, sentence
from tests.factories import NOW, make_cancel, make_intent, make_order, make_pair, make_snapshot, text_of

PAIR = make_pair()
LONG, SHORT = (make_pair(exchange="bybit", contract=contract) for contract in ("LONG", "SHORT"))


def make_typed(
    type: OrderType,
    side: Side = Side.SELL,
    price: str = "48900",
    stop: str | None = None,
    stop_limit: str | None = None,
    amount: str = "0.01",
    closes: bool = False,
) -> OrderPreview:
    """An order of any type beside a touch of 50000 and 50001."""
    pair = PAIR if not closes else LONG if side is Side.SELL else SHORT
    bid, ask = Decimal(50000), Decimal(50001)
    numbers = [None if text is None else Decimal(text) for text in (stop, stop_limit)]
    command = PlaceOrder(pair, side, type, Decimal(amount), Decimal(price), numbers[0], numbers[1], closes=closes)
    return OrderPreview(
        draft=OrderDraft(pair, side, type, closes=closes),
        command=command,
        made_at=NOW,
        amount=command.amount,
        price=command.price,
        stop=command.stop,
        stop_limit=command.stop_limit,
        notional=command.amount * command.price,
        touch=bid if side is Side.BUY else ask,
        opposite=ask if side is Side.BUY else bid,
        touch_age_seconds=1.0,
        max_notional=Decimal(500),
    )


STOP_SELL = make_typed(OrderType.STOP_LIMIT, stop="49000")
STOP_BUY = make_typed(OrderType.STOP_LIMIT, Side.BUY, "52100", "52000")
TRAIL = make_typed(OrderType.TRAILING_STOP, price="50000", stop="49000")
OCO = make_typed(OrderType.OCO, price="52000", stop="49000", stop_limit="48900")
EVERY = (
    make_typed(OrderType.LIMIT, Side.BUY, "50000"),
    make_typed(OrderType.MARKET),
    STOP_SELL,
    STOP_BUY,
    TRAIL,
    OCO,
    make_typed(OrderType.LIMIT, price="51000", closes=True),
    make_typed(OrderType.MARKET, Side.BUY, closes=True),
)


def first(made: OrderPreview) -> str:
    return text_of(lines(made, 200)[0])


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (make_typed(OrderType.LIMIT, Side.BUY, "50000"), "BUY 0.01 BTC with 500.00 USDT @ 50000  (at the touch)"),
        (make_typed(OrderType.MARKET), "SELL for about 489.00 USDT: 0.01 BTC at market"),
        (STOP_SELL, "SELL for 489.00 USDT: 0.01 BTC stop 49000, then limit 48900  (stop 1000 under the bid)"),
        (STOP_BUY, "BUY 0.01 BTC with 521.00 USDT stop 52000, then limit 52100  (stop 1999 over the ask)"),
        (
            TRAIL,
            (
                "SELL for about 500.00 USDT: 0.01 BTC trails from 50000, stop 49000"
                "  (trails 1000 · stop 1000 under the bid)"
            ),
        ),
        (
            OCO,
            (
                "SELL for 520.00 USDT: 0.01 BTC OCO: target 52000, or stop 49000 then limit 48900"
                "  (target 1999 over the touch, stop 1000 under the bid)"
            ),
        ),
        (
            make_typed(OrderType.LIMIT, price="51000", amount="0.5", closes=True),
            "CLOSE 0.5 BTC LONG @ 51000 for 25500.00 USDT  (999 over the touch)",
        ),
        (
            make_typed(OrderType.MARKET, Side.BUY, "50001", amount="0.5", closes=True),
            "CLOSE 0.5 BTC SHORT at market with about 25000.50 USDT",
        ),
    ],
)
def test_every_type_reads_as_a_trader_says_it(made: OrderPreview, words: str) -> None:
    assert first(made) == words


@pytest.mark.parametrize("made", EVERY)
def test_buy_and_sell_differ_by_colour_and_by_the_key_that_sends(made: OrderPreview) -> None:
    head = lines(made, 200)[0][0]
    assert head.tone is (Tone.BUY if made.draft.side is Side.BUY else Tone.SELL)
    expected = "C" if made.draft.closes else "B" if made.draft.side is Side.BUY else "S"
    assert confirm_key(made) == expected
    assert text_of(lines(made, 200)[-1]).startswith(f"{expected} send ")


@pytest.mark.parametrize("compact", [True, False])
@given(
    st.sampled_from(EVERY),
    st.decimals("0.00000001", 10**8, places=8),
    st.lists(st.decimals("0.00000001", 10**6, places=8), min_size=3, max_size=3),
    st.integers(38, 80),
)
def test_no_width_from_40_columns_on_cuts_a_number_that_is_sent(
    compact: bool, made: OrderPreview, amount: Decimal, prices: list[Decimal], width: int
) -> None:
    changed = replace(
        made,
        amount=amount,
        price=prices[0],
        stop=None if made.stop is None else prices[1],
        stop_limit=None if made.stop_limit is None else prices[2],
        warnings=("one", "two"),
    )
    told = " ".join(text_of(line) for line in lines(changed, width, compact=compact, most=9))
    sent = [fmt.number(amount), *(f"{number:f}" for number in (changed.stop, changed.stop_limit) if number is not None)]
    if made.draft.type is not OrderType.MARKET:
        sent.append(f"{changed.price:f}")
    assert [number for number in sent if number not in told] == []


def test_a_command_is_named_with_all_its_prices() -> None:
    assert OCO.command is not None
    assert command_text(OCO.command) == "SELL 0.01 BTC OCO: target 52000, or stop 49000 then limit 48900"
    close = make_typed(OrderType.LIMIT, price="51000", closes=True).command
    assert close is not None
    assert command_text(close) == "CLOSE 0.01 BTC LONG @ 51000"


def test_a_cancel_on_sight_names_our_order_and_says_when_it_is_sent() -> None:
    cancel = CancelOrder(PAIR, "", Side.BUY, Decimal(50000), Decimal("0.01"), of="20261121T140211-abc234")
    assert command_text(cancel) == "cancel our abc234"
    told = text_of(lines(CancelPreview(CancelDraft(CancelScope.MARKED), (cancel,), NOW), 80)[0])
    assert told == "BUY 0.01 BTC @ 50000 USDT  our abc234 · binance, as soon as the bot shows it"


@pytest.mark.parametrize(
    ("draft", "head"),
    [
        (CancelDraft(CancelScope.MARKED, ids=(("a", "1"), ("a", "2"))), "CANCEL 2 marked · home"),
        (CancelDraft(CancelScope.EVERYWHERE), "CANCEL all of ours everywhere · home"),
        (CancelDraft(CancelScope.EVERYWHERE, with_bot=True), "CANCEL all orders, the bot's too, everywhere · home"),
        (CancelDraft(CancelScope.OURS_ON_PAIR, PAIR, with_bot=True), "CANCEL all orders, the bot's too, on BTC/USDT"),
    ],
)
def test_the_title_of_a_cancel_names_its_scope(draft: CancelDraft, head: str) -> None:
    assert text_of(title(draft, make_snapshot())).startswith(head)


@pytest.mark.parametrize("made", EVERY)
@pytest.mark.parametrize("width", [20, 36, 50, 76])
def test_the_badge_stays_in_every_title(made: OrderPreview, width: int) -> None:
    line = title(made, make_snapshot(), width)
    assert text_of(line).endswith(" home  LIVE ")
    assert sum(fmt.width(span.text) for span in line) <= width


def test_a_narrow_title_keeps_the_exchange_longer_than_the_money() -> None:
    assert text_of(title(STOP_SELL, make_snapshot(), 36)) == "SELL BTC · binance · home  LIVE "


def test_two_long_warnings_are_wrapped_and_stay_whole_at_40_columns() -> None:
    long = "over your soft limit of 200.00 USDT per order on this pair"
    other = "an order like it was sent four seconds ago from here"
    made = replace(make_typed(OrderType.LIMIT, Side.BUY, "50000"), warnings=(long, other))
    told = [text_of(line) for line in lines(made, 38, compact=True, most=7)]
    assert len(told) == 6
    joined = " ".join(told)
    assert f"! {long}" in joined
    assert f"! {other}" in joined
    assert told[-1].startswith("B send")


def test_what_was_seen_names_book_age_limit_and_what_was_typed() -> None:
    made = replace(OCO, consent=Consent(typed="520.00"))
    told = seen(made, make_snapshot()).split("\n")
    assert told[0] == "SELL BTC for USDT · oco · binance · home  LIVE"
    assert "SELL for 520.00 USDT: 0.01 BTC OCO: target 52000, or stop 49000 then limit 48900" in told[1]
    assert told[-3:] == ["bid 50000 · ask 50001 · price 1s old", "at most 500.00 USDT per order", "typed 520.00"]


def test_results_count_every_fate_and_say_the_worst_ones_reason() -> None:
    states = [IntentState.HANDED_OVER] * 2 + [IntentState.NOT_SENT] * 5 + [IntentState.REFUSED] * 3
    intents = tuple(make_intent(make_cancel(make_order()), state, reason=f"{state.value} so") for state in states)
    line = results_line(intents)
    assert text_of(line) == "10 cancels: 2 sent, 5 not sent, 3 refused: refused so"
    assert line[-1].tone is Tone.WARN
    waiting = results_line((make_intent(make_cancel(), IntentState.WAITING),) * 2)
    assert text_of(waiting) == "2 cancels: 0 sent, 2 wait for their order to show"


def test_a_market_order_says_its_slip_whatever_else_there_is_no_room_for() -> None:
    made = replace(
        make_typed(OrderType.MARKET, Side.BUY),
        takes=True,
        executes=Decimal("0.01"),
        average_fill=Decimal("50007.5"),
        worst_fill=Decimal(50012),
        slip_percent=Decimal("0.013"),
        free_after=Decimal("1143.02"),
        fee=Decimal("0.5"),
        warnings=("75% of the free USDT",),
    )
    told = [text_of(line) for line in lines(made, 38, compact=True, most=7)]
    assert any("now at 50008" in line for line in told)
    assert any("slip 0.013%" in line for line in told)
    assert "! 75% of the free USDT" in told


def test_o17_cancels_that_were_not_tried_are_told_as_such() -> None:
    gone = make_intent(make_cancel(), IntentState.NOT_SENT, reason=NOT_TRIED)
    told = text_of(results_line((make_intent(make_cancel()), gone, gone)))
    assert told == "3 cancels: 1 sent, 2 not tried: the line to the bot is gone"


def test_a_trailing_stop_says_how_far_it_trails_and_where_it_stands() -> None:
    far_above = replace(TRAIL, touch=Decimal(61120), opposite=Decimal(61100))
    assert first(far_above).endswith("(trails 1000 · stop 12100 under the bid)")


def test_the_money_of_a_limit_that_executes_at_once_is_an_estimate() -> None:
    money = Decimal("304.59")
    draft = OrderDraft(PAIR, Side.BUY)
    made = OrderPreview(draft, None, NOW, amount=Decimal("0.005"), price=Decimal(70000), notional=money, takes=True)
    assert text_of(sentence(made)) == "BUY0.005 BTCwith about 304.59 USDT@ 70000"
    assert "about" not in text_of(sentence(replace(made, takes=False)))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("19.204", "USDT", "+19.20 USDT"),
        ("-2.36", "USDT", "−2.36 USDT"),
        ("-0.00419", "USDT", "−0.00419 USDT"),
        ("-0.9996", "USDT", "−0.9996 USDT"),
        ("0.00", "USDT", "0.00 USDT"),
        ("-0.000012", "BTC", "−0.00001200 BTC"),
    ],
)
def test_a_profit_carries_the_signs_of_the_tables_and_the_digits_of_its_size(value: str, unit: str, text: str) -> None:
    assert gain_text(Decimal(value), unit) == text
