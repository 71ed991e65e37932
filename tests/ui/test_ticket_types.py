"""The types of an order in the ticket: which fields they have, what is sent, and what an exchange does not have."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gunbot_tui.model.capability import Capabilities, Capability
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.ticket import Amount, AmountUnit, OrderDraft, Price, PriceAnchor
from gunbot_tui.model.trading import OrderType, Position, Side
from gunbot_tui.ui.field import Field
from tests.factories import make_pair, make_pair_status
from tests.ui.driven import Driven, driven
from tests.ui.scene import BTC, day_at_work, every_pair

NAMES = ("amount", "price", "stop", "stop-limit")
LONG = make_pair(exchange="bybit", contract="LONG")


def shown_fields(shown: Driven) -> dict[str, str]:
    """The fields that the ticket shows, with what stands in them."""
    fields = {name: shown.cockpit.query_one(f"#ticket-{name}", Field) for name in NAMES}
    return {name: field.value for name, field in fields.items() if field.region.height}


def labels(shown: Driven) -> list[str]:
    """What the shown fields are called."""
    return [line.split()[0] for line in shown.ticket_text.split("\n")[1 : 1 + len(shown_fields(shown))]]


def number(text: str) -> Price:
    return Price(PriceAnchor.NUMBER, Decimal(text))


async def fill(shown: Driven, side: str, amount: str, type_presses: int, *values: str) -> None:
    """Type an order of another type, field by field."""
    await shown.press(side)
    await shown.type(amount)
    await shown.press("tab", *"t" * type_presses)
    for value in values:
        await shown.press("ctrl+u")
        await shown.type(value)
        await shown.press("tab")


async def test_t_goes_round_all_types_and_each_shows_its_own_fields() -> None:
    async with driven() as shown:
        await shown.press("b")
        await shown.press("tab")
        seen = []
        for _ in range(5):
            await shown.press("t")
            seen.append(labels(shown))
        assert seen == [
            ["amount", "price"],
            ["amount", "limit", "stop"],
            ["amount", "from", "stop"],
            ["amount", "target", "stop", "limit"],
            ["amount", "price"],
        ]


async def test_t_passes_over_what_the_exchange_does_not_have_and_says_why() -> None:
    async with driven() as shown:
        only = Capabilities(only_on={Capability.OCO: frozenset({"bybit"}), Capability.TRAILING_STOP: frozenset()})
        await shown.publish(replace(shown.session.snapshot, capabilities=only))
        await shown.press("b", "tab", "t", "t")
        assert labels(shown) == ["amount", "limit", "stop"]
        await shown.press("t")
        assert labels(shown) == ["amount", "price"]
        assert "oco exists on bybit only, not on binance" in shown.last


async def test_tab_walks_all_fields_of_the_type_and_comes_round() -> None:
    async with driven() as shown:
        await shown.press("b", "tab", "t", "t", "t", "t")
        seen = []
        for _ in range(5):
            assert isinstance(shown.app.focused, Field)
            seen.append(str(shown.app.focused.id))
            await shown.press("tab")
        assert seen == ["ticket-price", "ticket-stop", "ticket-stop-limit", "ticket-amount", "ticket-price"]


@pytest.mark.parametrize(
    ("side", "key", "presses", "values", "words", "sent"),
    [
        (
            "b",
            "B",
            2,
            ("62100", "62000"),
            "BUY 0.001 BTC with 62.10 USDT stop 62000, then limit 62100",
            PlaceOrder(BTC, Side.BUY, OrderType.STOP_LIMIT, Decimal("0.001"), Decimal(62100), Decimal(62000)),
        ),
        (
            "s",
            "S",
            3,
            ("60975.4", "60500"),
            "0.001 BTC trails from 60975.4, stop 60500",
            PlaceOrder(BTC, Side.SELL, OrderType.TRAILING_STOP, Decimal("0.001"), Decimal("60975.4"), Decimal(60500)),
        ),
        (
            "s",
            "S",
            4,
            ("61500", "60500", "60400"),
            "0.001 BTC OCO: target 61500, or stop 60500 then limit 60400",
            PlaceOrder(BTC, Side.SELL, OrderType.OCO, Decimal("0.001"), Decimal(61500), Decimal(60500), Decimal(60400)),
        ),
    ],
)
async def test_every_type_is_sent_as_its_fields_were_typed(
    side: str, key: str, presses: int, values: tuple[str, ...], words: str, sent: PlaceOrder
) -> None:
    async with driven(size=(80, 40)) as shown:
        await fill(shown, side, "0.001", presses, *values)
        await shown.press("enter")
        assert words in " ".join(shown.ticket_text.split())
        assert f"{key} send" in shown.ticket_text
        await shown.confirm(key)
        assert shown.desk.sent == [sent]


async def test_a_missing_stop_is_asked_for_by_name() -> None:
    async with driven() as shown:
        await fill(shown, "b", "0.001", 2, "62100")
        await shown.press("enter")
        assert "no stop yet" in shown.last
        await shown.type("6x")
        await shown.press("enter")
        assert "stop: " in shown.last


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_a_ticket_with_all_fields_stays_as_small_as_the_others(size: tuple[int, int]) -> None:
    async with driven(size=size) as shown:
        await fill(shown, "s", "0.001", 4, "61500", "60500", "60400")
        assert shown.cockpit.ticket.region.height <= (7 if size[0] == 80 else 8)
        assert "SELL" in shown.ticket_text
        assert "enter review" in shown.ticket_text


async def closing(shown: Driven) -> None:
    """Let a long position be held on a derivative."""
    status = make_pair_status(LONG, position=Position(0.5, 60120.0))
    await shown.publish(day_at_work(pairs=(*every_pair(), status)))


async def test_a_close_says_close_and_is_sent_by_capital_c_alone() -> None:
    async with driven() as shown:
        await closing(shown)
        await shown.command("close 0.05 bybit/USDT-BTC-LONG @ 61000")
        assert "CLOSE 0.05 BTC LONG @ 61000 for 3050.00 USDT" in shown.ticket_text
        assert "CLOSE BTC LONG for USDT · bybit" in shown.ticket_text
        assert "C send close" in shown.ticket_text
        await shown.confirm("S")
        assert not shown.desk.sent
        await shown.confirm("C")
        sent = PlaceOrder(LONG, Side.SELL, OrderType.LIMIT, Decimal("0.05"), Decimal(61000), closes=True)
        assert shown.desk.sent == [sent]


async def test_a_close_knows_limit_and_market_only() -> None:
    async with driven() as shown:
        await closing(shown)
        draft = OrderDraft(
            LONG, Side.SELL, amount=Amount(Decimal("0.5"), AmountUnit.COIN), price=number("61000"), closes=True
        )
        shown.cockpit.ticket.edit(draft, shown.session.snapshot)
        await shown.settle()
        await shown.press("tab", "t")
        assert shown_fields(shown) == {"amount": "0.5", "price": "market"}
        await shown.press("t")
        assert labels(shown) == ["amount", "price"]
