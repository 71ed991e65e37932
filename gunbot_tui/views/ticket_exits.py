"""The frozen list of every trade that would be left, in trader's words.

Its first lines say how many leave and how many stay, with as many of their ids as have room: no list below may push
that off the screen. A list that is longer than its room is shorter in words, then turned page by page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from gunbot_tui.model.ticket import CloseAllPreview, OrderPreview
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.ticket_lines import SEPARATOR, listed, marked, wrapped
from gunbot_tui.views.ticket_words import gain_digits, gain_text, money_digits, money_text, sentence

CLOSE_ALL: Line = (Span("EXIT", Tone.SELL), Span(" every open trade · market ·"))


def exit_lines(preview: CloseAllPreview, room: int, width: int, page: int = 0) -> tuple[Line, ...]:
    """How many leave and stay, what speaks against it, then each exit; after the last page comes the first."""
    exits = [f"#{order.deal.id}" for order in preview.orders if order.deal is not None]
    named = (exits, [f"#{id}" for id in preview.staying])
    tones = (Tone.STRONG, Tone.WARN)
    heads = [
        (Span(listed(head, names, width), tone),)
        for head, names, tone in zip(exit_heads(preview), named, tones, strict=True)
        if head
    ]
    blocks = [line for block in preview.blocks for line in marked("✗", block, Tone.LOSS, width)]
    warnings = [line for warning in preview.warnings for line in marked("!", warning, Tone.WARN, width)]
    told = [*blocks, *warnings, *(line for order in preview.orders for line in _exit(order, width))]
    if len(heads) + len(told) > room:
        told = [*blocks, *warnings, *_short_exits(preview, width)]
    return (*heads, *_paged(told, max(2, room - len(heads)), page))


def exit_heads(preview: CloseAllPreview) -> tuple[str, str]:
    """What all exits come to, and how many trades stay open; empty where there is none of them."""
    count, staying = len(preview.orders), len(preview.staying)
    leave = ", ".join((f"{count} exit{'s' if count > 1 else ''}", *_sums(preview))) if count else ""
    return leave, f"{staying} stay{'s' if staying == 1 else ''} open" if staying else ""


def _paged(told: Sequence[Line], room: int, page: int) -> Iterable[Line]:
    """One page of the lines and how many there are, where they do not fit at once."""
    if len(told) <= room:
        return told
    each = room - 1
    pages = -(-len(told) // each)
    at = page % pages
    turn = Span(f"! page {at + 1} of {pages}: PgDn, PgUp", Tone.WARN)
    return (*told[at * each : (at + 1) * each], (turn,))


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


def _short_exits(preview: CloseAllPreview, width: int) -> Iterable[Line]:
    """Each exit in a few words, as many on a line as fit."""
    unit = "" if _sums(preview) else " {}"
    line: Line = ()
    used = 0
    for order in preview.orders:
        piece = _short_exit(order, unit.format(order.draft.pair.money))
        cells = sum(fmt.width(span.text) for span in piece)
        if line and used + len(SEPARATOR) + cells > width:
            yield line
            line, used = (), 0
        gap: Line = (Span(SEPARATOR, Tone.MUTED),) if line else ()
        line, used = (*line, *gap, *piece), used + len(SEPARATOR) * bool(gap) + cells
    if line:
        yield line


def _short_exit(order: OrderPreview, unit: str) -> Line:
    """`#178 short 2955.1 ADA 1409.15 −4.31`: the trade, what leaves, its worth and its result."""
    deal, pair = order.deal, order.draft.pair
    name = "" if deal is None else f"#{deal.id} {'short ' if deal.is_short else ''}"
    leaves = Span(f"{name}{fmt.number(order.amount)} {pair.coin}", Tone.STRONG)
    worth = Span(f" {money_digits(order.notional, pair.money)}{unit}")
    if order.gain is None:
        return (leaves, worth)
    return (leaves, worth, Span(f" {gain_digits(order.gain, pair.money)}", _tone(order.gain)))


def _tone(gain: Decimal) -> Tone:
    return Tone.GAIN if gain >= 0 else Tone.LOSS


def _exit(order: OrderPreview, width: int) -> tuple[Line, ...]:
    gain: Line = ()
    if order.gain is not None:
        gain = (Span(gain_text(order.gain, order.draft.pair.money), _tone(order.gain)),)
    return tuple(wrapped((*sentence(order), *gain), width))
