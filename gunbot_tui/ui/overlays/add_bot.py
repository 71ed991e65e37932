"""The dialog that adds a bot: what it is and where its secrets are, a trial of it, and the config file.

A bot that was not tried out, or failed, is saved only when that is asked for twice.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Literal

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.worker import Worker

from gunbot_tui.model.bot import BotRef
from gunbot_tui.model.secret import Secret
from gunbot_tui.ui.enrolment import BotDraft, Enrolment, Keep, Trial
from gunbot_tui.ui.field import Field
from gunbot_tui.ui.overlays.add_bot_form import (
    ALLOWED,
    CONFIRM,
    PINNED,
    PLACEHOLDERS,
    UNKNOWN,
    URLS,
    Choice,
    Form,
    Row,
    hint,
    leaves_machine,
    rows,
)
from gunbot_tui.ui.startup import SetupError

ACTIONS = ("test", "save")
KEYS = "tab next  enter go on  esc leave"


class AddBot(Screen[BotRef | None], inherit_bindings=False):
    """Answers with the bot that was saved, or None."""

    AUTO_FOCUS = None

    def __init__(self, enrolment: Enrolment) -> None:
        super().__init__()
        self._enrolment = enrolment
        self._rows = {row.key: row for row in rows()}
        self._known = self._values()
        self._seen_pin = ""
        """The fingerprint that the bot at this url showed."""
        self._trial: Trial | None = None
        """What came of the draft as it stands."""
        self._is_untested_said = False
        self._is_saving = False
        self._work: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        """The lines, and what to know about the one with the cursor."""
        yield Static(Text(f"Add a bot to {self._enrolment.config_path}", style="bold"), id="add-title", markup=False)
        with Form(id="add-rows"):
            yield from self._rows.values()
        yield Static("", id="add-hint", markup=False)
        yield Static(Text(KEYS), id="add-keys", markup=False)

    def on_mount(self) -> None:
        """Begin with the first line."""
        self._arrange()
        self._go_to(self._rows["kind"])

    def on_input_changed(self, event: Input.Changed) -> None:
        """A paste reaches a field without a key."""
        self._take_change()

    async def press(self, event: events.Key) -> bool:
        """Take one key; in a text any letter is part of it."""
        row = self._row
        match event.key:
            case "escape" | "ctrl+c":
                self._leave()
            case "q" if not isinstance(row.control, Field):
                self._leave()
            case "tab" | "down":
                self._step(1)
            case "shift+tab" | "up":
                self._step(-1)
            case "enter":
                self._enter(row)
            case _:
                is_known = await row.control.press(event)
                self._take_change()
                return is_known
        return True

    @property
    def _row(self) -> Row:
        # The focus itself, as a widget hears of it only later, after further keys perhaps.
        return next((row for row in self._rows.values() if row.control is self.focused), self._rows["kind"])

    def _shown(self) -> list[Row]:
        return [row for row in self._rows.values() if row.display]

    def _value(self, key: str) -> str:
        control = self._rows[key].control
        return control.value.strip() if key not in ("password", "wallet") else control.value

    def _values(self) -> tuple[str, ...]:
        return tuple(row.control.value for row in self._rows.values())

    @property
    def _keep(self) -> Keep:
        return Keep(self._value("keep"))

    @property
    def _kind(self) -> Literal["gunbot", "freqtrade"]:
        return "gunbot" if self._value("kind") == "gunbot" else "freqtrade"

    def _draft(self) -> BotDraft:
        names = ("password", "wallet") if self._kind == "gunbot" else ("password",)
        return BotDraft(
            kind=self._kind,
            name=self._value("name"),
            url=self._value("url"),
            username=self._value("username"),
            keep=self._keep,
            secrets={name: Secret(self._value(name)) for name in names},
            may_trade=self._value("mode") == CONFIRM,
            max_notional=self._value("max_notional"),
            allow_plain_http=self._value("allow_plain_http") == ALLOWED and self._rows["allow_plain_http"].display,
            pin=self._seen_pin if self._value("pin") == PINNED else "",
        )

    def _take_change(self) -> None:
        """What was found out about another draft counts no more."""
        before = dict(zip(self._rows, self._known, strict=True))
        changed = {key for key, row in self._rows.items() if row.control.value != before[key]}
        if not changed or self._is_saving:
            return
        self._stop_work()
        self._trial, self._is_untested_said = None, False
        if "kind" in changed and self._value("url") == URLS[before["kind"]]:
            self._fill("url", URLS[self._kind])
            changed.add("url")
        if Keep(before["keep"]).is_typed != self._keep.is_typed:  # what was hidden would be shown
            for name in ("password", "wallet"):
                self._fill(name, "")
        if "url" in changed:
            self._forget_pin()
        self._known = self._values()
        self._say("test")
        self._arrange()

    def _fill(self, key: str, text: str) -> None:
        control = self._rows[key].control
        if isinstance(control, Field):
            control.fill(text)

    def _forget_pin(self) -> None:
        self._seen_pin = ""
        control = self._rows["pin"].control
        if isinstance(control, Choice):
            control.choose(UNKNOWN)

    def _arrange(self) -> None:
        """Show the lines that this bot needs."""
        is_gunbot = self._kind == "gunbot"
        for key, is_shown in (
            ("allow_plain_http", leaves_machine(self._value("url"))),
            ("pin", bool(self._seen_pin)),
            ("username", not is_gunbot),
            ("wallet", is_gunbot),
            ("max_notional", self._value("mode") == CONFIRM),
        ):
            self._rows[key].display = is_shown
        self._rows["pin"].note(self._seen_pin, tone="")
        for name in ("password", "wallet"):
            control = self._rows[name].control
            if isinstance(control, Field):
                control.password = self._keep.is_typed
                control.placeholder = PLACEHOLDERS.get(self._keep, {}).get(name, "")
        self._show_hint()

    def _show_hint(self) -> None:
        words = hint(self._row.key, self._keep, self._value("name"), self._kind)
        line = self.query_one("#add-hint", Static)
        line.display = not (self._row.key in ACTIONS and self._row.says_something)
        line.update(Text(words))

    def _say(self, at: str, *lines: str, tone: str = "wrong") -> None:
        """What came of testing or saving, below what did it, and nowhere else."""
        for key in ACTIONS:
            self._rows[key].note("\n".join(lines) if key == at else "", tone=tone)
        self._show_hint()
        if lines:
            self.call_after_refresh(self._rows[at].scroll_visible, animate=False)

    def _go_to(self, row: Row) -> None:
        self.set_focus(row.control, scroll_visible=False)
        self._show_hint()
        # With what is said below the line, and once it is known how much room there is.
        self.call_after_refresh(row.scroll_visible, animate=False)

    def _step(self, step: int) -> None:
        row, shown = self._row, self._shown()
        row.was_left = True
        self._go_to(shown[(shown.index(row) + step) % len(shown)])
        _: Worker[bool] = self.run_worker(self._look_for_mistakes, group="mistakes", exclusive=True)

    def _enter(self, row: Row) -> None:
        match row.key:
            case "test":
                self._begin(self._test)
            case "save":
                self._begin(self._save)
            case _:
                self._step(1)

    def _begin(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        if self._work is None or self._work.is_finished:
            self._work = self.run_worker(work, name="bot", group="bot")

    def _stop_work(self) -> bool:
        """Stop a test; False when there was none."""
        work, self._work = self._work, None
        if work is None or work.is_finished:
            return False
        work.cancel()
        return True

    def _leave(self) -> None:
        if self._is_saving:
            return
        if self._stop_work():
            self._say("test", "stopped: nothing was found out")
            return
        self.dismiss(None)

    async def _look_for_mistakes(self) -> bool:
        """Say at each line that was left what is wrong with it; whether anything is wrong anywhere."""
        mistakes = await self._enrolment.mistakes(self._draft())
        for key, row in self._rows.items():
            if row.was_left and key not in ("pin", *ACTIONS):
                row.note(mistakes.get(key, ""))
        if "save" in mistakes:
            self._say("save", mistakes["save"])
        return bool(mistakes)

    async def _is_complete(self) -> bool:
        for row in self._shown():
            row.was_left = True
        if not await self._look_for_mistakes():
            return True
        wrong = next((row for row in self._shown() if row.is_wrong), None)
        if wrong is not None:
            self._go_to(wrong)
        return False

    async def _test(self) -> None:
        if not await self._is_complete():
            return
        self._say("test", "connecting … esc stops it", tone="")
        self._trial = trial = await self._enrolment.try_out(self._draft())
        self._say("test", *trial.words, tone="good" if trial.is_good else "wrong")
        if trial.pin:
            self._seen_pin = trial.pin
            self._arrange()
        if trial.is_good:
            self._go_to(self._rows["save"])

    async def _save(self) -> None:
        if not await self._is_complete():
            return
        if not (self._trial and self._trial.is_good) and not self._is_untested_said:
            self._is_untested_said = True
            found = "the test failed" if self._trial else "not tested"
            self._say("save", f"{found}: enter once more saves it all the same")
            return
        self._is_saving = True
        try:
            bot = await self._enrolment.save(self._draft())
        except SetupError as error:
            self._say("save", str(error))
        else:
            self.dismiss(bot)
        finally:
            self._is_saving = False
