"""The cockpit of this checkout in a pseudo-terminal, on a simulated bot whose world stands still."""

from __future__ import annotations

import time
from pathlib import Path

from gunbot_tui.ui.overlays.ticket_gate import DWELL_SECONDS
from tests.flows.installed import Installed
from tests.flows.simulator import PASSWORD, WALLET, Simulator
from tests.terminal.pty_session import PtySession

ROOT = Path(__file__).parents[2]
REVIEW = r"^ ?B send buy"
EDITING = r"^ ?enter review"
ORDER = "buy 0.001 @ 57000"


class TicketTerminal:
    """A running cockpit, the gestures on its ticket, and the bot's own word on what arrived."""

    def __init__(self, bot: Simulator, session: PtySession) -> None:
        self.bot = bot
        self.session = session

    @classmethod
    def start(cls, bot: Simulator, folder: Path, size: tuple[int, int] = (80, 24)) -> TicketTerminal:
        """Start the program with a home of its own, and wait for live numbers."""
        home = folder / "home"
        config = home / "config" / "gunbot-tui"
        config.mkdir(parents=True, mode=0o700)
        for name, text in (("password", PASSWORD), ("wallet", WALLET)):
            (config / name).touch(mode=0o600)
            (config / name).write_text(f"{text}\n")
        (config / "config.toml").write_text(
            f'default = "home"\n[bots.home]\nkind = "gunbot"\nurl = "{bot.url}"\nmode = "confirm"\n'
            f'password_file = "{config / "password"}"\nwallet_file = "{config / "wallet"}"\n'
            "[bots.home.limits]\nmax_notional = 5000\n"
        )
        folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE", "CACHE", "DATA")}
        checkout = Installed(ROOT)
        env = {"HOME": str(home), "TZ": "UTC", **folders, **checkout.environment}
        session = PtySession.spawn(checkout.argv(), *size, env, cwd=folder)
        session.wait_for(r"^[ ▸]+BTC/USDT ")
        session.wait_for(r"●.* working")
        return cls(bot, session)

    def review(self, text: str = ORDER) -> None:
        """Type an order, and let its review stand for longer than the dwell."""
        self.session.type(f":{text}\r")
        self.session.wait_for(REVIEW)
        self.pass_seconds(DWELL_SECONDS + 0.1)

    def pass_seconds(self, seconds: float) -> None:
        """Let real time pass while the screen goes on."""
        since = time.monotonic()
        self.session.wait_until(lambda: time.monotonic() - since > seconds, why="the time has passed")

    def stop(self) -> None:
        """Wait until the program is stopped."""
        stat = Path(f"/proc/{self.session.process.pid}/stat")
        self.session.wait_until(lambda: stat.read_text().rpartition(")")[2].split()[0] == "T", why="stopped")

    def see_all_keys_taken(self) -> None:
        """Wait until the program has come to a key pressed now: it takes them in their order."""
        self.session.type(":see")
        self.session.wait_for(r"^:see")
        self.session.send("ctrl+c")

    @property
    def posts(self) -> int:
        """How many trade requests the bot has got."""
        return len(self.bot.posts())
