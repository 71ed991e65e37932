"""The ticket in trader's words: what would be sent, what it means, what stands against it; and what became of it.

The line that offers the confirm key is there only when nothing blocks; the price stands with every digit that is sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from gunbot_tui.model.command import CancelOrder, OrderCommand, PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelDraft, CancelPreview, CancelScope, Draft, OrderDraft, OrderPreview, Preview
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.masthead import badge

MOST_LINES = 9
MOST_LINES_COMPACT = 6
"""With the title ten lines, or seven where the ticket docks at the bottom."""
EDIT_LINES = 3
"""What the two fields and their own keys take of them."""
SEPARATOR = " · "


def title(shown: Draft | Preview, snapshot: Snapshot) -> Line:
    """What the ticket is about, on which exchange, by which bot, and whether that is live money."""
    draft = shown.draft if isinstance(shown, OrderPreview | CancelPreview) else shown
    match draft:
        case OrderDraft(pair=pair, side=side):
            verb = "BUY" if side is Side.BUY else "SELL"
            preposition = "with" if side is Side.BUY else "for"
            head = (Span(verb, _tone(side)), Span(f" {pair.coin}{_contract(pair.contract)} {preposition} {pair.money}"))
            place = f"{SEPARATOR}{pair.exchange}"
        case CancelDraft(scope=CancelScope.ONE, id=id):
            head, place = (Span("CANCEL", Tone.STRONG), Span(f" #{id}")), ""
        case CancelDraft(pair=pair):
            head = (Span("CANCEL", Tone.STRONG), Span(f" all of ours on {pair.name if pair else '-'}"))
            place = f"{SEPARATOR}{pair.exchange}" if pair else ""
    bot = snapshot.bot
    return (*head, Span(f"{place}{SEPARATOR}".rstrip()), *badge(bot))


def lines(preview: Preview, width: int, *, compact: bool, with_keys: bool = True) -> tuple[Line, ...]:
    """The preview in at most nine lines, six when compact, none wider than `width`; without keys there are fields.

    What is sent is wrapped, never cut: only a number wider than a line ends in an ellipsis.
    """
    room = MOST_LINES_COMPACT if compact else MOST_LINES
    keys = (_keys(preview, width),) if with_keys and not preview.blocks else ()
    room -= len(keys) if with_keys else EDIT_LINES
    body = _cancel(preview, room, width) if isinstance(preview, CancelPreview) else _order(preview, room, width)
    return tuple(_fitted(line, width) for line in (*body[:room], *keys))


def command_text(command: OrderCommand) -> str:
    """A command in a few words: `BUY 0.0041 BTC @ 60975.0`, `cancel #357044`."""
    match command:
        case PlaceOrder():
            where = "at market" if command.type is OrderType.MARKET else f"@ {command.price:f}"
            pair = command.pair
            return f"{command.side.upper()} {fmt.number(command.amount)} {pair.coin}{_contract(pair.contract)} {where}"
        case CancelOrder():
            return f"cancel #{command.id}"


def intent_line(intent: Intent, cycle_seconds: float | None = None) -> Line:
    """What became of an order of ours, in one line; the cycle is how often the bot looks at its pairs."""
    text, tone = _fate(intent, cycle_seconds)
    return (Span(command_text(intent.command), Tone.STRONG), Span(f" {text}", tone))


def _fate(intent: Intent, cycle_seconds: float | None) -> tuple[str, Tone]:
    reason = f": {intent.reason}" if intent.reason else ""
    name = f" #{intent.order_id}" if intent.order_id else ""
    matched = f"{name} (probable match)" if name else ""
    cycle = f" (cycle about {cycle_seconds:.0f} s)" if cycle_seconds is not None else ""
    match intent.state:
        case IntentState.WAITING:
            return "waits: it is sent once the bot shows its order", Tone.WARN
        case IntentState.SENDING:
            return "is being sent", Tone.WARN
        case IntentState.NOT_SENT:
            return f"was not sent{reason}", Tone.WARN
        case IntentState.BLOCKED:
            return f"was blocked{reason}", Tone.WARN
        case IntentState.REFUSED:
            return f"was refused{reason}", Tone.WARN
        case IntentState.HANDED_OVER:
            awaited = "show" if intent.is_placement else "go"
            return f"handed to the bot{SEPARATOR}waiting for it to {awaited}{cycle}", Tone.OURS
        case IntentState.UNKNOWN:
            repeat = "do not repeat it" if intent.is_placement else "repeating it does no harm"
            return f"UNKNOWN, it may have arrived: {repeat}{reason}", Tone.ALERT
        case IntentState.AMBIGUOUS:
            return f"several orders look like it: say which{reason}", Tone.ALERT
        case IntentState.WORKING:
            return f"works{matched}", Tone.OURS
        case IntentState.PARTLY_FILLED:
            return f"works{matched}, {_filled(intent)}", Tone.OURS
        case IntentState.FILLED if not intent.is_placement:
            return "came too late: the order was filled before", Tone.WARN
        case IntentState.FILLED:
            return f"filled{matched}", Tone.GAIN
        case IntentState.CANCELLED if intent.is_placement:
            filled = f" after {_filled(intent)}" if Decimal(intent.filled) else ""
            return f"cancelled{name}{filled}", Tone.MUTED
        case IntentState.CANCELLED:
            return "done: the order is gone", Tone.MUTED
        case IntentState.MISSING:
            return f"is not there{reason}", Tone.MUTED


def _filled(intent: Intent) -> str:
    return f"{fmt.number(Decimal(intent.filled))} of {fmt.number(intent.command.amount)} filled"


def _order(preview: OrderPreview, room: int, width: int) -> tuple[Line, ...]:
    """What is sent, how old the price is and what is left, what stands against it, and what else there is room for."""
    words, place = list(_wrapped(_words(preview), width)), _place(preview)
    if place and sum(fmt.width(span.text) for span in words[-1]) + len(place) + 4 <= width:
        words[-1] = (*words[-1], Span(f"  ({place})", Tone.MUTED))
        place = ""
    promised, more = _promised(preview), (place, *_facts(preview))
    facts = tuple(_packed(filter(None, (*promised, *more)), width))
    marks = (("✗", Tone.LOSS, preview.blocks), ("!", Tone.WARN, preview.warnings))
    loud = [line for sign, tone, texts in marks for text in texts for line in _marked(sign, text, tone, width)]
    shown = max(len(tuple(_packed(promised, width))), room - len(words) - len(loud))
    strategy = f"{preview.strategy} trades this pair too: it may cancel or repeat your order"
    also = ((Span(strategy, Tone.MUTED),),) if preview.strategy and not preview.blocks else ()
    return (*words, *facts[:shown], *loud, *also)


def _words(preview: OrderPreview) -> Iterable[Span]:
    """`BUY` `0.0041 BTC` `with 250.00 USDT` `@ 60975.0`; a sell begins with what comes in."""
    draft, pair = preview.draft, preview.draft.pair
    is_buy, is_market = draft.side is Side.BUY, draft.type is OrderType.MARKET
    coin = f"{pair.coin}{_contract(pair.contract)}"
    yield Span(draft.side.upper(), _tone(draft.side))
    if preview.amount is None or preview.price is None:
        yield Span(f"{coin} {'with' if is_buy else 'for'} {pair.money}")
        return
    worth = ("about " if is_market else "") + _money(preview.notional, pair.money)
    coins = f"{fmt.number(preview.amount)} {coin}"
    at = "at market" if is_market else f"@ {preview.price:f}"
    for piece in (coins, f"with {worth}", at) if is_buy else (f"for {worth}:", coins, at):
        yield Span(piece, Tone.STRONG)


def _place(preview: OrderPreview) -> str:
    """Where a limit stands against the best prices."""
    price, touch, far = preview.price, preview.touch, preview.opposite
    if price is None or preview.draft.type is OrderType.MARKET:
        return ""
    is_buy = preview.draft.side is Side.BUY
    over, under, other = ("over", "under", "ask") if is_buy else ("under", "over", "bid")
    if far is not None and preview.takes:
        return f"{fmt.number(abs(price - far))} {over} the {other}" if price != far else f"takes the {other}"
    if touch is None:
        return ""
    if price == touch:
        return "at the touch"
    is_worse = price < touch if is_buy else price > touch
    return f"{fmt.number(abs(price - touch))} {under} the touch" if is_worse else "inside the spread"


def _promised(preview: OrderPreview) -> tuple[str, ...]:
    """The facts that stand in every ticket of an order: how old the price is, and what is free afterwards."""
    if preview.amount is None:
        return ()
    pair, is_buy = preview.draft.pair, preview.draft.side is Side.BUY
    facts = []
    if preview.touch_age_seconds is not None and _has_market(preview):
        facts.append(f"price {fmt.age(preview.touch_age_seconds)} old")
    if preview.free_after is not None and preview.free_after >= 0:
        left = _money(preview.free_after, pair.money) if is_buy else f"{fmt.amount(preview.free_after)} {pair.coin}"
        facts.append(f"after: {left} free")
    return (*facts, preview.pending) if preview.pending else tuple(facts)


def _facts(preview: OrderPreview) -> Iterable[str]:
    """What else is good to know, the most important first."""
    if preview.amount is None:
        return
    yield _execution(preview)
    if preview.fee is not None:
        yield f"fee about {_digits(preview.fee, preview.draft.pair.money)}"
    if preview.share_percent is not None and preview.share_percent <= 100:
        yield f"{fmt.percent(preview.share_percent, 0)} of funds used"


def _has_market(preview: OrderPreview) -> bool:
    return preview.touch is not None or preview.opposite is not None


def _execution(preview: OrderPreview) -> str:
    """When it executes, and how; empty where no market price says so."""
    if not preview.takes:
        return "rests in the book" if _has_market(preview) else ""
    if preview.average_fill is None or preview.amount is None:
        return "executes now, at a price that the book does not show"
    average = f"average {_average(preview)}, slip {fmt.percent(preview.slip_percent, 3)}"
    if preview.executes is not None and preview.executes < preview.amount:
        return f"{fmt.amount(preview.executes)} execute now: {average}, the rest waits"
    return f"executes now: {average}"


def _average(preview: OrderPreview) -> str:
    decimals = fmt.price_decimals(preview.touch, preview.opposite, preview.worst_fill)
    return fmt.price(preview.average_fill, decimals)


def _money(value: Decimal | None, unit: str) -> str:
    return f"{_digits(value, unit)} {unit}"


def _digits(value: Decimal | None, unit: str) -> str:
    """Money in cents or the like; under one unit with at least three digits, and never of another magnitude."""
    decimals = fmt.money_decimals(unit)
    if value is None or not 0 < value < 1:
        return fmt.number(value, decimals)
    places = max(decimals, 2 - value.adjusted())
    while Decimal(fmt.number(value, places)).adjusted() != value.adjusted():
        places += 1
    whole, _, fraction = fmt.number(value, places).partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(decimals, '0')}"


def _cancel(preview: CancelPreview, room: int, width: int) -> tuple[Line, ...]:
    """The frozen list; what has no line of its own is named in the last one."""
    blocks = [line for block in preview.blocks for line in _marked("✗", block, Tone.LOSS, width)]
    warnings = [line for warning in preview.warnings for line in _marked("!", warning, Tone.WARN, width)]
    commands, room = preview.commands, room - len(blocks) - len(warnings)
    shown = len(commands) if len(commands) <= room else max(0, room - 1)
    rest = commands[shown:]
    more = f"and {len(rest)} more: {' '.join(f'#{command.id}' for command in rest)}"
    return (*blocks, *warnings, *map(_cancelled, commands[:shown]), *(((Span(more),),) if rest else ()))


def _cancelled(command: CancelOrder) -> Line:
    pair = command.pair
    order = f" {fmt.number(command.amount)} {pair.coin}{_contract(pair.contract)} @ {command.price:f} {pair.money}"
    place = f"  #{command.id}{SEPARATOR}{pair.exchange}"
    return (Span(command.side.upper(), _tone(command.side)), Span(order, Tone.STRONG), Span(place, Tone.MUTED))


def _keys(preview: Preview, width: int) -> Line:
    if isinstance(preview, CancelPreview):
        count = len(preview.commands)
        what = "cancel" if count == 1 else f"{count} cancels"
        return (Span("X", Tone.ALERT), Span(f" send {what}    q drop", Tone.STRONG))
    side = preview.draft.side
    key = "B" if side is Side.BUY else "S"
    text = f" send {side}    e edit    q drop"
    return (Span(key, Tone.ALERT), Span(text if len(text) < width else " send  e edit  q drop", Tone.STRONG))


def _packed(facts: Iterable[str], width: int) -> Iterable[Line]:
    """The facts on as few lines as they fit, none of them broken."""
    line = ""
    for fact in facts:
        joined = f"{line}{SEPARATOR}{fact}" if line else fact
        if line and fmt.width(joined) > width:
            yield (Span(line),)
            joined = fact
        line = joined
    if line:
        yield (Span(line),)


def _wrapped(pieces: Iterable[Span], width: int) -> Iterable[Line]:
    """The pieces on as few lines as they fit, broken between them; one wider than a line is broken at its spaces."""
    line: Line = ()
    used = 0
    for piece in pieces:
        is_wide = fmt.width(piece.text) > width
        for text in piece.text.split() if is_wide else (piece.text,):
            cells = fmt.width(text)
            if line and used + 1 + cells > width:
                yield line
                line, used = (), 0
            gap = " " if line else ""
            line, used = (*line, Span(gap + text, piece.tone)), used + len(gap) + cells
    if line:
        yield line


def _marked(sign: str, text: str, tone: Tone, width: int) -> Iterable[Line]:
    return _wrapped((Span(f"{sign} {text}", tone),), width)


def _fitted(line: Line, width: int) -> Line:
    """The line cut to the width."""
    spans: list[Span] = []
    for span in line:
        text = fmt.fit(span.text, width)
        spans.append(Span(text, span.tone))
        width -= fmt.width(text)
    return tuple(span for span in spans if span.text)


def _contract(contract: str) -> str:
    return f" {contract}" if contract else ""


def _tone(side: Side) -> Tone:
    return Tone.BUY if side is Side.BUY else Tone.SELL
