"""A real Freqtrade of the tests' own: started in a folder, on loopback, with a history and open trades.

Its environment is made by `scripts/freqtrade`; what can't be made fails the test, because a live test that skips itself
proves nothing.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import httpx

from tests.flows.tmux import eventually
from tests.live.exchange import Exchange
from tests.live.market import Market, coin_of
from tests.live.settings import PASSWORD, USERNAME, WS_TOKEN, pairs, settings

ROOT = Path(__file__).parents[2]
READY_SECONDS = 180.0
HISTORY_TRADES = 144
FILLED_ENTRIES = 5
CANDLE_DAYS = 2

Mode = Literal["trade", "webserver"]


def environment() -> Path:
    """The folder of the environment with Freqtrade in it, made where it is missing."""
    made = subprocess.run([ROOT / "scripts/freqtrade"], check=False, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr.strip()
    return Path(made.stdout.strip())


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Freqtrade:
    """One bot with its exchange; within `with` it runs, and `start` again after `kill` continues where it was."""

    username = USERNAME
    password = PASSWORD
    ws_token = WS_TOKEN

    def __init__(self, folder: Path, *, mode: Mode = "trade", futures: bool = False, seeded: bool = True) -> None:
        self.folder = folder
        self.futures = futures
        self.pairs = pairs(futures=futures)
        self._mode: Mode = mode
        self._seeded = seeded
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        (self.folder / "user_data").mkdir(parents=True)
        self._python = environment() / "bin/python"
        self.exchange = Exchange()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._config = self.folder / "config.json"
        config = settings(self.folder, self.exchange.url, port, futures=self.futures)
        self._config.write_text(json.dumps(config, indent=1))
        self._http = httpx.Client(
            base_url=f"{self.url}/api/v1",
            auth=(USERNAME, PASSWORD),
            trust_env=False,
            timeout=30,
            limits=httpx.Limits(max_keepalive_connections=0),  # the bot may have been killed since the last call
        )
        try:
            if self._mode == "webserver" and self._seeded:
                self._write_candles()
            self.start()
            if self._mode == "trade" and self._seeded:
                self._open_trades()
        except BaseException:  # whatever ends the start, also Ctrl-C, must not leave processes behind
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the process and wait until the bot has been round once."""
        history = HISTORY_TRADES if self._seeded and self._mode == "trade" else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._python, "-m", "tests.live.inside.launch", self._mode, self._config, str(history)],
                cwd=ROOT,
                env={**os.environ, "NO_PROXY": "127.0.0.1", "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        eventually(self._is_ready, "Freqtrade answers", READY_SECONDS)

    def stop(self) -> None:
        """End the process as a service manager would, and wait until it is gone."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the process at once."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Kill the process and start it again on the same port and database."""
        self.kill()
        self.start()

    def freeze(self) -> None:
        """Let the process hang: it accepts connections and answers nothing until `thaw`."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen process go on."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """End everything."""
        self.kill()
        self._http.close()
        self.exchange.close()

    def api(self, method: str, path: str, body: object = None, **query: str | int | bool) -> object:
        """What the bot itself answers, without the program under test; `path` as in `status`, below /api/v1/.

        Raises:
            httpx.HTTPStatusError: it answers with an error.
        """
        answer = self._http.request(method, path, json=body, params=query or None)
        try:
            return answer.raise_for_status().json()
        except httpx.HTTPStatusError as error:
            error.add_note(f"the bot says: {answer.text}")
            raise

    def reserve(self, pair: str) -> str:
        """Keep the strategy from a pair that a test trades, and end what it has opened there."""
        self.lock(pair, "a test")
        self._leave_locked(pair)
        return pair

    def lock(self, pair: str, reason: str) -> None:
        """Let the strategy enter nothing on a pair, or on any with `*`."""
        lock = {"pair": pair, "until": "2099-01-01 00:00:00Z", "side": "*", "reason": reason}
        self.api("POST", "locks", [lock])

    @property
    def log(self) -> Path:
        """Everything that the process has written."""
        return self.folder / "freqtrade.log"

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """The bot's own database, read-only, with rows by name."""
        uri = f"file:{self.folder / 'trades.sqlite'}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection

    def count(self, sql: str, *values: str | int) -> int:
        """The number that a question to the database answers, with values for its marks."""
        with self.database() as connection:
            return int(connection.execute(sql, values).fetchone()[0])

    def _end(self, sign: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(sign)
        with self._process:
            self._process.wait(READY_SECONDS)
        self._process = None

    def _signal(self, sign: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(sign)

    def _is_ready(self) -> bool:
        assert self._process
        assert self._process.poll() is None, f"Freqtrade ended:\n{self.log.read_text()[-3000:]}"
        try:
            answer = self._http.get("ping" if self._mode == "webserver" else "health")
        except httpx.TransportError:
            return False
        return answer.is_success and (self._mode == "webserver" or bool(answer.json()["last_process_ts"]))

    def _open_trades(self) -> None:
        """Trades by hand: some filled, one of them partly sold, one that waits; and a lock."""
        # It has been round once and may have entered what is entered here.
        self.lock("*", "at first by hand only")
        self._leave_locked(*self.pairs)
        for number, pair in enumerate(self.pairs[:FILLED_ENTRIES]):
            side = "short" if self.futures and number % 2 else "long"
            self._enter(pair, side, "by hand")
        trades = self.api("GET", "status")
        assert isinstance(trades, list)
        part = next(trade for trade in trades if trade["pair"] == self.pairs[0])
        self.api("POST", "forceexit", {"tradeid": str(part["trade_id"]), "amount": part["amount"] / 2})
        waiting = self.pairs[FILLED_ENTRIES]
        self._enter(waiting, "long", "waits", ordertype="limit", price=self.exchange.price(waiting) * 0.9)
        self.lock(self.pairs[-1], "by hand")
        self.api("POST", "locks/delete", {"pair": "*"})

    def _leave_locked(self, *pairs: str) -> None:
        # The round under way may have looked for locks before there was one, so its entries come first.
        self._await_round(after=self._await_round(after=self._await_round(after=0)))

        def all_left() -> bool:
            trades = self.api("GET", "status")
            assert isinstance(trades, list)
            still_open = [trade for trade in trades if trade["pair"] in pairs]
            for trade in still_open:
                self._exit_whole(trade["trade_id"])
            return not still_open

        eventually(all_left, f"nothing is open on {', '.join(pairs)}")

    def _exit_whole(self, trade_id: int) -> None:
        try:
            self.api("POST", "forceexit", {"tradeid": str(trade_id)})
        except httpx.HTTPStatusError as refused:
            # So the bot answers when nothing was bought yet, although the entry is cancelled and the trade gone.
            if refused.response.status_code != httpx.codes.BAD_GATEWAY:
                raise

    def _await_round(self, *, after: int) -> int:
        """Wait for the end of a round of the bot at another second than `after`, and tell that second."""

        def ended() -> int | None:
            health = self.api("GET", "health")
            assert isinstance(health, dict)
            ended_at: int = health["last_process_ts"]
            return ended_at if ended_at != after else None

        return eventually(ended, "the bot goes round")

    def _enter(self, pair: str, side: str, tag: str, **order: str | float) -> None:
        body = {"pair": pair, "side": side, "entry_tag": tag, "ordertype": "market"} | order
        self.api("POST", "forceenter", body | ({"leverage": 3} if self.futures else {}))

    def _write_candles(self) -> None:
        """The candles that a webserver reads from disk instead of from an exchange."""
        folder = self.folder / "user_data/data/binance" / ("futures" if self.futures else "")
        folder.mkdir(parents=True)
        now = time.time()
        for pair in self.pairs[:3]:
            coin = coin_of(pair)
            assert coin
            name = pair.replace("/", "_").replace(":", "_")
            rows = [
                [candle.opened_at * 1_000, *candle[1:]]
                for candle in Market().candles(coin, "1m", now - CANDLE_DAYS * 86_400, now)
            ]
            (folder / f"{name}-1m{'-futures' if self.futures else ''}.json").write_text(json.dumps(rows))
