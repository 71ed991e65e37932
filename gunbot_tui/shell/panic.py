"""`gunbot-tui panic`, once the halt was tried: every working order is cancelled, and each one's fate is told.

By itself it never sells: at such a moment that is a decision of its own. Where a bot keeps trades that can be left it
is asked for, with a word of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace

from gunbot_tui.engine.close_all import WHOLE, leave_all
from gunbot_tui.engine.deals import leaving_side
from gunbot_tui.engine.ticket import preview
from gunbot_tui.model.command import (
    CancelOrder,
    HandedOver,
    NotSent,
    Outcome,
    Refused,
    StopCore,
    StopEntries,
    Unknown,
)
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.host import RunState
from gunbot_tui.model.intent import Intent
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelDraft, CancelPreview, CancelScope, CloseAllDraft, CloseAllPreview, OrderDraft
from gunbot_tui.model.trading import OrderType, PairState, PairStatus
from gunbot_tui.shell.cancel_words import cancel_lines
from gunbot_tui.shell.codes import Exit, exit_code
from gunbot_tui.shell.fate import LOOK_SECONDS, LOOKS, Fate
from gunbot_tui.shell.office import Office
from gunbot_tui.shell.prompt import Prompt
from gunbot_tui.shell.remains import Story
from gunbot_tui.shell.trade import WIDTH, told
from gunbot_tui.views.ticket import UNCUT
from gunbot_tui.views.ticket_exits import exit_lines

STOP_KEY = "T"
EXIT_WORD = "exit"
TRIES = 3


async def run(offices: Sequence[Office], prompt: Prompt) -> Exit:
    """Each step at every bot before the next: open nothing, cancel, look for what was not shown, leave what is open.

    Leaving is the user's word. Bots with real money come first. One that does not answer stops none of the others; the
    only one raises GivenUpError.
    """
    async with AsyncExitStack() as stack:
        fates = [Fate(office, prompt, is_alone=len(offices) == 1) for office in offices]
        await asyncio.gather(*(fate.prepare(_prepare, stack) for fate in fates))
        fates.sort(key=lambda fate: fate.is_dry)
        told_of = None
        for step in (_cancel_all, _look_for, _offer_more):
            for fate in fates:
                if fate.is_over or (step is _look_for and not fate.has_unseen):
                    continue
                if fate is not told_of:
                    prompt.say(fate.heading)
                told_of = fate
                await fate.take(step)
        await asyncio.gather(*(fate.look() for fate in fates))
        for fate in fates:
            fate.close()
        too_late = frozenset[str]().union(*(fate.too_late for fate in fates))
        sent = [intent for intent in prompt.intents if intent.id not in too_late]
        return exit_code(sent, *(code for fate in fates for code in fate.codes))


async def _prepare(office: Office, prompt: Prompt, story: Story) -> Exit:
    """Read what there is, and let a bot that would open more open nothing: a stopped one would be started by that."""
    await office.read((Topic(Kind.PAIRS), Topic(Kind.CONFIG), Topic(Kind.STATE)))
    await office.read_pairs()
    run = office.snapshot.run_status.value
    if not office.snapshot.capabilities.has_deals:
        return Exit.HANDED_OVER
    if run is None:
        prompt.result(f"{office.name}: not known whether it runs, so its entries were not stopped")
        return Exit.NOT_SENT
    if run.state is not RunState.RUNNING:
        prompt.say(f"{office.name} is {run.state} and opens nothing")
        return Exit.HANDED_OVER
    return _told(await office.desk.control(StopEntries(), though_halted=True), f"{office.name}: stop entries", prompt)


async def _offer_more(office: Office, prompt: Prompt, story: Story) -> Exit:
    """What goes beyond the orders is the user's word, never ours."""
    return await (_offer_exits if office.snapshot.capabilities.has_deals else _offer_to_stop)(office, prompt, story)


async def _offer_exits(office: Office, prompt: Prompt, story: Story) -> Exit:
    """Leaving takes a word of its own, and never a yes given beforehand."""
    if not office.snapshot.deals:
        prompt.say("no open trade is known: there is nothing to leave")
        return Exit.HANDED_OVER
    count = len(office.snapshot.deals)
    what = "1 open trade" if count == 1 else f"{count} open trades"
    if prompt.yes:
        story.why_trade = _kept(office.snapshot, "--yes sends no exit")
        prompt.say(f"{what} of {office.name} stay open: leave them with `close all everywhere` after :release")
        return Exit.HANDED_OVER
    await office.read_again(Topic(Kind.PAIRS))
    snapshot = replace(office.snapshot, halt=None)
    made = preview(CloseAllDraft(), snapshot, office.now(), limits=office.desk.limits)
    story.why_trade = _staying(snapshot, office)
    if not isinstance(made, CloseAllPreview) or made.blocks:
        prompt.result(f"{what} of {office.name} can't be left: {made.blocks[0]}")
        return Exit.NOT_SENT
    prompt.show(exit_lines(made, UNCUT, WIDTH))
    question = f"type {EXIT_WORD} to leave {len(made.orders)} of {office.name} at the market, anything else keeps them:"
    if await prompt.ask(question) != EXIT_WORD:
        story.why_trade = {**_kept(snapshot, "you kept it"), **story.why_trade}
        return Exit.HANDED_OVER
    sending = leave_all(office.desk.leave, made, f"panic: {len(made.orders)} exits")
    story.sent += await told(sending, prompt)
    is_rest = any(deal.amount for deal in snapshot.deals if deal.id in story.why_trade)
    return Exit.NOT_SENT if is_rest else Exit.HANDED_OVER


