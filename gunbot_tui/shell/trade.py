"""`gunbot-tui order` and `gunbot-tui cancel`: a typed line, its ticket in words, a question, and what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from gunbot_tui.engine.again import last_order
from gunbot_tui.engine.close_all import leave_all
from gunbot_tui.engine.confirm import why_not_confirmed
from gunbot_tui.engine.grammar import Ambiguous, TextError, is_question, parse
from gunbot_tui.engine.ticket import preview
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.guard import Consent
from gunbot_tui.model.intent import Intent, IntentState
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.ticket import CancelPreview, CloseAllPreview, Draft, OrderDraft, OrderPreview, Preview
from gunbot_tui.shell.codes import Exit, GivenUpError, exit_code
from gunbot_tui.shell.office import ACCOUNT, Office
from gunbot_tui.shell.prompt import Prompt
from gunbot_tui.shell.proof import read_on
from gunbot_tui.views import ticket as ticket_view
from gunbot_tui.views.ticket_fate import intent_line

WIDTH = 80
SIGHT_SECONDS = 30.0
"""So long a shell stays for an order that the bot has not shown yet."""


async def run(office: Office, text: str, prompt: Prompt) -> Exit:
    """Preview the line, ask, send once. Raises GivenUpError when nothing was sent."""
    draft = await _read(office, text)
    made = await _preview(office, draft, prompt)
    _show(made, office, prompt)
    if is_question(text):
        return Exit.HANDED_OVER
    before = office.snapshot
    consent = await _consent(made, prompt)
    reason = why_not_confirmed(made, before, office.snapshot, office.now(), office.desk.limits)
    if reason is not None:
        raise GivenUpError(f"{reason}: run it again", _code_of_block(made, office))
    await _on_sight(office, await _send(office, made, consent, prompt), prompt)
    return exit_code(prompt.intents)


async def _read(office: Office, text: str) -> Draft:
    snapshot = await office.read_pairs()
    try:
        return _parsed(text, snapshot)
    except TextError:
        # What is not on the bot's list may be another market of its exchange.
        snapshot = await office.read(Topic(kind) for kind in (Kind.PAIRS, Kind.STATE, Kind.MARKETS))
    try:
        return _parsed(text, snapshot)
    except Ambiguous as question:
        choices = " or ".join(f'"{choice}"' for choice in question.choices)
        raise GivenUpError(f"{question}: {choices}", Exit.BAD_TEXT) from None
    except TextError as error:
        raise GivenUpError(str(error), Exit.BAD_TEXT) from None


def _parsed(text: str, snapshot: Snapshot) -> Draft:
    deals = snapshot.deals if snapshot.capabilities.has_deals else None
    return parse(text, pairs=snapshot.nameable, selected=None, last=last_order(snapshot), deals=deals)


async def _preview(office: Office, draft: Draft, prompt: Prompt) -> Preview:
    if isinstance(draft, OrderDraft):
        await office.read_market(draft.pair)
    else:
        await office.read((Topic(Kind.PAIRS), *ACCOUNT))
    made = preview(draft, office.snapshot, office.now(), limits=office.desk.limits)
    if isinstance(made, CancelPreview) and not made.commands:
        # One reading that lacks an order does not prove that it is gone; some more do.
        prompt.show([intent_line(intent) for intent in await read_on(office, prompt, made.draft.pair)])
        made = preview(draft, office.snapshot, office.now(), limits=office.desk.limits)
    if made.blocks:
        raise GivenUpError(made.blocks[0], _code_of_block(made, office))
    return made


def _code_of_block(made: Preview, office: Office) -> Exit:
    is_limited = office.snapshot.halted or (isinstance(made, OrderPreview) and made.is_limited)
    return Exit.BLOCKED if is_limited else Exit.NOT_SENT


def _show(made: Preview, office: Office, prompt: Prompt) -> None:
    title = ticket_view.title(made, office.snapshot)
    prompt.show((title, *ticket_view.lines(made, WIDTH, with_keys=False, most=ticket_view.UNCUT)))


async def _consent(made: Preview, prompt: Prompt) -> Consent:
    """What the user agrees to. Raises GivenUpError when the user does not."""
    if made.must_type:
        if prompt.yes:
            raise GivenUpError(f'"{made.must_type}" has to be typed for this: run it without --yes', Exit.BLOCKED)
        if await prompt.ask(f'type "{made.must_type}" to go on:') != made.must_type:
            raise GivenUpError("dropped: something else was typed")
    if not prompt.yes:
        key = ticket_view.confirm_key(made)
        if await prompt.ask(f"{key} and Enter sends, anything else drops:") != key:
            raise GivenUpError("dropped")
    agreed = made.consent if isinstance(made, OrderPreview) else Consent()
    return replace(agreed, typed=made.must_type)


async def _send(office: Office, made: Preview, consent: Consent, prompt: Prompt) -> tuple[Intent, ...]:
    seen = ticket_view.seen(made, office.snapshot)
    if isinstance(made, CancelPreview):
        return await told(office.desk.cancel_all(made.commands, seen), prompt)
    if isinstance(made, CloseAllPreview):
        return await told(leave_all(office.desk.submit, made, seen), prompt)
    if made.command is None:
        raise GivenUpError("nothing to send")
    prompt.is_sending = True
    intent = await office.desk.submit(made.command, seen, consent)
    prompt.is_sending = False
    prompt.told(intent)
    return (intent,)


async def _on_sight(office: Office, intents: tuple[Intent, ...], prompt: Prompt) -> None:
    """Stay until a cancel that waits for its order has been sent; a cockpit on the same journal sends it as well."""
    waiting = {intent.id for intent in intents if intent.state is IntentState.WAITING}
    if not waiting:
        return

    def found(snapshot: Snapshot) -> tuple[Intent, ...]:
        settled = (IntentState.WAITING, IntentState.SENDING)
        return tuple(each for each in snapshot.intents if each.id in waiting and each.state not in settled)

    prompt.say(f"waiting up to {SIGHT_SECONDS:.0f} s for the bot to show it")
    await office.read((Topic(Kind.PAIRS), Topic(Kind.HISTORY, "0")))
    await office.until(lambda snapshot: len(found(snapshot)) == len(waiting), SIGHT_SECONDS)
    for intent in found(office.snapshot):
        prompt.told(intent)
    if len(found(office.snapshot)) < len(waiting):
        prompt.result("not shown yet: the next cockpit or command on this journal sends the cancel, for ten minutes")


async def told(intents: AsyncIterator[Intent], prompt: Prompt) -> tuple[Intent, ...]:
    """Tell of each intent as soon as its fate is known."""
    found = []
    prompt.is_sending = True
    async for intent in intents:
        prompt.told(intent)
        found.append(intent)
    prompt.is_sending = False
    return tuple(found)
