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
    """The preview in at most nine lines, six when compact, none wider than `width`."""
    room = MOST_LINES_COMPACT if compact else MOST_LINES
    keys = (_keys(preview),) if with_keys and not preview.blocks else ()
    room -= len(keys)
    body = _cancel(preview, room) if isinstance(preview, CancelPreview) else _order(preview, width, compact=compact)
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


def handed_over(intent: Intent, cycle_seconds: float | None = None) -> str:
    """The line for an order that the bot has taken: `BUY 0.0041 BTC @ 60975.0 handed to the bot · waiting …`."""
    return "".join(span.text for span in intent_line(intent, cycle_seconds))


def _fate(intent: Intent, cycle_seconds: float | None) -> tuple[str, Tone]:
    reason = f": {intent.reason}" if intent.reason else ""
    name = f" #{intent.order_id}" if intent.order_id else ""
    cycle = f" (cycle about {cycle_seconds:.0f} s)" if cycle_seconds is not None else ""
    match intent.state:
        case IntentState.SENDING:
            return "is being sent", Tone.WARN
        case IntentState.NOT_SENT:
            return f"was not sent{reason}", Tone.WARN
        case IntentState.REFUSED:
            return f"was refused{reason}", Tone.WARN
        case IntentState.HANDED_OVER:
            awaited = "show" if intent.is_placement else "go"
            return f"handed to the bot{SEPARATOR}waiting for it to {awaited}{cycle}", Tone.OURS
        case IntentState.UNKNOWN:
            return f"UNKNOWN, it may have arrived: do not repeat it{reason}", Tone.ALERT
        case IntentState.AMBIGUOUS:
            return f"several orders look like it: say which{reason}", Tone.ALERT
        case IntentState.WORKING:
            return f"works{name}", Tone.OURS
        case IntentState.PARTLY_FILLED:
            return f"works{name}, {_filled(intent)}", Tone.OURS
        case IntentState.FILLED:
            return f"filled{name}", Tone.GAIN
        case IntentState.CANCELLED if intent.is_placement:
            filled = f" after {_filled(intent)}" if Decimal(intent.filled) else ""
            return f"cancelled{name}{filled}", Tone.MUTED
        case IntentState.CANCELLED:
            return "done: the order is gone", Tone.MUTED
        case IntentState.MISSING:
            return f"is not there{reason}", Tone.MUTED


def _filled(intent: Intent) -> str:
    return f"{fmt.number(Decimal(intent.filled))} of {fmt.number(intent.command.amount)} filled"


def _order(preview: OrderPreview, width: int, *, compact: bool) -> tuple[Line, ...]:
    facts = tuple(_packed(_facts(preview), width))
    blocks = tuple(_mark("✗", block, Tone.LOSS) for block in preview.blocks)
    warnings = tuple(_mark("!", warning, Tone.WARN) for warning in preview.warnings)
    strategy = f"{preview.strategy} trades this pair too: it may cancel or repeat your order"
    also = ((Span(strategy, Tone.MUTED),),) if preview.strategy and not preview.blocks else ()
    # What must be known before confirming goes before what is nice to know: the end is cut when there is no room.
    return (_words(preview), *facts[: 1 if compact else 2], *blocks, *warnings, *also)


def _words(preview: OrderPreview) -> Line:
    """`BUY 0.0041 BTC with 250.00 USDT @ 60975.0  (0.1 under the touch)`; a sell begins with what comes in."""
    draft, pair = preview.draft, preview.draft.pair
    is_buy, is_market = draft.side is Side.BUY, draft.type is OrderType.MARKET
    verb, coin = Span(f"{draft.side.upper()} ", _tone(draft.side)), f"{pair.coin}{_contract(pair.contract)}"
    if preview.amount is None or preview.price is None:
        return (verb, Span(f"{coin} {'with' if is_buy else 'for'} {pair.money}"))
    worth = ("about " if is_market else "") + fmt.money(preview.notional, pair.money)
    coins = f"{fmt.number(preview.amount)} {coin}"
    at = "at market" if is_market else f"@ {preview.price:f}"
    text = f"{coins} with {worth} {at}" if is_buy else f"for {worth}: {coins} {at}"
    place = _place(preview)
    return (verb, Span(text, Tone.STRONG), Span(f"  ({place})" if place else "", Tone.MUTED))


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


