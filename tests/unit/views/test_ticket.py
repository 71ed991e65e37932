"""The ticket in words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.model.bot import TradeMode
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.ticket import CancelDraft, CancelPreview, CancelScope, OrderDraft, OrderPreview
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Line, Tone
from gunbot_tui.views.ticket import MOST_LINES, lines, title
from tests.factories import NOW, make_cancel, make_order, make_pair, make_snapshot

PAIR = make_pair()


def text(line: Line) -> str:
    return "".join(span.text for span in line)


def make_preview(
    side: Side = Side.BUY,
    type: OrderType = OrderType.LIMIT,
    price: str = "60975.0",
    blocks: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
    takes: bool = False,
    executes: str | None = "0",
    strategy: str = "stepgrid",
) -> OrderPreview:
    """An order of 0.0041 BTC beside a touch of 60975.1 and 60975.4, previewed two seconds after the book was read."""
    amount = Decimal("0.0041")
    bid, ask = Decimal("60975.1"), Decimal("60975.4")
    return OrderPreview(
        draft=OrderDraft(PAIR, side, type),
        command=None if blocks else PlaceOrder(PAIR, side, type, amount, Decimal(price)),
        made_at=NOW,
        blocks=blocks,
        warnings=warnings,
        amount=amount,
        price=Decimal(price),
        notional=Decimal("250.00"),
        fee=Decimal("0.25"),
        touch=bid if side is Side.BUY else ask,
        opposite=ask if side is Side.BUY else bid,
        touch_age_seconds=2.0,
        takes=takes,
        executes=None if executes is None else Decimal(executes),
        average_fill=Decimal("60975.6") if takes and executes else None,
        worst_fill=Decimal("60976.2") if takes and executes else None,
        slip_percent=Decimal("0.00033") if takes and executes else None,
        free_before=Decimal("1454.00"),
        free_after=Decimal("1204.00"),
        share_percent=Decimal("17.19"),
        strategy=strategy,
    )


def make_cancels(count: int, blocks: tuple[str, ...] = ()) -> CancelPreview:
    """A frozen list of cancels with the ids 1, 2, 3 and so on."""
    commands = tuple(make_cancel(make_order(id=str(number))) for number in range(1, count + 1))
    return CancelPreview(CancelDraft(CancelScope.OURS_ON_PAIR, PAIR), commands, NOW, blocks)


def shown(preview: OrderPreview | CancelPreview, *, compact: bool = False, with_keys: bool = True) -> list[str]:
    return [text(line) for line in lines(preview, 80, compact=compact, with_keys=with_keys)]


def test_a_buy_reads_as_a_trader_says_it() -> None:
    assert shown(make_preview()) == [
        "BUY 0.0041 BTC with 250.00 USDT @ 60975.0  (0.1 under the touch)",
        "price 2s old · after: 1204.00 USDT free · rests in the book · fee about 0.25",
        "17% of funds used",
        "stepgrid trades this pair too: it may cancel or repeat your order",
        "B send buy    e edit    q drop",
    ]


def test_a_sell_begins_with_the_money_that_comes_in() -> None:
    made = shown(make_preview(Side.SELL, price="60980"))
    assert made[0] == "SELL for 250.00 USDT: 0.0041 BTC @ 60980  (4.6 over the touch)"
    assert made[-1] == "S send sell    e edit    q drop"


@pytest.mark.parametrize(
    ("side", "price", "takes", "place"),
    [
        (Side.BUY, "60975.1", False, "at the touch"),
        (Side.BUY, "60975.2", False, "inside the spread"),
        (Side.BUY, "60975.4", True, "takes the ask"),
        (Side.BUY, "60976", True, "0.6 over the ask"),
        (Side.SELL, "60975.4", False, "at the touch"),
        (Side.SELL, "60975.1", True, "takes the bid"),
        (Side.SELL, "60970", True, "5.1 under the bid"),
    ],
)
def test_the_price_is_placed_in_the_market(side: Side, price: str, takes: bool, place: str) -> None:
    assert shown(make_preview(side, price=price, takes=takes))[0].endswith(f"({place})")


def test_an_order_that_takes_says_average_and_slip() -> None:
    assert "executes now: average 60975.6, slip 0.000%" in shown(make_preview(takes=True, executes="0.0041"))[2]
    assert "0.001 execute now" in shown(make_preview(takes=True, executes="0.001"))[2]


def test_a_market_order_says_about() -> None:
    made = shown(make_preview(type=OrderType.MARKET, takes=True, executes="0.0041"))
    assert made[0] == "BUY 0.0041 BTC with about 250.00 USDT at market"


def test_what_blocks_takes_the_send_line_away() -> None:
    made = shown(make_preview(blocks=("no line to home",), warnings=("75% of the free USDT",)))
    assert "✗ no line to home" in made
    assert "! 75% of the free USDT" in made
    assert not [line for line in made if "send" in line]


def test_keys_can_be_left_out_while_editing() -> None:
    assert not [line for line in shown(make_preview(), with_keys=False) if "send" in line]


def test_a_compact_ticket_puts_every_fact_and_every_warning_side_by_side_rather_than_to_leave_one_out() -> None:
    warnings = ("one", "two", "three")
    assert shown(make_preview(warnings=warnings), compact=True) == [
        "BUY 0.0041 BTC with 250.00 USDT @ 60975.0  (0.1 under the touch)",
        "price 2s old · after: 1204.00 USDT · fee 0.25 · 17% used · stepgrid active",
        "! one",
        "! two",
        "! three",
        "B send buy    e edit    q drop",
    ]


WARNED = {
    "an unknown sell of 0.0011 @ 72000 may already be there: hztg2u": "unknown hztg2u may be there",
    (
        "48% of the free BTC is over your soft limit of 25% (max_share_percent); "
        "a stop's limit 8.9% below its stop is over the default soft limit of 5% (max_collar_percent)"
    ): "48% of free BTC (soft 25%); stop's limit 8.9% below its stop (soft 5%)",
    "the stop is 26.5% below the bid": "stop 26.5% below bid",
}
OCO = replace(
    make_preview(Side.SELL, OrderType.OCO, "72000", warnings=tuple(WARNED)),
    stop=Decimal(45000),
    stop_limit=Decimal(41000),
    free_after=Decimal("0.00959769"),
    briefly=WARNED,
)
"""As much as one ticket has to say."""
FACTS = ("2s old", "0.00959769 BTC", "fee", "0.25", "17%", "stepgrid", "11024.6 over", "15975.1 under", "250.00 USDT")


def test_a_small_ticket_has_all_facts_and_warnings_of_the_largest_order_in_seven_lines() -> None:
    made = [text(line) for line in lines(OCO, 78, compact=True, with_keys=False, taken=1)]
    assert len(made) == 5
    told = " ".join(made)
    assert [fact for fact in (*FACTS, "hztg2u", "25%", "5%", "26.5%", "8.9%") if fact not in told] == []
    assert "left out" not in told


def test_a_whole_ticket_has_all_facts_and_warnings_of_the_largest_order_in_ten_lines() -> None:
    made = [text(line) for line in lines(OCO, 78, with_keys=False, taken=1)]
    assert len(made) <= 8
    told = " ".join(made)
    assert [fact for fact in (*FACTS, "an unknown sell of 0.0011", "your soft limit of 25%") if fact not in told] == []


def test_a_fact_that_has_no_room_at_all_is_named() -> None:
    crowded = replace(OCO, strategy="channelmaestro")
    made = [text(line) for line in lines(crowded, 78, compact=True, with_keys=False, taken=1)]
    assert made[2].endswith(" · fee 0.25 · left out: share, strategy")
    narrow = [text(line) for line in lines(crowded, 38, compact=True, with_keys=False, taken=1)]
    assert "price 2s old · left out: 5 facts" in narrow


def test_at_40_columns_what_is_sent_and_every_warning_are_whole_and_the_rest_gives_way() -> None:
    made = [text(line) for line in lines(make_preview(warnings=("one", "two")), 38, compact=True)]
    assert made == [
        "BUY 0.0041 BTC with 250.00 USDT",
        "@ 60975.0  (0.1 under the touch)",
        "price 2s old · after: 1204.00 USDT",
        "fee 0.25 · 17% used · stepgrid active",
        "! one ! two",
        "B send buy    e edit    q drop",
    ]


def test_many_digits_take_as_many_lines_as_they_need() -> None:
    long = replace(
        make_preview(Side.SELL, price="0.000012345678901"),
        amount=Decimal("12345678.90123456"),
        notional=Decimal("152.4157875"),
    )
    made = [text(line) for line in lines(long, 24, compact=True)]
    assert made[:3] == ["SELL for 152.42 USDT:", "12345678.90123456 BTC", "@ 0.000012345678901"]


@pytest.mark.parametrize("width", [80, 78, 60, 40, 38])
@pytest.mark.parametrize("compact", [True, False])
@given(st.decimals("0.00000001", 10**8, places=8), st.decimals("0.00000001", 10**6, places=10), st.sampled_from(Side))
def test_no_width_from_40_columns_on_cuts_what_is_sent(
    compact: bool, width: int, amount: Decimal, price: Decimal, side: Side
) -> None:
    made = replace(make_preview(side), amount=amount, price=price, notional=amount * price, warnings=("one",) * 3)
    told = " ".join(text(line) for line in lines(made, width, compact=compact))
    assert side.upper() in told
    assert f"{fmt.number(amount)} BTC" in told
    assert f"@ {price:f}" in told
    assert " USDT" in told


def test_the_send_line_is_short_on_a_narrow_screen() -> None:
    assert text(lines(make_preview(), 28, compact=True)[-1]) == "B send  e edit  q drop"
    assert text(lines(make_preview(), 30, compact=True)[-1]) == "B send buy    e edit    q drop"


def test_a_number_wider_than_the_screen_is_visibly_cut() -> None:
    made = lines(make_preview(price="0.000012345678901"), 12, compact=False)
    assert "…" in "".join(text(line) for line in made)


@pytest.mark.parametrize(
    ("notional", "shown_as"),
    [
        ("0.005", "0.005"),
        ("0.5", "0.50"),
        ("0.25", "0.25"),
        ("0.012345", "0.0123"),
        ("0.9999", "0.9999"),
        ("0.00000012", "0.00000012"),
        ("1.005", "1.01"),
        ("0", "0.00"),
    ],
)
def test_little_money_keeps_three_digits_and_its_magnitude(notional: str, shown_as: str) -> None:
    made = replace(make_preview(), notional=Decimal(notional), fee=Decimal(notional))
    assert f"with {shown_as} USDT @" in shown(made)[0]
    assert f"fee about {shown_as}" in " · ".join(shown(made)).split(" · ")


def test_orders_that_are_not_shown_yet_are_named_beside_what_is_left() -> None:
    made = replace(make_preview(), pending="after 2 orders not shown yet")
    assert "after: 1204.00 USDT free · after 2 orders not shown yet" in shown(made)[1]


def test_without_a_market_price_nothing_is_said_of_the_book() -> None:
    told = shown(replace(make_preview(), touch=None, opposite=None))
    assert not [line for line in told if "rests" in line or "old" in line]


def test_a_cancel_shows_each_order() -> None:
    assert shown(make_cancels(1)) == ["BUY 0.0041 BTC @ 60940.0 USDT  #1 · binance", "X send cancel    q drop"]


def test_a_long_list_of_cancels_names_those_without_a_line() -> None:
    made = shown(make_cancels(12))
    assert len(made) == 9
    assert made[-2] == "and 5 more: #8 #9 #10 #11 #12"
    assert made[-1] == "X send 12 cancels    q drop"


def test_a_small_ticket_lists_the_cancels_that_fit_and_counts_the_others() -> None:
    made = shown(make_cancels(12), compact=True)
    assert [line.partition("  ")[2] for line in made[:4]] == [f"#{number} · binance" for number in (1, 2, 3, 4)]
    assert made[4:] == ["and 8 more: enlarge to see them", "X send 12 cancels    q drop"]


@pytest.mark.parametrize("width", [30, 38, 78])
def test_a_cancel_of_a_stop_says_so_with_every_digit(width: int) -> None:
    made = make_cancels(2)
    made = replace(made, kinds={made.commands[0]: "stop-limit, stop 60000.00001"})
    told = [text(line) for line in lines(made, width, compact=True, most=9)]
    assert "stop-limit, stop 60000.00001" in " ".join(told)
    assert all(len(line) <= width for line in told)
    assert all("stop" not in line for line in told[-2:])


def test_cancels_say_how_many_of_ours_are_not_among_them() -> None:
    made = shown(replace(make_cancels(2), warnings=("not among them: 3 of ours",)))
    assert made[0] == "! not among them: 3 of ours"
    assert made[-1] == "X send 2 cancels    q drop"
    many = shown(replace(make_cancels(12), warnings=("not among them: 3 of ours",)))
    assert len(many) <= MOST_LINES
    assert "more: " in many[-2]


def test_a_cancel_without_orders_says_why_and_offers_no_key() -> None:
    assert shown(make_cancels(0, ("no order of ours works on BTC/USDT",))) == ["✗ no order of ours works on BTC/USDT"]


@given(
    st.builds(
        make_preview,
        side=st.sampled_from(Side),
        takes=st.booleans(),
        executes=st.sampled_from([None, "0", "0.001", "0.0041"]),
        blocks=st.lists(st.text(max_size=120), max_size=4).map(tuple),
        warnings=st.lists(st.text(max_size=120), max_size=3).map(tuple),
        strategy=st.text(max_size=120),
    ),
    st.integers(1, 80),
    st.booleans(),
)
def test_a_ticket_never_outgrows_its_place(preview: OrderPreview, width: int, compact: bool) -> None:
    made = lines(preview, width, compact=compact)
    assert len(made) <= (6 if compact else 9)
    assert max(fmt.width(text(line)) for line in made) <= width


@pytest.mark.parametrize(
    ("mode", "word", "tone"),
    [
        (TradeMode.CONFIRM, "LIVE", Tone.ALERT),
        (TradeMode.DEMO, "DEMO", Tone.CALM),
        (TradeMode.READ_ONLY, "READ-ONLY", Tone.CALM),
    ],
)
def test_the_title_says_where_the_money_goes(mode: TradeMode, word: str, tone: Tone) -> None:
    line = title(make_preview(), make_snapshot(mode=mode))
    assert text(line) == f"BUY BTC with USDT · binance · home  {word} "
    assert line[-1].tone is tone


def test_the_title_names_contract_and_cancel() -> None:
    snapshot = make_snapshot()
    long = OrderDraft(make_pair(exchange="bybit", contract="LONG"), Side.SELL)
    assert text(title(long, snapshot)) == "SELL BTC LONG for USDT · bybit · home  LIVE "
    assert text(title(CancelDraft(CancelScope.ONE, None, "357044"), snapshot)) == "CANCEL #357044 · home  LIVE "
    assert "all of ours on BTC/USDT · binance" in text(title(make_cancels(2), snapshot))
