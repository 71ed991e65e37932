"""One order of the blotter looked at closely: three lines under the table, or everything that is known in its place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from textwrap import wrap

from gunbot_tui.model.command import PlaceOrder
from gunbot_tui.model.intent import Intent, IntentState, Why
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import OpenOrder, Trade
from gunbot_tui.views import core, deal_story
from gunbot_tui.views import format as fmt
from gunbot_tui.views import pairs as pairs_view
from gunbot_tui.views.cell import Cell, Column, Line, Row, Span, Tone
from gunbot_tui.views.fact import Fact
from gunbot_tui.views.order_entry import Entry
from gunbot_tui.views.order_origin import Claims
from gunbot_tui.views.order_words import LOUD, state_of
from gunbot_tui.views.orders import ORIGIN_TONE
from gunbot_tui.views.panel import muted
from gunbot_tui.views.ticket_words import command_text

LABEL_CELLS = 10


def summary(entry: Entry, snapshot: Snapshot, now: datetime) -> tuple[Line, ...]:
    """In at most three lines: the life of an order of ours and what can be done, or whose order it is."""
    if entry.is_deal and entry.deal is not None:
        return deal_story.summary(entry.deal, snapshot, now)
    intent = _spoken_of(entry, snapshot)
    if intent is None:
        return ((Span(f" by {entry.origin}: ", ORIGIN_TONE[entry.origin]), Span(entry.because, Tone.MUTED)),)
    state, tone = state_of(intent, snapshot)
    head = (
        Span(f" {command_text(intent.command)} ", Tone.STRONG),
        Span(f"confirmed {fmt.moment(intent.created_at, now)} · ", Tone.MUTED),
        Span(state, tone),
    )
    return (head, *(muted(f" {text}") for text in _advice(intent, snapshot)))


def story(entry: Entry, snapshot: Snapshot, why: Why | str | None) -> tuple[Fact, ...]:
    """All that is known of an order; `why` is what the journal tells, or why not; None while it is read."""
    intent = entry.intent
    told = deal_story.facts(entry.deal, snapshot) if entry.deal is not None else ()
    if entry.is_deal:
        by = Fact("by", f"{entry.origin}: {entry.because}", ORIGIN_TONE[entry.origin])
        return (told[0], *_place(entry, snapshot), by, *told[1:])
    facts = [
        Fact("order", _what(entry), Tone.STRONG),
        Fact("state", entry.state, entry.tone),
        *_reasons(entry, snapshot),
        Fact("by", f"{entry.origin}: {entry.because}", ORIGIN_TONE[entry.origin]),
        *_place(entry, snapshot),
        *_ids(entry),
        *_times(entry),
        *_numbers(entry),
        *told,
    ]
    if intent is None:
        return tuple(facts)
    if intent.funds:
        facts.append(Fact("funds", f"before the press: {intent.funds}"))
    match why:
        case None:
            return (*facts, Fact("journal", "reading …", Tone.MUTED))
        case str():
            return (*facts, Fact("journal", why, Tone.WARN))
        case Why():
            return (*facts, *_journal(why))


def story_columns(width: int) -> tuple[Column, ...]:
    """A label and its text, in so many cells."""
    return (Column("label", "", LABEL_CELLS), Column("text", "", max(1, width - LABEL_CELLS - 1)))


def story_rows(facts: Iterable[Fact], width: int) -> tuple[Row, ...]:
    """The facts with long ones on several lines, so that nothing is cut."""
    room = max(1, width - LABEL_CELLS - 1)
    cells = [
        (Cell("" if at else fact.label, Tone.MUTED), Cell(part, fact.tone))
        for fact in facts
        for at, part in enumerate(_wrapped(fact.text, room))
    ]
    return tuple(Row(str(number), pair) for number, pair in enumerate(cells))


def _spoken_of(entry: Entry, snapshot: Snapshot) -> Intent | None:
    """The intent to speak of: our order, or the cancel that is unclear or late."""
    cancel = entry.cancel
    if cancel is not None and (cancel.state in LOUD or core.late_seconds(snapshot, cancel)):
        return cancel
    return None if entry.is_trade else entry.intent


def _advice(intent: Intent, snapshot: Snapshot) -> tuple[str, ...]:
    """Why an intent stands where it does, and what the user can do about it."""
    absent = f":settle {intent.short_id} absent says that it never arrived"
    match intent.state:
        case IntentState.UNKNOWN:
            return f"{intent.reason or 'no proof either way'}: look at the exchange before doing it again", absent
        case IntentState.AMBIGUOUS:
            return _which(snapshot, intent), absent
        case IntentState.HANDED_OVER if core.late_seconds(snapshot, intent):
            known = pairs_view.status(snapshot, intent.pair)
            said = f"the bot says: {known.notices[0]}" if known and known.notices else "look at the exchange"
            return said, absent
        case _:
            return (intent.reason,) if intent.reason else ()


def _which(snapshot: Snapshot, intent: Intent) -> str:
    """How to say which order an intent became, with the numbers of those that it may be."""
    history = snapshot.history().value
    resting = (order for status in pairs_view.statuses(snapshot) for order in status.open_orders or ())
    shown: list[OpenOrder | Trade] = [*resting, *(history.trades if history else ())]
    side = (intent.pair.key, intent.command.side)
    claims = Claims.of(snapshot)
    new = {
        each.id
        for each in shown
        if (each.pair.key, each.side) == side and each.id and claims.behind(each.pair, each.id) is None
    }
    numbers = sorted(new - intent.known_ids)
    if not numbers:
        return intent.reason or "several orders look like it"
    return f":settle {intent.short_id} {' or '.join(numbers)} says which order it became"


def _place(entry: Entry, snapshot: Snapshot) -> tuple[Fact, Fact]:
    where = f"{entry.pair.exchange} · {entry.pair.native}"
    return (Fact("bot", entry.bot or snapshot.bot.name), Fact("exchange", where))


def _what(entry: Entry) -> str:
    if entry.intent is not None:
        return command_text(entry.intent.command)
    where = "at market" if entry.price is None else f"@ {fmt.number(entry.price)}"
    return f"{entry.side.upper()} {fmt.number(entry.amount)} {entry.pair.coin} {where}"


def _reasons(entry: Entry, snapshot: Snapshot) -> list[Fact]:
    """What the state rests on, for the order and for a cancel of it."""
    facts = [Fact("", text) for text in (_advice(entry.intent, snapshot) if entry.intent is not None else ())]
    if entry.cancel is not None:
        text, tone = state_of(entry.cancel, snapshot)
        facts.append(Fact("cancel", f"{entry.cancel.short_id} · {text}", tone))
        facts += [Fact("", said) for said in _advice(entry.cancel, snapshot)]
    return facts


def _ids(entry: Entry) -> list[Fact]:
    intent = entry.intent
    number = entry.order.id if entry.order is not None else "" if intent is not None else entry.id
    number = number or (intent.order_id or intent.cancels if intent is not None else "")
    facts = [Fact("number", f"#{number} on the exchange" if number else "the bot shows none")]
    if intent is None:
        return facts
    if intent.leg_id:
        facts.append(Fact("", f"#{intent.leg_id}, the other half of the OCO"))
    return [*facts, Fact("id", f"{intent.short_id} · {intent.id} in the journal")]


def _times(entry: Entry) -> list[Fact]:
    intent = entry.intent
    times = [("confirmed", intent.created_at), ("changed", intent.updated_at)] if intent is not None else []
    if entry.order is not None and entry.order.placed_at is not None:
        times.append(("placed", entry.order.placed_at))
    elif entry.is_trade and entry.at is not None:
        times.append(("traded", entry.at))
    return [Fact(label, _time(at)) for label, at in times]


def _numbers(entry: Entry) -> list[Fact]:
    coin, money = entry.pair.coin, entry.pair.money
    facts = [Fact("type", entry.type), Fact("amount", f"{fmt.number(entry.amount)} {coin}")]
    prices = [("price", entry.price), ("stop", entry.stop)]
    if entry.intent is not None and isinstance(entry.intent.command, PlaceOrder):
        prices.append(("stop limit", entry.intent.command.stop_limit))
    facts += [Fact(label, f"{fmt.number(price)} {money}") for label, price in prices if price is not None]
    if entry.filled is not None:
        left = float(entry.amount) - float(entry.filled)
        facts.append(Fact("filled", f"{fmt.number(entry.filled)} {coin}, left {fmt.amount(left, 8)}"))
    if entry.price is not None:
        facts.append(Fact("cost", fmt.money(float(entry.price) * float(entry.amount), money)))
    if entry.fee is not None:
        facts.append(Fact("fee", fmt.money(entry.fee, money)))
    if entry.pnl is not None:
        facts.append(Fact("pnl", fmt.money(entry.pnl, money, sign=True), pairs_view.gain(entry.pnl)))
    return facts


def _journal(why: Why) -> list[Fact]:
    """What stood on the screen at the press, then each event."""
    seen = [line for line in why.seen.splitlines() if line.strip()] or ["nothing was written down"]
    facts = [Fact("" if at else "seen", line) for at, line in enumerate(seen)]
    events = [f"{_time(event.at)} {event.event} {event.detail}".rstrip() for event in why.events]
    return facts + [Fact("" if at else "events", line) for at, line in enumerate(events)]


def _time(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def _wrapped(text: str, cells: int) -> list[str]:
    """The text in lines that fit, whatever signs it has."""
    has_wide = fmt.width(text) > len(text)
    return wrap(text, max(1, cells // 2 if has_wide else cells)) or [""]
