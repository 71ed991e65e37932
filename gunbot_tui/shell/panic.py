"""`gunbot-tui panic`, once the halt is set: every working order is cancelled, and each one's fate is told.

It never sells: what is held stays held, because at such a moment a market sell is a decision of its own.
"""

from __future__ import annotations

from gunbot_tui.engine.ticket import preview
from gunbot_tui.model.command import CancelOrder, HandedOver, NotSent, Refused, StopCore, Unknown
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.ticket import CancelDraft, CancelPreview, CancelScope
from gunbot_tui.model.trading import PairState, PairStatus
from gunbot_tui.shell.codes import Exit, GivenUpError, exit_code
from gunbot_tui.shell.office import Office
from gunbot_tui.shell.prompt import Prompt
from gunbot_tui.shell.trade import told
from gunbot_tui.views.ticket_words import order_name

STOP_KEY = "T"
TRIES = 3
LOOKS = 3
LOOK_SECONDS = 2.5
"""So often the bot is asked again for orders of ours that it did not show at first: about a cycle of its core apart."""


async def run(office: Office, prompt: Prompt) -> Exit:
    """Cancel everything that works, offer to stop the core. Raises GivenUpError when the bot does not answer."""
    await office.read((Topic(Kind.PAIRS), Topic(Kind.CONFIG)))
    await office.read_pairs()
    swept = await _cancel_all(office, prompt)
    stopped = await _offer_to_stop(office, prompt)
    return exit_code(prompt.intents, swept, stopped)


async def _cancel_all(office: Office, prompt: Prompt) -> Exit:
    """The sweep; UNKNOWN when an order may work that could not be named."""
    made = _preview(office)
    unseen = {command.of for command in made.commands if not command.id}
    unread = [status.pair.name for status in office.snapshot.statuses if _may_hide_orders(status)]
    if unread:
        prompt.result(f"the open orders of {', '.join(unread)} can't be read: look at the exchange")
    if made.commands:
        for command in made.commands:
            prompt.say(_named(command, made.kinds.get(command, "")))
        await _agree(prompt, len(made.commands))
        await _sweep(office, prompt, tuple(command for command in made.commands if command.id))
        unseen = await _look_for(office, prompt, unseen)
    elif not unread:
        prompt.result("no working order is known: nothing to cancel")
    return Exit.UNKNOWN if unseen or unread else Exit.HANDED_OVER


def _named(command: CancelOrder, kind: str) -> str:
    pair = command.pair
    order = f"{command.side.upper()} {command.amount:f} {pair.name} @ {command.price:f}"
    return "  ".join(filter(None, ("", order, kind, f"{order_name(command)} on {pair.exchange}")))


async def _agree(prompt: Prompt, count: int) -> None:
    """Ask for the number of orders; a slip of the finger is asked again, for this is no moment to start over."""
    if prompt.yes:
        return
    for _ in range(TRIES):
        answer = await prompt.ask(f"type {count} to cancel all of them, n to leave them:")
        if answer == str(count):
            return
        if answer == "n":
            break
    raise GivenUpError("still halted, no order was cancelled")


async def _look_for(office: Office, prompt: Prompt, unseen: set[str]) -> set[str]:
    """Cancel orders of ours as the bot shows them; those that it still did not show at the end."""
    if unseen:
        prompt.say(f"{len(unseen)} of ours not shown yet: looking {LOOKS} times more")
    for _ in range(LOOKS):
        if not unseen:
            break
        await office.pause(LOOK_SECONDS)
        await office.read_again(Topic(Kind.PAIRS))
        shown = {intent.order_id: intent.id for intent in office.snapshot.intents if intent.id in unseen}
        shown.pop("", None)
        found = tuple(command for command in _preview(office).commands if command.id in shown)
        await _sweep(office, prompt, found)
        unseen = unseen - {shown[command.id] for command in found}
    left = [intent for intent in office.snapshot.intents if intent.id in unseen and intent.is_not_shown]
    for intent in left:
        prompt.result(f"{intent.short_id}: the bot does not show it yet and it may still appear: run panic again")
    return {intent.id for intent in left}


def _may_hide_orders(status: PairStatus) -> bool:
    """True when the bot works on the pair and its open orders can't be read; a paused pair is never looked at."""
    return status.open_orders is None and status.state is not PairState.PAUSED


def _preview(office: Office) -> CancelPreview:
    draft = CancelDraft(CancelScope.EVERYWHERE, with_bot=True)
    made = preview(draft, office.snapshot, office.now(), limits=office.desk.limits)
    return made if isinstance(made, CancelPreview) else CancelPreview(draft, (), office.now())


async def _sweep(office: Office, prompt: Prompt, commands: tuple[CancelOrder, ...]) -> None:
    await told(office.desk.cancel_all(commands, f"panic: {len(commands)} orders", though_halted=True), prompt)


async def _offer_to_stop(office: Office, prompt: Prompt) -> Exit:
    """The core may place its orders again: stopping it is the user's word, never ours."""
    if prompt.yes:
        prompt.say("the core goes on and may place orders again: stop it on screen 8 of the cockpit")
        return Exit.HANDED_OVER
    question = f"the core may place orders again: {STOP_KEY} and Enter stops it, anything else lets it run:"
    if await prompt.ask(question) != STOP_KEY:
        return Exit.HANDED_OVER
    match await office.desk.control(StopCore(), though_halted=True):
        case HandedOver():
            prompt.result("stop the core: the bot said yes")
            return Exit.HANDED_OVER
        case NotSent(reason):
            prompt.result(f"stop the core: not sent, {reason}")
            return Exit.NOT_SENT
        case Refused(reason):
            prompt.result(f"stop the core: refused, {reason}")
            return Exit.REFUSED
        case Unknown(reason):
            prompt.result(f"stop the core: sent, but no clear answer ({reason}); look before doing it again")
            return Exit.UNKNOWN
