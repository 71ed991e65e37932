"""The frozen list of every trade that would be left, in trader's words.

Its first lines say how many leave and how many stay, with as many of their ids as have room: no list below may push
that off the screen.
"""

from __future__ import annotations

from decimal import Decimal

from gunbot_tui.model.ticket import CloseAllPreview, OrderPreview
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.ticket_lines import counted, listed, marked, wrapped
from gunbot_tui.views.ticket_words import gain_digits, gain_text, money_text, sentence

CLOSE_ALL: Line = (Span("EXIT", Tone.SELL), Span(" every open trade · market ·"))


def exit_lines(preview: CloseAllPreview, room: int, width: int) -> tuple[Line, ...]:
    """How many leave and stay, what speaks against it, then each exit; what there is no room for is counted."""
    exits = [f"#{order.deal.id}" for order in preview.orders if order.deal is not None]
    named = (exits, [f"#{id}" for id in preview.staying])
    tones = (Tone.STRONG, Tone.WARN)
    heads = [
        (Span(listed(head, names, width), tone),)
        for head, names, tone in zip(exit_heads(preview), named, tones, strict=True)
        if head
    ]
    blocks = [tuple(marked("✗", block, Tone.LOSS, width)) for block in preview.blocks]
    warnings = [tuple(marked("!", warning, Tone.WARN, width)) for warning in preview.warnings]
    told = [*blocks, *warnings, *(_exit(order, width) for order in preview.orders)]
    return (*heads, *counted(told, room - len(heads)))


def exit_heads(preview: CloseAllPreview) -> tuple[str, str]:
    """What all exits come to, and how many trades stay open; empty where there is none of them."""
    count, staying = len(preview.orders), len(preview.staying)
    leave = ", ".join((f"{count} exit{'s' if count > 1 else ''}", *_sums(preview))) if count else ""
    return leave, f"{staying} stay{'s' if staying == 1 else ''} open" if staying else ""


def _sums(preview: CloseAllPreview) -> tuple[str, ...]:
    """Money and profit of all of them, where it is one money and each one's is known."""
    moneys = {order.draft.pair.money for order in preview.orders}
    if len(moneys) != 1:
        return ()
    (unit,) = moneys
    worth = sum((order.notional or Decimal(0) for order in preview.orders), Decimal(0))
    gains = [order.gain for order in preview.orders if order.gain is not None]
    if len(gains) < len(preview.orders):
        return (money_text(worth, unit), "profit unknown")
    total = sum(gains, Decimal(0))
    return (money_text(worth, unit), f"profit about {gain_digits(total, unit)}")


def _exit(order: OrderPreview, width: int) -> tuple[Line, ...]:
    gain: Line = ()
    if order.gain is not None:
        tone = Tone.GAIN if order.gain >= 0 else Tone.LOSS
        gain = (Span(gain_text(order.gain, order.draft.pair.money), tone),)
    return tuple(wrapped((*sentence(order), *gain), width))
