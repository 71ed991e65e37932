"""What the `:` line and the palette can be told: orders, verbs by name, and names with arguments.

A line that can't be carried out comes back for mending, with one line of reason.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable
from difflib import get_close_matches
from typing import TYPE_CHECKING

from gunbot_tui.engine.complete import ANY_PAIR, PAIR, Vocabulary
from gunbot_tui.engine.controls import VERBS as CONTROL_VERBS
from gunbot_tui.engine.grammar import VERBS, Ambiguous, TextError, looks_like_order
from gunbot_tui.engine.naming import find_pair
from gunbot_tui.engine.verdict import ABSENT_WORD, UNSETTLED, verdicts
from gunbot_tui.ui.export import FORMATS
from gunbot_tui.ui.keymap import KEYS, SCREEN_KEYS, VIEWS, named
from gunbot_tui.views.logs import LEVELS
from gunbot_tui.views.pairs import statuses
from gunbot_tui.views.pnl_sections import SECTIONS, sections

if TYPE_CHECKING:
    from gunbot_tui.ui.cockpit import Cockpit
    from gunbot_tui.ui.contract import OrderDesk

CHOSEN = "="
"""Before the id of a verb that was chosen in the palette."""

PAIRLESS = ("bot", "logs", "fleet")
"""Screens that a pair behind their name says nothing about."""

TOGGLED = ("start", "stop")
"""Either does what a core does not do now; a bot with more states than two is told which."""

NAMES = tuple(dict.fromkeys((*VERBS, *(name for key in KEYS for name in key.names))))
AFTER = {
    **dict.fromkeys(("pair", "find", *(view for view in VIEWS if view not in PAIRLESS)), ((PAIR,),)),
    "lock": ((ANY_PAIR,),),
    "unlock": ((PAIR,),),
    "blacklist": ((ANY_PAIR,),),
    "pnl": ((*SECTIONS, PAIR),),
    "write": (tuple(FORMATS),),
    "logs": (tuple(LEVELS),),
}


def vocabulary(cockpit: Cockpit) -> Vocabulary:
    """What a line may name now."""
    snapshot = cockpit.snapshot
    working = (order.id for status in snapshot.statuses for order in status.open_orders or () if order.id)
    ours = tuple(intent.short_id for intent in snapshot.intents if intent.is_placement)
    placed = (id for intent in snapshot.intents if intent.is_placement for id in (intent.order_id, intent.leg_id) if id)
    now, unsettled = cockpit.cockpit_app.now(), [intent for intent in snapshot.intents if intent.state in UNSETTLED]
    verdict_on = {f"settle {intent.short_id}": (verdicts(intent, snapshot, now),) for intent in unsettled}
    by_ours = {"why": ((*ours, *placed),), "settle": (tuple(intent.short_id for intent in unsettled),), **verdict_on}
    pairs = tuple(status.pair for status in snapshot.pairs.value or ())
    deals = tuple(deal.id for deal in snapshot.deals)
    barred = snapshot.pairlist.value
    by_deal = dict.fromkeys(("trade", "delete-trade", "reload-trade"), (deals,))
    allow = (PAIR,) if barred is None else barred.blocked
    after = {**AFTER, **by_deal, **by_ours, "bot": (cockpit.crew.names,), "allow": (allow,)}
    return Vocabulary(NAMES, pairs, tuple(dict.fromkeys((*working, *ours))), after, snapshot.nameable[len(pairs) :])


PANIC = "panic is for a shell: here H halts, X cancels, :close all everywhere leaves; gunbot-tui panic --all-bots"


async def run_typed(cockpit: Cockpit, text: str) -> None:
    """Carry out a line; whatever can't be carried out is said in one line and nothing is lost."""
    if not text:
        return
    chosen = next((key for key in KEYS if f"{CHOSEN}{key.id}" == text), None)
    if chosen is not None:
        await _run_action(cockpit, chosen.action)
        return
    if looks_like_order(text):
        cockpit.orders.run_text(text)
        if not cockpit.ticket.is_open and not cockpit.line.is_open:
            cockpit.line.open(text)
        return
    name, _, rest = text.partition(" ")
    work = BESIDE.get(name.lower()) if rest.strip() else None
    if work is None:
        await _try(cockpit, text, _run_named(cockpit, name.lower(), rest.strip()))
    else:
        cockpit.run_worker(_try(cockpit, text, work(cockpit, rest.strip())), name=name, group="typed")


async def _try(cockpit: Cockpit, text: str, work: Awaitable[None]) -> None:
    """Carry it out, or give the line back, unless something else is being typed by then."""
    try:
        await work
    except TextError as error:
        if not cockpit.is_typing:
            choices = error.choices if isinstance(error, Ambiguous) else ()
            cockpit.line.open(text, choices=[f"{text.partition(' ')[0]} {choice}" for choice in choices])
        cockpit.warn(str(error))


async def _run_named(cockpit: Cockpit, name: str, rest: str) -> None:
    match name:
        case "pair" | "find" if rest:
            _select_pair(cockpit, rest)
        case "bot" if rest:
            await _show_bot(cockpit, rest)
        case _ if name in CONTROL_VERBS and (name not in TOGGLED or cockpit.snapshot.capabilities.has_deals):
            cockpit.orders.controls.ask_typed(name, rest)
        case "logs" if rest:
            await _show_level(cockpit, rest)
        case "pnl" if rest.lower() in SECTIONS:
            await _show_section(cockpit, rest.lower())
        case "filter":
            _filter(cockpit, rest)
        case "write" if rest:
            _write(cockpit, rest)
        case "panic":
            raise TextError(PANIC)
        case _:
            await _run_key(cockpit, name, rest)


