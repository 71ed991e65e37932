"""The other side of the dialog that adds a bot, as a test wants it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gunbot_tui.model.bot import BotRef, TradeMode
from gunbot_tui.ui.enrolment import BotDraft, Trial
from gunbot_tui.ui.startup import SetupError

GOOD = Trial(True, ("it works: Gunbot takes the login",))


@dataclass
class ScriptedEnrolment:
    """Finds the mistakes and the trial that the test says, and remembers what was handed over."""

    config_path: Path = Path("/home/me/.config/gunbot-tui/config.toml")
    wrong: Mapping[str, str] = field(default_factory=dict)
    trial: Trial = GOOD
    refusal: str = ""
    tried: list[BotDraft] = field(default_factory=list)
    saved: list[BotDraft] = field(default_factory=list)
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: int = 0

    async def mistakes(self, draft: BotDraft) -> Mapping[str, str]:
        found = {} if draft.name else {"name": "a bot's name has 1 to 24 letters, digits, - or _"}
        return {**found, **self.wrong}

    async def try_out(self, draft: BotDraft) -> Trial:
        self.tried.append(draft)
        try:
            await self.answers.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return self.trial

    async def save(self, draft: BotDraft) -> BotRef:
        if self.refusal:
            raise SetupError(self.refusal, 2)
        self.saved.append(draft)
        return BotRef(draft.name, draft.kind, draft.url, TradeMode.CONFIRM if draft.may_trade else TradeMode.READ_ONLY)


def answering(**values: object) -> ScriptedEnrolment:
    enrolment = ScriptedEnrolment(**values)  # type: ignore[arg-type]  # the fields, by their names
    enrolment.answers.set()
    return enrolment
