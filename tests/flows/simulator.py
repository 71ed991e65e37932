"""The simulated bot as its own process, its control routes, and a small independent reader of its API."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from pathlib import Path
from typing import cast
from urllib.request import Request, urlopen

from tests.flows.installed import Installed
from tests.flows.tmux import KEPT_VARIABLES
from tests.sim.simulated import Json, encrypted, items, number, table

PASSWORD = "correct horse battery"
WALLET = "0xfeedfacefeedfacefeedfacefeedfacefeedface"
PATIENCE = 60.0


class Simulator:
    """A simulated Gunbot with known secrets; `start` again after `kill` answers on the same port."""

    def __init__(self, installed: Installed, folder: Path, *, speed: float) -> None:
        self._installed = installed
        self._folder = folder
        self._speed = speed
        self._port = 0
        self._process: subprocess.Popen[str] | None = None
        self._token = ""
        self.url = ""

    def start(self) -> None:
        """Start the process and wait until it accepts connections."""
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        secrets = {"GUNBOT_TUI_SIM_PASSWORD": PASSWORD, "GUNBOT_TUI_SIM_WALLET": WALLET}
        self._process = subprocess.Popen(
            self._installed.argv("sim", "--port", str(self._port), "--seed", "7", "--speed", str(self._speed)),
            stdout=subprocess.PIPE,
            text=True,
            cwd=self._folder,
            env={**kept, **self._installed.environment, **secrets},
        )
        assert self._process.stdout
        assert select.select([self._process.stdout], [], [], PATIENCE)[0], "the simulator says nothing"
        word, self.url = self._process.stdout.readline().split()
        assert word == "ready"
        self._port = int(self.url.rpartition(":")[2])
        self._token = ""

    def kill(self) -> None:
        """End the process at once; it forgets everything."""
        if self._process is not None:
            self._process.kill()
            with self._process:
                self._process = None

    def get(self, path: str) -> object:
        """What a route of the API answers."""
        return self._api("GET", path, None)

    def post(self, path: str, **body: object) -> object:
        """What a route of the API answers to a body."""
        return self._api("POST", path, body)

    def truth(self) -> Json:
        """The world as it is at this moment."""
        return table(self._ask("GET", "/_sim/truth", None, {}))

    def pair(self, key: str) -> Json:
        """The truth of one pair."""
        return table(table(self.truth()["keys"])[key])

    def open_orders(self, key: str) -> list[Json]:
        """The orders that rest for one pair."""
        return items(self.pair(key)["openOrders"])

    def posts(self) -> list[Json]:
        """Every trade request that reached the port."""
        return items(self.truth()["posts"])

    def bid(self, key: str) -> float:
        """The best bid."""
        return number(self.pair(key)["bid"])

    def fault(self, fault: str, **limits: object) -> None:
        """Let something fail."""
        self._ask("POST", "/_sim/faults", {"fault": fault, **limits}, {})

    def no_fault(self) -> None:
        """End all faults."""
        self._ask("DELETE", "/_sim/faults", None, {})

    def move(self, key: str, mid: float) -> None:
        """Put a market's price elsewhere."""
        self._ask("POST", "/_sim/price", {"key": key, "mid": mid}, {})

    def advance(self, seconds: float) -> None:
        """Let time pass in the simulated world."""
        self._ask("POST", "/_sim/advance", {"seconds": seconds}, {})

    def catch_up(self) -> None:
        """Set a frozen world's clock to the real one: an order is stamped by the one and confirmed by the other."""
        self.advance(max(0.0, time.time() - number(self.truth()["now"])))

    def _api(self, method: str, path: str, body: object) -> object:
        if not self._token:
            login = {"password": encrypted(PASSWORD, WALLET)}
            self._token = str(table(self._ask("POST", "/api/v1/auth/login", login, {}))["token"])
        return self._ask(method, f"/api/v1{path}", body, {"Authorization": f"Bearer {self._token}"})

    def _ask(self, method: str, path: str, body: object, headers: dict[str, str]) -> object:
        data = None if body is None else json.dumps(body).encode()
        headers = {**headers, "Content-Type": "application/json"}
        with urlopen(Request(self.url + path, data, headers, method=method), timeout=PATIENCE) as answer:
            text = answer.read().decode()
        return cast(object, json.loads(text)) if text[:1] in "[{" else text
