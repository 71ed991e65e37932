"""The ticket in trader's words: what would be sent, what it means, what stands against it.

The line that offers the confirm key is there only when nothing blocks and nothing is left to answer.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, chain

from gunbot_tui.model.command import CancelOrder
from gunbot_tui.model.deal import Deal
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import (
    CancelDraft,
    CancelPreview,
    CancelScope,
    CloseAllDraft,
    CloseAllPreview,
    Draft,
    OrderDraft,
    OrderPreview,
    Preview,
)
from gunbot_tui.model.trading import OrderType, Side
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.masthead import badge
from gunbot_tui.views.panel import first_fitting
from gunbot_tui.views.ticket_exits import CLOSE_ALL, exit_lines
from gunbot_tui.views.ticket_lines import ENLARGE, SEPARATOR, counted, fitted, marked, named, packed, snug, wrapped
from gunbot_tui.views.ticket_words import (
    coin_of,
    gain_text,
    money_digits,
    money_text,
    order_name,
    place,
    sentence,
    tone_of,
    verb_of,
)

MOST_LINES = 9
MOST_LINES_COMPACT = 6
"""With the title ten lines, or seven where the ticket docks at the bottom."""
AGE = "price "
UNMOVED_SECONDS = 15.0
"""A price that stands still for longer, some reads of the bot, may be one that it repeats."""
CHANGED = "*"
"""Behind each number that the market moved since the order was first shown."""
UNCUT = 1000
"""Cells in which every line has room, and lines in which every order has."""
NO_BOOK = "no order book says what it meets"
TRIGGERED = {
    OrderType.STOP_LIMIT: "waits for its stop",
    OrderType.TRAILING_STOP: "waits, the stop follows the market",
    OrderType.OCO: "rests in the book, the first that executes cancels the other",
}
DISTANCE = "distance"
STRATEGY = "{} trades this pair too: it may cancel or repeat your order"


def title(shown: Draft | Preview, snapshot: Snapshot, width: int = UNCUT) -> Line:
    """What the ticket is about, on which exchange, by which bot, and whether that is live money; the badge stays."""
    draft = shown.draft if isinstance(shown, Preview) else shown
    match draft:
        case OrderDraft():
            heads = _order_heads(draft)
        case CancelDraft():
            heads = _cancel_heads(draft)
        case CloseAllDraft():
            heads = (CLOSE_ALL,)
    run = snapshot.run_status.value
    bot = badge(snapshot.bot, is_dry=run is not None and run.is_dry)
    return first_fitting((*((*head, *bot) for head in heads), bot), width)


def lines(
    preview: Preview,
    width: int,
    *,
    compact: bool = False,
    with_keys: bool = True,
    taken: int = 0,
    most: int = 0,
    page: int = 0,
    before: Preview | None = None,
) -> tuple[Line, ...]:
    """The preview in at most nine lines, six when compact, none wider than `width`.

    What is sent is wrapped, never cut: only a number wider than a line ends in an ellipsis. `taken` lines are for
    fields and keys beside it; where there are `most` of them, what must be read may take more than six. What reads
    otherwise than `before` is marked; of a long list of exits one `page` is shown.
    """
    keys = (_keys(preview, width),) if with_keys and not preview.blocks else ()
    taken += len(keys)
    room = (MOST_LINES_COMPACT if compact else MOST_LINES) - taken
    most = max(room, most - taken)
    match preview:
        case CancelPreview():
            body = _cancel(preview, most, width, compact=compact)
        case CloseAllPreview():
            body = exit_lines(preview, most, width, page)
        case OrderPreview():
            earlier = before if isinstance(before, OrderPreview) else preview
            body = _order(preview, room, most, width, earlier, ENLARGE if compact else "")
    return tuple(fitted(line, width) for line in (*body[:most], *keys))


def seen(preview: Preview, snapshot: Snapshot, shown: tuple[Line, ...] | None = None) -> str:
    """What stood before the user's eyes at the press, for the journal: the `shown` lines, or all of them."""
    told = [title(preview, snapshot), *(lines(preview, UNCUT, with_keys=False, most=UNCUT) if shown is None else shown)]
    texts = ["".join(span.text for span in line).strip() for line in told]
    if isinstance(preview, OrderPreview):
        bid, ask = preview.touch, preview.opposite
        if preview.draft.side is Side.SELL:
            bid, ask = ask, bid
        if preview.no_book:
            texts.append(preview.no_book)
        else:
            texts.append(f"bid {fmt.number(bid)}{SEPARATOR}ask {fmt.number(ask)}{SEPARATOR}{_age(preview)}")
        if preview.max_notional is not None:
            texts.append(f"at most {money_text(preview.max_notional, preview.draft.pair.money)} per order")
        if preview.consent.typed:
            texts.append(f"typed {preview.consent.typed}")
    return "\n".join(texts)


