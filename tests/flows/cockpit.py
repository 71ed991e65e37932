"""The installed cockpit in a tmux pane with a home of its own, and the few gestures every flow repeats."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from pathlib import Path

from tests.flows.installed import Installed
from tests.flows.reading import orders
from tests.flows.simulator import PASSWORD, WALLET
from tests.flows.tmux import Pane

MAX_NOTIONAL = 5000
# A little longer than the dwell that the ticket asks for.
READ_SECONDS = 0.5
# The ticket's last line, drawn with everything else that has to be read before confirming.
REVIEW = r"^ ?(B|S|C) send"


class Cockpit(Pane):
    """The program under test; `home` is its whole world of files."""

    def __init__(
        self, installed: Installed, folder: Path, size: tuple[int, int], *, beside: Cockpit | None = None
    ) -> None:
        """`beside` another one it has the same files."""
        self.home: Path = beside.home if beside else folder / "home"
        self.size = size
        self._installed = installed
        folders = {f"XDG_{name}_HOME": str(self.home / name.lower()) for name in ("CONFIG", "STATE", "CACHE", "DATA")}
        super().__init__(folder / "tmux", {"HOME": str(self.home), **folders, **installed.environment})
        self.home.mkdir(exist_ok=True)

    @property
    def state(self) -> Path:
        """The folder of journal and logs."""
        return self.home / "state" / "gunbot-tui"

    def configure(self, url: str, limits: str = "") -> None:
        """Write a config file that may trade on the simulated bot within limits."""
        folder = self.home / "config" / "gunbot-tui"
        folder.mkdir(parents=True, mode=0o700)
        for name, text in (("password", PASSWORD), ("wallet", WALLET)):
            (folder / name).touch(mode=0o600)
            (folder / name).write_text(f"{text}\n")
        (folder / "config.toml").write_text(
            f'default = "home"\n[bots.home]\nkind = "gunbot"\nurl = "{url}"\nmode = "confirm"\n'
            f'password_file = "{folder / "password"}"\nwallet_file = "{folder / "wallet"}"\n'
            f"[bots.home.limits]\nmax_notional = {MAX_NOTIONAL}\n{limits}"
        )

    def run(self, *arguments: str) -> None:
        """Start the program."""
        self.start(self._installed.argv(*arguments), self.size)

    def open(self, *arguments: str) -> None:
        """Start the program and wait for live numbers."""
        self.run(*arguments)
        self.wait(r"●.* working")
        self.wait(r"^[ ▸]+BTC/USDT ")

    def show(self, digit: str, pattern: str) -> re.Match[str]:
        """Go to a screen and wait for what has to stand there."""
        self.press(digit)
        return self.wait(pattern)

    def orders(self, **cells: str | float) -> Mapping[str, str]:
        """Go to the blotter and wait for an order whose cells match these words or are these numbers.

        A column for which the terminal has no room is not compared.
        """
        self.press("5")

        def found(screen: str) -> Mapping[str, str] | None:
            matching = (row for row in orders(screen) if all(is_shown(row, name, cells[name]) for name in cells))
            return next(matching, None)

        return self.wait_for(found, f"an order {cells}")

    def point_at(self, text: str) -> None:
        """Bring the order with this text under the cursor, whatever a strategy places meanwhile."""
        self.command(f"filter {text}")
        self.wait(rf"filter {re.escape(text)}")
        self.wait(rf"^ ?▸.*\b{re.escape(text)}\b")

    def command(self, text: str) -> None:
        """Type a line and press Enter."""
        self.press(":")
        self.type(text)
        self.press("Enter")

    def answer(self) -> str:
        """Type what a ticket asks for, which has no line that sends before; returns it."""
        asked = self.wait(r"^ *type .*?(\S+(?: \w+)?) to go on")[1]
        assert not re.search(REVIEW, self.screen(), re.MULTILINE)
        self.type(asked)
        return asked

    def place(self, text: str) -> None:
        """Type an order, read it and confirm it."""
        self.command(text)
        self.confirm({"buy": "B", "sell": "S", "close": "C"}[text.split()[0]])

    def read(self, question: str = REVIEW) -> None:
        """Let a question stand for longer than the dwell."""
        self.wait(question)
        since = time.monotonic()
        self.wait_for(lambda _: time.monotonic() - since > READ_SECONDS, "read")

    def confirm(self, capital: str, question: str = REVIEW) -> None:
        """Confirm what has stood for longer than the dwell; a key that a slow machine takes too early is repeated."""
        self.read(question)
        self.press(capital)
        since = time.monotonic()

        def gone(screen: str) -> bool:
            nonlocal since
            if not re.search(question, screen, re.MULTILINE):
                return True
            # Any other key that is late is still on its way: a second one would reach what is behind the question.
            if "too early" in screen and time.monotonic() - since > READ_SECONDS:
                self.press(capital)
                since = time.monotonic()
            return False

        self.wait_for(gone, f"{capital} taken")


def is_shown(row: Mapping[str, str], name: str, wanted: str | float) -> bool:
    """Whether a cell has the text or the number, or no column."""
    if name not in row:
        return True
    if isinstance(wanted, str):
        return re.fullmatch(wanted, row[name]) is not None
    return re.fullmatch(r"[\d.]+", row[name]) is not None and float(row[name]) == wanted
