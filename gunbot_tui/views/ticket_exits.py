"""The frozen list of every trade that would be left, in trader's words."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, chain

from gunbot_tui.model.ticket import CloseAllPreview, OrderPreview
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.ticket_lines import marked, wrapped
from gunbot_tui.views.ticket_words import money_text, sentence

CLOSE_ALL: Line = (Span("EXIT", Tone.SELL), Span(" every open trade · market ·"))


def exit_lines(preview: CloseAllPreview, room: int, width: int) -> tuple[Line, ...]:
    """What speaks against it, then each exit; what there is no room for is counted."""
    loud = [line for block in preview.blocks for line in marked("✗", block, Tone.LOSS, width)]
    loud += [line for warning in preview.warnings for line in marked("!", warning, Tone.WARN, width)]
    told = [_exit(order, width) for order in preview.orders]
    room -= len(loud)
    if sum(map(len, told)) <= room:
        return (*loud, *chain.from_iterable(told))
    shown = bisect_right(list(accumulate(map(len, told))), room - 1)
    rest = " ".join(f"#{order.deal.id}" for order in preview.orders[shown:] if order.deal is not None)
    return (*loud, *chain.from_iterable(told[:shown]), (Span(f"and {len(told) - shown} more: {rest}"),))


def _exit(order: OrderPreview, width: int) -> tuple[Line, ...]:
    gain: Line = ()
    if order.gain is not None:
        is_won = order.gain >= 0
        text = money_text(abs(order.gain), order.draft.pair.money)
        gain = (Span(f"{'+' if is_won else '-'}{text}", Tone.GAIN if is_won else Tone.LOSS),)
    return tuple(wrapped((*sentence(order), *gain), width))