def _kept(snapshot: Snapshot, why: str) -> dict[str, str]:
    return {deal.id: why for deal in snapshot.deals}


def _staying(snapshot: Snapshot, office: Office) -> dict[str, str]:
    """The trades that can't be left now, with the reason."""
    found = {}
    for deal in snapshot.deals:
        draft = OrderDraft(deal.pair, leaving_side(deal), OrderType.MARKET, WHOLE, closes=True)
        blocks = preview(draft, snapshot, office.now(), limits=office.desk.limits).blocks
        if blocks:
            found[deal.id] = blocks[0]
    return found


async def _cancel_all(office: Office, prompt: Prompt, story: Story) -> Exit:
    """The sweep; UNKNOWN when an order may work that could not be named."""
    run = office.snapshot.run_status.value
    if run is not None and run.state is RunState.STOPPED:
        prompt.result(f"{office.name} is stopped and takes no cancel: what works stays on the exchange")
        story.why_orders = "a stopped bot takes no cancel"
        return Exit.NOT_SENT if any(status.open_orders for status in office.snapshot.statuses) else Exit.HANDED_OVER
    made = _preview(office)
    unread = [status.pair.name for status in office.snapshot.statuses if _may_hide_orders(status)]
    if unread:
        prompt.result(f"the open orders of {', '.join(unread)} can't be read: look at the exchange")
    if made.commands:
        for line in cancel_lines(made, office.snapshot):
            prompt.say(line)
        if not await _agree(prompt, len(made.commands)):
            prompt.result("still halted, no order was cancelled" if office.desk.halted else "no order was cancelled")
            story.why_orders = "you kept it" if len(made.commands) == 1 else "you kept them"
            return Exit.UNKNOWN if unread else Exit.NOT_SENT
        story.sent += await _sweep(office, prompt, tuple(command for command in made.commands if command.id))
        story.unseen = {command.of for command in made.commands if not command.id}
    elif not unread:
        prompt.result("no working order is known: nothing to cancel")
    return Exit.UNKNOWN if unread else Exit.HANDED_OVER


async def _agree(prompt: Prompt, count: int) -> bool:
    """Ask for the number of orders; a slip of the finger is asked again, for this is no moment to start over."""
    if prompt.yes:
        return True
    for _ in range(TRIES):
        answer = await prompt.ask(f"type {count} to cancel all of them, n to leave them:")
        if answer == str(count):
            return True
        if answer == "n":
            break
    return False


async def _look_for(office: Office, prompt: Prompt, story: Story) -> Exit:
    """Cancel orders of ours as the bot shows them; UNKNOWN when it still does not show all at the end."""
    unseen = story.unseen
    prompt.say(f"{len(unseen)} of ours not shown yet: looking {LOOKS} times more")
    for _ in range(LOOKS):
        if not unseen:
            break
        await office.pause(LOOK_SECONDS)
        await office.read_again(Topic(Kind.PAIRS))
        shown = {intent.order_id: intent.id for intent in office.snapshot.intents if intent.id in unseen}
        shown.pop("", None)
        found = tuple(command for command in _preview(office).commands if command.id in shown)
        story.sent += await _sweep(office, prompt, found)
        unseen = unseen - {shown[command.id] for command in found}
    left = [intent for intent in office.snapshot.intents if intent.id in unseen and intent.is_not_shown]
    for intent in left:
        prompt.result(f"{intent.short_id}: the bot does not show it yet and it may still appear: run panic again")
    return Exit.UNKNOWN if left else Exit.HANDED_OVER


def _may_hide_orders(status: PairStatus) -> bool:
    """True when the bot works on the pair and its open orders can't be read; a paused pair is never looked at."""
    return status.open_orders is None and status.state is not PairState.PAUSED


def _preview(office: Office) -> CancelPreview:
    draft = CancelDraft(CancelScope.EVERYWHERE, with_bot=True)
    made = preview(draft, office.snapshot, office.now(), limits=office.desk.limits)
    return made if isinstance(made, CancelPreview) else CancelPreview(draft, (), office.now())


async def _sweep(office: Office, prompt: Prompt, commands: tuple[CancelOrder, ...]) -> tuple[Intent, ...]:
    return await told(office.desk.cancel_all(commands, f"panic: {len(commands)} orders", though_halted=True), prompt)


async def _offer_to_stop(office: Office, prompt: Prompt, story: Story) -> Exit:
    """The core may place its orders again as long as it runs."""
    if prompt.yes:
        prompt.say("the core goes on and may place orders again: stop it on screen 8 of the cockpit")
        return Exit.HANDED_OVER
    question = (
        f"the core of {office.name} may place orders again: {STOP_KEY} and Enter stops it, anything else lets it run:"
    )
    if await prompt.ask(question) != STOP_KEY:
        return Exit.HANDED_OVER
    return _told(await office.desk.control(StopCore(), though_halted=True), "stop the core", prompt)


def _told(outcome: Outcome, what: str, prompt: Prompt) -> Exit:
    match outcome:
        case HandedOver(words=words):
            prompt.result(f"{what}: {words or 'the bot said yes'}")
            return Exit.HANDED_OVER
        case NotSent(reason):
            prompt.result(f"{what}: not sent, {reason}")
            return Exit.NOT_SENT
        case Refused(reason):
            prompt.result(f"{what}: refused, {reason}")
            return Exit.REFUSED
        case Unknown(reason):
            prompt.result(f"{what}: sent, but no clear answer ({reason}); look before doing it again")
            return Exit.UNKNOWN