def _order_heads(draft: OrderDraft) -> tuple[Line, ...]:
    """The title's beginnings, the richest first."""
    pair, verb = draft.pair, verb_of(draft)
    preposition = "with" if draft.side is Side.BUY else "for"
    coin, money, place = f" {coin_of(pair)}", f" {preposition} {pair.money}", f"{SEPARATOR}{pair.exchange}"
    kind = "" if draft.type is OrderType.LIMIT else f"{SEPARATOR}{draft.type}"
    rests = (f"{coin}{money}{kind}{place}", f"{coin}{money}{place}", f"{coin}{place}", coin)
    return (*((verb, Span(f"{rest}{SEPARATOR}".rstrip())) for rest in rests), (verb,))


def _cancel_heads(draft: CancelDraft) -> tuple[Line, ...]:
    whose = "all orders, the bot's too," if draft.with_bot else "all of ours"
    pair = draft.pair
    match draft.scope:
        case CancelScope.ONE:
            what, place = f"#{draft.id}", ""
        case CancelScope.MARKED:
            what, place = f"{len(draft.ids)} marked", ""
        case CancelScope.EVERYWHERE:
            what, place = f"{whose} everywhere", ""
        case CancelScope.OURS_ON_PAIR:
            what, place = f"{whose} on {pair.name if pair else '-'}", f"{SEPARATOR}{pair.exchange}" if pair else ""
    verb = Span("CANCEL", Tone.STRONG)
    return (*((verb, Span(f" {rest}{SEPARATOR}".rstrip())) for rest in (f"{what}{place}", what)), (verb,))


def briefer(preview: OrderPreview) -> OrderPreview:
    """The same order, warned of in fewer words."""
    return replace(preview, warnings=tuple(preview.briefly.get(text, text) for text in preview.warnings))


def _order(
    preview: OrderPreview, room: int, most: int, width: int, before: OrderPreview, advice: str
) -> tuple[Line, ...]:
    """What is sent, its facts, and what stands against it: in full words where there is room, else in fewer.

    A fact that even so has no room is named.
    """
    words, facts = _head(preview, before, width, brief=False)
    if preview.blocks:
        marks = (("✗", Tone.LOSS, preview.blocks), ("!", Tone.WARN, preview.warnings))
        told = [tuple(marked(sign, text, tone, width)) for sign, tone, texts in marks for text in texts]
        return _blocked(words, tuple(packed((text for _, text in facts), width)), told, room, most, advice)
    also = ((Span(STRATEGY.format(preview.strategy), Tone.MUTED),),) if preview.strategy else ()
    whole = (*words, *packed((text for _, text in facts), width), *_warned(preview, width), *also)
    if len(whole) <= room:
        return whole
    words, facts = _head(preview, before, width, brief=True)
    lines = (*words, *snug((text for _, text in facts), width))
    small = briefer(preview)
    for loud in (_warned(preview, width), _beside(preview, width), _beside(small, width)):
        if len(lines) + len(loud) <= room:
            return (*lines, *loud)
    left = most - len(words) - (1 if facts else 0)
    if len(loud) > left:
        loud = counted([tuple(marked("!", text, Tone.WARN, width)) for text in small.warnings], left, advice)
    return (*words, *named(facts, width, most - len(words) - len(loud)), *loud)


def _head(
    preview: OrderPreview, before: OrderPreview, width: int, *, brief: bool
) -> tuple[tuple[Line, ...], list[tuple[str, str]]]:
    """The lines of what is sent, and the facts below them with their names; what is new since before is marked."""
    words = list(wrapped(sentence(preview), width))
    now, earlier = _facts(preview, brief=brief), _facts(before, brief=brief)
    facts = dict(zip(now, _changed(tuple(now.values()), tuple(earlier.values())), strict=True))
    left = width - sum(fmt.width(span.text) for span in words[-1]) - len("  ()")
    for where in (_changed((place(preview),), (place(before),))[0], facts.get(DISTANCE, "")):
        if DISTANCE in facts and len(where) <= left:
            words[-1] = (*words[-1], Span(f"  ({where})", Tone.MUTED))
            del facts[DISTANCE]
    return tuple(words), list(facts.items())


