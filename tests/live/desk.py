"""The cockpit on bots that really run, and what stands on its screens of them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing

from tests.flows.cockpit import MAX_NOTIONAL, Cockpit
from tests.flows.reading import MINUS
from tests.flows.tmux import PATIENCE, eventually
from tests.live.freqtrade import Freqtrade

NUMBERS = ("last", "holds", "worth", "avg", "profit", "profit%", "to stop", "ord")
NOTHING = ("·", "-")
QUESTION = r"^ ?([BSCXT]) confirm"
PAIR = r"[A-Z]+/USDT(?: PERP)?"
PRICES_SECONDS = 8.0
"""Open trades are read every 6.5 s beside the web socket: within this a new price is on the screen."""


class Desk(Cockpit):
    """The program under test, set up to trade on Freqtrade."""

    def serve(self, *, password: str = Freqtrade.password, **urls: str) -> None:
        """Write a config file with these bots by name, the first one the default."""
        folder = self.home / "config" / "gunbot-tui"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret = folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(f"{password}\n")
        bots = (
            f'[bots.{name}]\nkind = "freqtrade"\nurl = "{url}"\nusername = "{Freqtrade.username}"\nmode = "confirm"\n'
            f'password_file = "{secret}"\n[bots.{name}.limits]\nmax_notional = {MAX_NOTIONAL}\n'
            for name, url in urls.items()
        )
        (folder / "config.toml").write_text("".join(bots))

    def look(self) -> None:
        """Start the program and wait for nothing."""
        self.start(self._installed.argv(), self.size)

    def pairs(self) -> dict[str, Mapping[str, str]]:
        """The table of pairs: each visible row's state and numbers by the header's names; no numbers are left out."""
        return dict(pair_rows(self.screen()))

    def colours_of(self, pair: str) -> list[str]:
        """In which colours the numbers of a pair's row stand."""
        lines = self._tmux("capture-pane", "-p", "-e").split("\n")
        line = next(line for line in lines if f"{pair} " in line)
        return re.findall(r"\x1b\[([\d;]*)m(?=[^\x1b]*\d)", line)

    def wait_for_pair(self, pair: str, patience: float = PATIENCE, **cells: str) -> Mapping[str, str]:
        """Wait until a pair's row has these cells, and return the row."""

        def found(screen: str) -> Mapping[str, str] | None:
            row = dict(pair_rows(screen)).get(pair, {})
            return row if cells.items() <= row.items() else None

        return self.wait_for(found, f"{pair} {cells}", patience)

    def carry_out(self, line: str) -> None:
        """Type an order or another verb, and answer what is asked."""
        self.command(line)
        self.agree()

    def agree(self) -> None:
        """Read what is asked, type what has to be typed, and confirm by the key that is told."""
        if self.wait(rf"{QUESTION}|^ *type .* to go on")[1] is None:
            self.answer()
        self.confirm(self.wait(QUESTION)[1], QUESTION)

    def journal(self) -> list[tuple[str, str, str]]:
        """Pair, state and the bot's id of every order that was asked for, the oldest first."""
        with closing(sqlite3.connect(f"file:{self.state / 'journal.sqlite3'}?mode=ro", uri=True)) as connection:
            return connection.execute("select pair, state, order_id from intents order by created").fetchall()

    def wait_written(self, *orders: tuple[str, str]) -> None:
        """Wait until the first orders in the journal have these states and ids: the screen never waits for the disk."""

        def written() -> bool:
            return tuple((state, order) for _, state, order in self.journal())[: len(orders)] == orders

        eventually(written, f"the journal has {orders}")


def pair_rows(screen: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The rows of the table of pairs: a number ends below the end of its name."""
    lines = screen.partition("\n─")[0].split("\n")
    header = next((line for line in lines if line.split()[:3] == ["pair", "state", "last"]), "")
    for line in lines:
        found = re.match(rf"[ ▸]+({PAIR}) +((?:short )?\w+)", line)
        if header and found:
            ends = {name: re.search(rf" {re.escape(name)}(?= )", header) for name in NUMBERS}
            cells = {name: line[: end.end()].split()[-1] for name, end in ends.items() if end}
            told = {name: cell.replace(MINUS, "-") for name, cell in cells.items() if cell not in NOTHING}
            yield found[1], {"state": found[2], **told}
