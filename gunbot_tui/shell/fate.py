"""One bot's part in a panic: its steps in turn, what it is called, and what is said of it at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.shell.codes import Exit, GivenUpError
from gunbot_tui.shell.office import Office
from gunbot_tui.shell.prompt import Prompt
from gunbot_tui.shell.remains import Story, has_gone, is_leaving, not_known, remains
from gunbot_tui.views.masthead import badge

Step = Callable[[Office, Prompt, Story], Awaitable[Exit]]

LOOKS = 3
LOOK_SECONDS = 2.5
"""So often the bot is asked again for what it did not show at first, about a cycle of its core apart."""


class Fate:
    """How far the panic has come at one bot; the first step that the bot can't take is the last."""

    def __init__(self, office: Office, prompt: Prompt, *, is_alone: bool) -> None:
        self._office = office
        self._prompt = prompt
        self._is_alone = is_alone
        self._is_ready = False
        self.is_over = False
        """True once a step could not be taken."""
        self.codes: list[Exit] = []
        self._story = Story()
        self._last: Snapshot | None = None
        """What the bot showed at the very end."""
        self._failure = ""

    @property
    def is_dry(self) -> bool:
        """True for a bot that is known to simulate its orders: it can wait."""
        run = self._office.snapshot.run_status.value if self._is_ready else None
        return run is not None and run.is_dry

    @property
    def has_unseen(self) -> bool:
        """True when an order of ours was not shown by the bot when all were cancelled."""
        return bool(self._story.unseen)

    @property
    def heading(self) -> str:
        """What the bot's part begins with: `vps DRY · Freqtrade`."""
        bot = self._office.snapshot.bot
        _, mode = badge(bot, is_dry=self.is_dry)
        return f"{bot.name} {mode.text.strip()} · {bot.kind.capitalize()}"

    async def prepare(self, step: Step, stack: AsyncExitStack) -> None:
        """Enter the office and take the first step. Raises GivenUpError at the only bot."""

        async def enter(office: Office, prompt: Prompt, story: Story) -> Exit:
            await stack.enter_async_context(office)
            return await step(office, prompt, story)

        await self.take(enter)
        self._is_ready = not self.is_over

    async def take(self, step: Step) -> None:
        """Take a step. Raises GivenUpError where not even the first can be taken at the only bot."""
        try:
            self.codes.append(await step(self._office, self._prompt, self._story))
        except GivenUpError as error:
            if self._is_alone and not self._is_ready:
                raise
            self.is_over = True
            self.codes.append(error.code)
            self._failure = self._story.why = self._reason(error)
            self._prompt.result(f"{self._office.name}: {self._failure}")

    async def look(self) -> None:
        """See what stays open, once more while a trade is about to go."""
        if not self._is_ready:
            return
        try:
            for _ in range(LOOKS):
                # The first read may have begun before the last command was carried out.
                for _ in range(2):
                    seen = await self._office.read_again(Topic(Kind.PAIRS))
                self._last = seen
                if not is_leaving(seen, self._story):
                    break
                await self._office.pause(LOOK_SECONDS)
        except GivenUpError as error:
            self._last, self._failure = None, self._reason(error)

    @property
    def too_late(self) -> frozenset[str]:
        """Our exits whose trades the bot had closed before they came, by the intent's id: nothing went wrong."""
        last = self._last
        return frozenset(sent.id for sent in self._story.sent if last is not None and has_gone(sent, last))

    def _reason(self, error: GivenUpError) -> str:
        return str(error).removeprefix(f"{self._office.name}: ")

    def close(self) -> None:
        """Tell what stays open."""
        lines = (not_known(self._failure),) if self._last is None else remains(self._last, self._story)
        for line in lines:
            self._prompt.result(f"{self._office.name}: {line}")