def _facts(preview: OrderPreview) -> Iterable[str]:
    """Short facts, the most important first."""
    if preview.amount is None:
        return
    pair, side = preview.draft.pair, preview.draft.side
    if preview.fee is not None:
        yield f"fee about {fmt.number(preview.fee, fmt.money_decimals(pair.money, preview.fee))}"
    yield _execution(preview)
    if preview.free_after is not None and preview.free_after >= 0:
        unit = pair.money if side is Side.BUY else pair.coin
        is_money = side is Side.BUY
        after = fmt.money(preview.free_after, unit) if is_money else f"{fmt.amount(preview.free_after)} {unit}"
        yield f"after: {after} free, {fmt.percent(preview.share_percent, 0)} of funds used"
    if preview.touch_age_seconds is not None:
        yield f"price {fmt.age(preview.touch_age_seconds)} old"


def _execution(preview: OrderPreview) -> str:
    if not preview.takes:
        return "rests in the book"
    if preview.average_fill is None or preview.amount is None:
        return "executes now, at a price that the book does not show"
    average = f"average {_average(preview)}, slip {fmt.percent(preview.slip_percent, 3)}"
    if preview.executes is not None and preview.executes < preview.amount:
        return f"{fmt.amount(preview.executes)} execute now: {average}, the rest waits"
    return f"executes now: {average}"


def _average(preview: OrderPreview) -> str:
    decimals = fmt.price_decimals(preview.touch, preview.opposite, preview.worst_fill)
    return fmt.price(preview.average_fill, decimals)


def _cancel(preview: CancelPreview, room: int) -> tuple[Line, ...]:
    """The frozen list; what has no line of its own is named in the last one."""
    blocks = tuple(_mark("✗", block, Tone.LOSS) for block in preview.blocks)
    if preview.commands and preview.left_out:
        unseen = f"not among them: {preview.left_out} of ours that the bot has not shown yet, 5 shows which"
        blocks = (*blocks, _mark("!", unseen, Tone.WARN))
    commands = preview.commands
    shown = len(commands) if len(commands) + len(blocks) <= room else max(0, room - len(blocks) - 1)
    rest = commands[shown:]
    more = f"and {len(rest)} more: {' '.join(f'#{command.id}' for command in rest)}"
    return (*blocks, *map(_cancelled, commands[:shown]), *(((Span(more),),) if rest else ()))


def _cancelled(command: CancelOrder) -> Line:
    pair = command.pair
    order = f" {fmt.number(command.amount)} {pair.coin}{_contract(pair.contract)} @ {command.price:f} {pair.money}"
    place = f"  #{command.id}{SEPARATOR}{pair.exchange}"
    return (Span(command.side.upper(), _tone(command.side)), Span(order, Tone.STRONG), Span(place, Tone.MUTED))


def _keys(preview: Preview) -> Line:
    if isinstance(preview, CancelPreview):
        count = len(preview.commands)
        what = "cancel" if count == 1 else f"{count} cancels"
        return (Span("X", Tone.ALERT), Span(f" send {what}    q drop", Tone.STRONG))
    side = preview.draft.side
    key = "B" if side is Side.BUY else "S"
    return (Span(key, Tone.ALERT), Span(f" send {side}    e edit    q drop", Tone.STRONG))


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


def _fitted(line: Line, width: int) -> Line:
    """The line cut to the width."""
    spans: list[Span] = []
    for span in line:
        text = fmt.fit(span.text, width)
        spans.append(Span(text, span.tone))
        width -= fmt.width(text)
    return tuple(span for span in spans if span.text)


def _mark(sign: str, text: str, tone: Tone) -> Line:
    return (Span(f"{sign} {text}", tone),)


def _contract(contract: str) -> str:
    return f" {contract}" if contract else ""


def _tone(side: Side) -> Tone:
    return Tone.BUY if side is Side.BUY else Tone.SELL
