"""What the `:` line and the palette can be told: orders, verbs by name, and names with arguments."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from gunbot_tui.engine.grammar import TextError, looks_like_order
from gunbot_tui.engine.naming import find_pair
from gunbot_tui.ui.keymap import KEYS, SCREEN_KEYS, named
from gunbot_tui.views.pairs import statuses

if TYPE_CHECKING:
    from gunbot_tui.ui.cockpit import Cockpit

CHOSEN = "="
"""Before the id of a verb that was chosen in the palette."""


async def run_typed(cockpit: Cockpit, text: str) -> None:
    """Carry out a line; whatever can't be carried out is said in one line and nothing is lost."""
    if not text:
        return
    if text.startswith(CHOSEN):
        chosen = next((key for key in KEYS if key.id == text[1:]), None)
        if chosen is not None:
            await _run_action(cockpit, chosen.action)
            return
    name, _, rest = text.partition(" ")
    name, rest = name.lower(), rest.strip()
    if looks_like_order(text) and rest:
        cockpit.orders.run_text(text)
        return
    match name:
        case "pair" | "find":
            _select_pair(cockpit, rest)
        case "filter":
            _filter(cockpit, rest)
        case "fault":
            await _fault(cockpit, rest)
        case "settle":
            await _settle(cockpit, rest)
        case "cancel":
            cockpit.warn("cancel what? `cancel 357044` takes an order's id, `cancel all` ours on the selected pair")
        case _:
            await _run_named(cockpit, name, rest)


async def _run_named(cockpit: Cockpit, name: str, rest: str) -> None:
    key = named(name)
    if key is None:
        names = [word for key in KEYS for word in key.names]
        close = get_close_matches(name, names, n=1)
        hint = f", perhaps {close[0]}" if close else ""
        cockpit.line.open(f"{name} {rest}".strip())
        cockpit.warn(f'"{name}" is no command{hint}: ctrl+p lists them all')
        return
    if key in SCREEN_KEYS and rest and not _select_pair(cockpit, rest):
        return
    await _run_action(cockpit, key.action)


async def _run_action(cockpit: Cockpit, action: str) -> None:
    await cockpit.run_action(f"screen.{action}")


def _select_pair(cockpit: Cockpit, text: str) -> bool:
    pairs = [state.pair for state in statuses(cockpit.snapshot)]
    try:
        pair = find_pair(text, pairs, cockpit.pair)
    except TextError as error:
        cockpit.warn(str(error))
        return False
    cockpit.select(pair)
    return True


def _filter(cockpit: Cockpit, text: str) -> None:
    if cockpit.table is None:
        cockpit.warn("there is no table to filter here")
        return
    cockpit.table.filter_text = text
    cockpit.redraw_view()


async def _settle(cockpit: Cockpit, text: str) -> None:
    intent_id, _, word = text.partition(" ")
    await cockpit.orders.settle(intent_id, word.strip().removeprefix("#"))


async def _fault(cockpit: Cockpit, text: str) -> None:
    if cockpit.demo is None:
        cockpit.warn("fault works in the demo only: this is a real bot")
        return
    kind, _, length = text.partition(" ")
    try:
        seconds = parse_seconds(length or "30s")
        await cockpit.demo.fault(kind, seconds)
    except ValueError as error:
        cockpit.warn(str(error))
        return
    cockpit.say(f"the simulated bot has the fault {kind} for {seconds:g} s")


def parse_seconds(text: str) -> float:
    """Seconds of `30s`, `2m` or `30`. Raises ValueError with one line."""
    found = re.fullmatch(r"(\d{1,4})\s*([sm]?)", text.strip(), re.ASCII)
    if found is None or int(found[1]) == 0:
        raise ValueError(f'"{text}" is no length of time: write 30s or 2m')
    return int(found[1]) * (60 if found[2] == "m" else 1)
