"""`gunbot-tui panic`, once the halt is set: every working order is cancelled, and each one's fate is told.

It never sells: what is held stays held, because at such a moment a market sell is a decision of its own.
"""

from __future__ import annotations

from gunbot_tui.engine.ticket import preview
from gunbot_tui.model.command import CancelOrder, HandedOver, NotSent, Refused, StopCore, Unknown
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.intent import Intent
from gunbot_tui.model.ticket import CancelDraft, CancelPreview, CancelScope
from gunbot_tui.shell.codes import Exit, GivenUpError, exit_code
from gunbot_tui.shell.office import Office
from gunbot_tui.shell.prompt import Prompt
from gunbot_tui.shell.trade import WIDTH, told
from gunbot_tui.views import ticket as ticket_view

STOP_KEY = "T"
LOOKS = 3
"""How often the bot is asked again for orders of ours that it did not show at first; each look is a read of its own."""


async def run(office: Office, prompt: Prompt) -> Exit:
    """Cancel everything that works, offer to stop the core. Raises GivenUpError when no order could be cancelled."""
    await office.read((Topic(Kind.PAIRS), Topic(Kind.CONFIG)))
    await office.read_pairs()
    intents = await _cancel_all(office, prompt)
    await _offer_to_stop(office, prompt)
    return exit_code(intents)


async def _cancel_all(office: Office, prompt: Prompt) -> tuple[Intent, ...]:
    made = _preview(office)
    known = tuple(command for command in made.commands if command.id)
    unseen = {command.of for command in made.commands if not command.id}
    if not made.commands:
        prompt.result("no working order is known: nothing to cancel")
        return ()
    prompt.show(ticket_view.lines(made, WIDTH, with_keys=False))
    count = len(made.commands)
    if not prompt.yes and await prompt.ask(f"type {count} to cancel all of them:") != str(count):
        raise GivenUpError("still halted, no order was cancelled")
    intents = await _sweep(office, prompt, known)
    for _ in range(LOOKS):
        if not unseen:
            return intents
        await office.read_again(Topic(Kind.PAIRS))
        shown = {intent.order_id: intent.id for intent in office.snapshot.intents if intent.id in unseen}
        found = tuple(command for command in _preview(office).commands if command.id in shown)
        intents += await _sweep(office, prompt, found)
        unseen -= {shown[command.id] for command in found}
    for intent in office.snapshot.intents:
        if intent.id in unseen and intent.is_not_shown:
            prompt.result(f"{intent.short_id}: the bot does not show it yet and it may still appear: run panic again")
    return intents


def _preview(office: Office) -> CancelPreview:
    draft = CancelDraft(CancelScope.EVERYWHERE, with_bot=True)
    made = preview(draft, office.snapshot, office.now(), limits=office.desk.limits)
    return made if isinstance(made, CancelPreview) else CancelPreview(draft, (), office.now())


async def _sweep(office: Office, prompt: Prompt, commands: tuple[CancelOrder, ...]) -> tuple[Intent, ...]:
    seen = f"panic: {len(commands)} orders"
    return await told(office.desk.cancel_all(commands, seen, though_halted=True), prompt)


async def _offer_to_stop(office: Office, prompt: Prompt) -> None:
    """The core may place its orders again: stopping it is the user's word, never ours."""
    if prompt.yes:
        prompt.say("the core goes on and may place orders again: stop it on screen 8 of the cockpit")
        return
    question = f"the core may place orders again: {STOP_KEY} and Enter stops it, anything else lets it run:"
    if await prompt.ask(question) != STOP_KEY:
        return
    match await office.desk.control(StopCore(), though_halted=True):
        case HandedOver():
            prompt.result("stop the core: the bot said yes")
        case NotSent(reason):
            prompt.result(f"stop the core: not sent, {reason}")
        case Refused(reason):
            prompt.result(f"stop the core: refused, {reason}")
        case Unknown(reason):
            prompt.result(f"stop the core: sent, but no clear answer ({reason}); look before doing it again")