def _warned(preview: OrderPreview, width: int) -> tuple[Line, ...]:
    return tuple(chain.from_iterable(marked("!", text, Tone.WARN, width) for text in preview.warnings))


def _beside(preview: OrderPreview, width: int) -> tuple[Line, ...]:
    """The warnings one after the other on as few lines as they fit, broken between them and at what they list."""
    listed = (f"! {text}".replace("; ", ";\n").split("\n") for text in preview.warnings)
    return tuple(wrapped((Span(text, Tone.WARN) for text in chain.from_iterable(listed)), width))


def _blocked(
    words: Sequence[Line], facts: Sequence[Line], told: Sequence[tuple[Line, ...]], room: int, most: int, advice: str
) -> tuple[Line, ...]:
    """Why it is not sent comes before all that would be."""
    first, *others = told
    shown = first[:most]
    rest = counted(others, most - len(shown), advice) if most > len(shown) else ()
    left = most - len(shown) - len(rest)
    above = (*words, *facts[: max(0, min(left, room - len(shown) - len(rest)) - len(words))])
    return (*(above if len(words) <= left else ()), *shown, *rest)


def _changed(facts: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, ...]:
    """The facts with a mark behind each that reads otherwise than before; an age always does."""
    is_new = (fact and fact not in before and not fact.startswith(AGE) for fact in facts)
    return tuple(f"{fact}{CHANGED}" if new else fact for fact, new in zip(facts, is_new, strict=True))


def _facts(preview: OrderPreview, *, brief: bool) -> dict[str, str]:
    """What is known of an order by the name of each fact, the most important first; briefly its strategy is one too."""
    pair, is_entry = preview.draft.pair, preview.draft.side is Side.BUY or bool(preview.no_book)
    distance = place(preview)
    facts = {DISTANCE: distance.replace("the ", "") if brief else distance}
    if preview.amount is None:
        return {name: text for name, text in facts.items() if text}
    is_market, is_exit = preview.draft.type is OrderType.MARKET, preview.draft.closes and preview.deal is not None
    about, free, used = ("", "", "used") if brief else ("about ", " free", "of funds used")
    execution = _execution(preview, brief=brief)
    has_age = preview.touch_age_seconds is not None and _has_market(preview)
    told = {"price age": _age(preview) if is_exit or has_age else ""}
    if is_exit and preview.deal is not None:
        told["result"] = _result(preview, preview.deal, preview.amount)
    elif is_market:
        told["execution"] = execution
    if preview.free_after is not None and preview.free_after >= 0 and not is_exit:
        left = money_text(preview.free_after, pair.money)
        left = left if is_entry else f"{fmt.amount(preview.free_after)} {pair.coin}"
        told["balance after"] = f"after: {left}{free}"
    # Briefly an order that has to be agreed to is named by its warning alone.
    told["pending"] = "" if is_exit or (brief and preview.consent.intents) else preview.pending
    told |= facts
    if not is_market:
        told["execution"] = execution
    if preview.fee is not None:
        told["fee"] = f"fee {about}{money_digits(preview.fee, pair.money)}"
    if preview.share_percent is not None and preview.share_percent <= 100:
        told["share"] = f"{fmt.percent(preview.share_percent, 0)} {used}"
    if brief and preview.strategy:
        told["strategy"] = f"{preview.strategy} active"
    return {name: text for name, text in told.items() if text}


def _age(preview: OrderPreview) -> str:
    if preview.no_book:
        if preview.last is None:
            return f"{AGE}unknown"
        price, age = f"{AGE}{fmt.number(preview.last)}", fmt.age(preview.touch_age_seconds)
        if preview.unmoved_seconds > UNMOVED_SECONDS:
            return f"{price}, read {age} ago, unmoved for {fmt.age(preview.unmoved_seconds)}"
        return f"{price}, {age} old"
    return f"{AGE}{fmt.age(preview.touch_age_seconds)} old"