async def _run_key(cockpit: Cockpit, name: str, rest: str) -> None:
    key = named(name)
    if key is None:
        close = get_close_matches(name, NAMES, n=1)
        hint = f", perhaps {close[0]}" if close else ""
        raise TextError(f'"{name}" is no command{hint}: ctrl+p lists them all')
    if rest and key not in SCREEN_KEYS:
        raise TextError(f'"{rest}" behind {name}: {name} takes nothing')
    if rest:
        _select_pair(cockpit, rest)
    await _run_action(cockpit, key.action)


async def _run_action(cockpit: Cockpit, action: str) -> None:
    await cockpit.run_action(f"screen.{action}")


def _select_pair(cockpit: Cockpit, text: str) -> None:
    pairs = [state.pair for state in statuses(cockpit.snapshot)]
    try:
        found = find_pair(text, pairs, cockpit.pair)
    except Ambiguous as error:
        # What an order has to ask may be looked at: a coin that is traded as one contract only.
        if len(error.choices) != 1:
            raise
        found = next(pair for pair in pairs if pair.key == error.choices[0])
    cockpit.selection.select(found)


async def _show_bot(cockpit: Cockpit, name: str) -> None:
    names = cockpit.crew.names
    found = [known for known in names if known.lower() == name.lower()]
    if not found:
        raise TextError(f'there is no bot "{name}"; known: {", ".join(names)}')
    await cockpit.cockpit_app.activate(found[0])


async def _show_level(cockpit: Cockpit, level: str) -> None:
    await cockpit.show_view("logs")
    if not cockpit.view.choose(level):
        raise TextError(f'"{level}" is no level of the log: {", ".join(LEVELS)}')
    cockpit.redraw_view()


async def _show_section(cockpit: Cockpit, name: str) -> None:
    if name not in sections(cockpit.snapshot):
        raise TextError(f"this bot tells nothing for the section {name}")
    await cockpit.show_view("pnl")
    cockpit.view.open_section(name)
    cockpit.watch_topics()
    cockpit.redraw_view()


def _filter(cockpit: Cockpit, text: str) -> None:
    if cockpit.table is None:
        raise TextError("there is no table to filter here")
    cockpit.table.filter_text = text
    cockpit.selection.follow_cursor()
    cockpit.redraw_view()


def _write(cockpit: Cockpit, text: str) -> None:
    if text.lower() not in FORMATS:
        raise TextError(f'"{text}" is no format to write: write {" or write ".join(FORMATS)}')
    if cockpit.table is None:
        raise TextError("there is no table to write here")
    cockpit.action_write(text.lower())


async def _why(cockpit: Cockpit, typed_id: str) -> None:
    why = await _desk(cockpit).why(typed_id.removeprefix("#"))
    if isinstance(why, str):
        raise TextError(why)
    await cockpit.show_view("orders")
    cockpit.view.open_detail(why, cockpit.snapshot)
    cockpit.redraw_view()


async def _trade(cockpit: Cockpit, typed_id: str) -> None:
    session = cockpit.cockpit_app.session
    if session is None:
        raise TextError("not connected yet: nothing is known of trades")
    deal = await session.deal(typed_id.removeprefix("#"))
    if isinstance(deal, str):
        raise TextError(deal)
    # Another bot may be shown by now.
    if cockpit.cockpit_app.session is session:
        await cockpit.show_view("orders")
        cockpit.view.open_detail(deal, cockpit.snapshot)
        cockpit.redraw_view()


async def _settle(cockpit: Cockpit, text: str) -> None:
    typed_id, _, word = text.partition(" ")
    typed_id, word = typed_id.removeprefix("#"), word.strip().removeprefix("#")
    if not word:
        raise TextError(f"nothing settled: settle {typed_id} {ABSENT_WORD}, or settle {typed_id} and the order's id")
    bot = cockpit.crew.active
    settled = await _desk(cockpit).settle_by_user(typed_id, word)
    if isinstance(settled, str):
        raise TextError(f"nothing settled: {settled}")
    cockpit.orders.outcomes.expect_settled(settled, bot)
    cockpit.say(f"{typed_id} is {'closed as never arrived' if word.lower() == ABSENT_WORD else f'order #{word}'}")


def _desk(cockpit: Cockpit) -> OrderDesk:
    session = cockpit.cockpit_app.session
    if session is None:
        raise TextError("not connected yet: nothing is known of orders")
    return session.desk


async def _fault(cockpit: Cockpit, text: str) -> None:
    if cockpit.demo is None:
        raise TextError("fault works in the demo only: this is a real bot")
    kind, _, length = text.partition(" ")
    try:
        seconds = parse_seconds(length or "30s")
        await cockpit.demo.fault(kind, seconds)
    except ValueError as error:
        raise TextError(str(error)) from None
    cockpit.say(f"the simulated bot has the fault {kind} for {seconds:g} s")


BESIDE = {"why": _why, "trade": _trade, "settle": _settle, "fault": _fault}
"""What asks the disk or the network, and therefore never holds up the keys: the halt is one of them."""


def parse_seconds(text: str) -> float:
    """Seconds of `30s`, `2m` or `30`. Raises ValueError with one line."""
    found = re.fullmatch(r"(\d{1,4})\s*([sm]?)", text.strip(), re.ASCII)
    if found is None or int(found[1]) == 0:
        raise ValueError(f'"{text}" is no length of time: write 30s or 2m')
    return int(found[1]) * (60 if found[2] == "m" else 1)
