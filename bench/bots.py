"""The bots that are measured against, and the folder of a user who has them in the config file."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

PASSWORD, WALLET = "bench-password", "0xfeedfacefeedfacefeedfacefeedfacefeedface"
LIMITS = "max_notional = 100000\nmax_orders_minute = 10000\nmax_notional_day = 1000000000\n"


class Bot(NamedTuple):
    """A bot as the config file names it; `secrets` by the key that they have there."""

    name: str
    kind: str
    port: int
    secrets: Mapping[str, str]
    username: str = ""


class Simulator:
    """A simulated Gunbot; several that are made before the first `port` is asked for start at the same time."""

    def __init__(self, seed: int = 1, speed: float = 1.0) -> None:
        environment = {**os.environ, "GUNBOT_TUI_SIM_PASSWORD": PASSWORD, "GUNBOT_TUI_SIM_WALLET": WALLET}
        command = [sys.executable, "-m", "gunbot_tui", "sim", "--port", "0", "--exit-with-stdin"]
        self.process = subprocess.Popen(
            [*command, "--seed", str(seed), "--speed", str(speed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        with self.process:
            pass

    def wait_ready(self, name: str) -> Bot:
        """The bot, once it listens."""
        if self.process.stdout is None:
            raise RuntimeError("the simulator has no output")
        port = int(self.process.stdout.readline().rpartition(":")[2])
        return Bot(name, "gunbot", port, {"password": PASSWORD, "wallet": WALLET})


def configure(home: Path, *bots: Bot) -> dict[str, str]:
    """Write a config file that allows everything that is measured; the variables that make `home` the user's."""
    folder = home / "config" / "gunbot-tui"
    folder.mkdir(parents=True, mode=0o700)
    tables = []
    for bot in bots:
        lines = [f'kind = "{bot.kind}"', f'url = "http://127.0.0.1:{bot.port}"', 'mode = "confirm"']
        if bot.username:
            lines.append(f'username = "{bot.username}"')
        for key, secret in bot.secrets.items():
            path = folder / f"{bot.name}-{key}"
            path.touch(mode=0o600)
            path.write_text(secret)
            lines.append(f'{key}_file = "{path}"')
        tables.append("\n".join((f"[bots.{bot.name}]", *lines, f"[bots.{bot.name}.limits]", LIMITS)))
    (folder / "config.toml").write_text("\n".join(tables))
    return {"HOME": str(home)} | {
        f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE", "CACHE", "DATA")
    }