def _result(preview: OrderPreview, deal: Deal, leaving: Decimal) -> str:
    """What leaving gains, and what stays."""
    unit = preview.draft.pair.money
    gain = "its profit is unknown"
    if preview.gain is not None:
        gain = f"realises about {gain_text(preview.gain, unit)}"
    rest = Decimal(repr(deal.amount)) - leaving
    stays = f"{fmt.number(rest)} {preview.draft.pair.coin} stay open" if rest > 0 else "the trade ends"
    return f"{gain}{SEPARATOR}{stays}"


def _has_market(preview: OrderPreview) -> bool:
    return preview.touch is not None or preview.opposite is not None or preview.last is not None


def _execution(preview: OrderPreview, *, brief: bool) -> str:
    """When it executes, and how; empty where no market price says so, and briefly where its prices say it already."""
    if (triggered := TRIGGERED.get(preview.draft.type)) is not None:
        return "" if brief else triggered
    if preview.no_book:
        return "no order book" if brief else NO_BOOK
    if not preview.takes:
        return "rests in the book" if _has_market(preview) and not brief else ""
    if preview.average_fill is None or preview.amount is None:
        return "executes now, at a price that the book does not show"
    price, slip = _average(preview), f"slip {fmt.percent(preview.slip_percent, 3)}"
    average = f"{price}, {slip}" if brief else f"average {price}, {slip}"
    if preview.executes is not None and preview.executes < preview.amount:
        return f"{fmt.amount(preview.executes)} execute now: {average}, the rest waits"
    return f"now at {average}" if brief else f"executes now: {average}"


def _average(preview: OrderPreview) -> str:
    decimals = fmt.price_decimals(preview.touch, preview.opposite, preview.worst_fill)
    return fmt.price(preview.average_fill, decimals)


def _cancel(preview: CancelPreview, room: int, width: int, *, compact: bool) -> tuple[Line, ...]:
    """The frozen list; what it has no room for is counted in the last line, and named where that is wide."""
    blocks = [line for block in preview.blocks for line in marked("✗", block, Tone.LOSS, width)]
    warnings = [line for warning in preview.warnings for line in marked("!", warning, Tone.WARN, width)]
    room -= len(blocks) + len(warnings)
    told = [_cancelled(command, preview.kinds.get(command), width) for command in preview.commands]
    if sum(map(len, told)) <= room:
        return (*blocks, *warnings, *chain.from_iterable(told))
    used = list(accumulate(map(len, told)))
    shown = bisect_right(used, room - 1)
    rest = preview.commands[shown:]
    more = "enlarge to see them" if compact else " ".join(map(order_name, rest))
    return (*blocks, *warnings, *chain.from_iterable(told[:shown]), (Span(f"and {len(rest)} more: {more}"),))


def _cancelled(command: CancelOrder, kind: str | None, width: int) -> tuple[Line, ...]:
    pair, name = command.pair, order_name(command)
    order = Span(f"{fmt.number(command.amount)} {coin_of(pair)} @ {command.price:f} {pair.money}", Tone.STRONG)
    verb = Span(command.side.upper(), tone_of(command.side))
    *before, last = wrapped((verb, order, *((Span(kind, Tone.WARN),) if kind else ())), width)
    sight = "" if command.id else ", as soon as the bot shows it"
    named = Span(f"  {name}{SEPARATOR}{pair.exchange}{sight}", Tone.MUTED)
    if sum(fmt.width(span.text) for span in last) + 2 + fmt.width(name) > width:
        return (*before, last, (named,))
    return (*before, (*last, named))


def confirm_key(preview: Preview) -> str:
    """The capital that sends it."""
    match preview:
        case OrderPreview(draft=draft):
            return "C" if draft.closes else "B" if draft.side is Side.BUY else "S"
        case CloseAllPreview():
            return "C"
        case CancelPreview():
            return "X"


def _keys(preview: Preview, width: int) -> Line:
    key = Span(confirm_key(preview), Tone.ALERT)
    if isinstance(preview, CancelPreview):
        count = len(preview.commands)
        what = "cancel" if count == 1 else f"{count} cancels"
        return (key, Span(f" send {what}    q drop", Tone.STRONG))
    if isinstance(preview, CloseAllPreview):
        return (key, Span(f" send {len(preview.orders)} exits    q drop", Tone.STRONG))
    text = f" send {verb_of(preview.draft).text.lower()}    e edit    q drop"
    return (key, Span(text if len(text) < width else " send  e edit  q drop", Tone.STRONG))
