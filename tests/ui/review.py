"""The order that the ticket's tests have reviewed, and what may happen to it while it is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from textual import events

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.ui.field import Field
from tests.factories import NOW, make_problem
from tests.ui.driven import Driven
from tests.ui.scene import BTC

BUY = "buy 0.0041 @ 60940"
SENT = PlaceOrder(BTC, Side.BUY, OrderType.LIMIT, Decimal("0.0041"), Decimal(60940))
REVIEW = "B send buy    e edit    q drop"


def amount(shown: Driven) -> str:
    return shown.cockpit.query_one("#ticket-amount", Field).value


async def lose_line(shown: Driven) -> None:
    offline = Link(LinkState.OFFLINE, NOW, make_problem())
    await shown.publish(replace(shown.session.snapshot, link=offline))


async def lose_focus(shown: Driven) -> None:
    shown.app.post_message(events.AppBlur())
    await shown.settle()


async def change_size(shown: Driven) -> None:
    await shown.resize(100, 35)


async def expire(shown: Driven) -> None:
    await shown.pass_seconds(15.5)
