"""The desk without a screen, as a shell sees it: what goes over the wire, what is said, and the exit code."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.flows.conftest import StartSimulator
from tests.flows.installed import Installed
from tests.flows.simulator import PASSWORD, WALLET, Simulator
from tests.sim.simulated import Json, items, table
from tests.terminal.pty_session import PtySession

PAIR = "binance/USDT-BTC"
LIMITS = "max_notional = 5000\n"
Configure = Callable[[str], None]


class Shell:
    """A home of its own with a config file, and commands run in it."""

    def __init__(self, installed: Installed, home: Path, bot: Simulator) -> None:
        self._installed = installed
        self._home = home
        self.bot = bot
        self.configure(LIMITS)

    @property
    def _environment(self) -> dict[str, str]:
        folders = {f"XDG_{name}_HOME": str(self._home / name.lower()) for name in ("CONFIG", "STATE", "CACHE", "DATA")}
        return {"HOME": str(self._home), "PATH": "/usr/bin:/bin", **folders, **self._installed.environment}

    def configure(self, limits: str) -> None:
        """Write a config file that may trade within the limits."""
        folder = self._home / "config" / "gunbot-tui"
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        for name, text in (("password", PASSWORD), ("wallet", WALLET)):
            (folder / name).touch(mode=0o600)
            (folder / name).write_text(f"{text}\n")
        (folder / "config.toml").write_text(
            f'[bots.home]\nkind = "gunbot"\nurl = "{self.bot.url}"\nmode = "confirm"\n'
            f'password_file = "{folder / "password"}"\nwallet_file = "{folder / "wallet"}"\n'
            f"[bots.home.limits]\n{limits}"
        )

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command without a terminal, to its end."""
        return subprocess.run(
            self._installed.argv(*words),
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def piped(self, *words: str) -> subprocess.Popen[bytes]:
        """A command whose output is read here."""
        return subprocess.Popen(
            self._installed.argv(*words),
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def open(self, *words: str) -> PtySession:
        """A command in a terminal."""
        return PtySession.spawn(self._installed.argv(*words), 100, 30, self._environment)

    @property
    def trades(self) -> list[str]:
        """The path of every trade request that the bot has seen."""
        return [str(post["path"]) for post in self.bot.posts()]


@pytest.fixture
def shell(installed: Installed, simulator: StartSimulator, tmp_path: Path) -> Shell:
    """A shell beside a bot whose market stands still."""
    bot = simulator(0)
    bot.catch_up()
    home = tmp_path / "home"
    home.mkdir()
    return Shell(installed, home, bot)


@pytest.fixture
def terminal(shell: Shell) -> Iterator[Callable[..., PtySession]]:
    """Commands in a terminal that ends with the test."""
    with ExitStack() as sessions:
        yield lambda *words: sessions.enter_context(shell.open(*words))


def far_bid(shell: Shell) -> str:
    """A price under the market at which a buy rests."""
    return f"{shell.bot.bid(PAIR) * 0.99:.1f}"


def ours(shell: Shell) -> list[Json]:
    """The orders of ours in a list."""
    listed = shell.run("orders", "--format", "json")
    assert listed.returncode == 0, listed.stderr
    return [table(row) for row in items(json.loads(listed.stdout)) if row["origin"] == "me"]


def states(shell: Shell) -> dict[str, str]:
    """How each of them is listed, by its amount."""
    return {str(row["amount"]): str(row["state"]) for row in ours(shell)}


def test_an_order_is_handed_over_once_and_listed_as_ours(shell: Shell) -> None:
    price = far_bid(shell)
    done = shell.run("order", f"buy 0.01 USDT-BTC @ {price}", "--yes")
    assert done.returncode == 0, done.stderr
    assert "handed to the bot" in done.stdout
    (post,) = shell.bot.posts()
    assert post["body"] == {"data": {"exch": "binance", "pair": "USDT-BTC", "amt": 0.01, "price": float(price)}}
    listed = shell.run("orders", "--format", "json")
    assert listed.returncode == 0, listed.stderr
    ours = [row for row in items(json.loads(listed.stdout)) if row["origin"] == "me"]
    assert [table(row)["pair"] for row in ours] == ["USDT-BTC"]
    assert [(table(row)["exchange"], table(row)["amount"], table(row)["price"]) for row in ours] == [
        ("binance", "0.01", price)
    ]


def test_again_is_the_newest_order_of_any_program_with_what_is_said_about_it(shell: Shell) -> None:
    price = far_bid(shell)
    assert "no order was written here yet" in shell.run("order", "again", "--yes").stderr
    shell.run("order", f"buy 0.01 USDT-BTC @ {price}", "--yes")
    done = shell.run("order", "again 0.02", "--yes")
    assert done.returncode == 0, done.stderr
    sent = [table(table(post["body"])["data"]) for post in shell.bot.posts()]
    assert [(data["amt"], data["price"]) for data in sent] == [(0.01, float(price)), (0.02, float(price))]


def test_a_question_mark_previews_and_sends_nothing(shell: Shell) -> None:
    done = shell.run("order", "buy 0.01 USDT-BTC @ bid ?")
    assert done.returncode == 0, done.stderr
    assert "BUY" in done.stderr
    assert shell.trades == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bye 0.01 USDT-BTC", "buy"),
        ("buy 1e3 USDT-BTC @ 5", "exponent"),
        ("buy 0.01", "no pair is selected"),
        ("buy 0.01 NOPE/USDT @ 5", "NOPE"),
    ],
)
def test_a_text_that_cannot_be_read_is_code_2_and_nothing_is_sent(shell: Shell, text: str, said: str) -> None:
    done = shell.run("order", text, "--yes")
    assert (done.returncode, done.stdout, shell.trades) == (2, "", [])
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_limit_blocks_with_code_6_and_is_named(shell: Shell) -> None:
    shell.configure("max_notional = 100\n")
    done = shell.run("order", "buy 0.01 USDT-BTC @ bid", "--yes")
    assert (done.returncode, shell.trades) == (6, [])
    assert "max_notional" in done.stderr


def test_a_soft_limit_is_never_passed_by_saying_yes_beforehand(shell: Shell) -> None:
    shell.configure(LIMITS + "[bots.home.limits.soft]\nmax_notional = 100\n")
    done = shell.run("order", "buy 0.01 USDT-BTC @ bid", "--yes")
    assert (done.returncode, shell.trades) == (6, [])
    assert "has to be typed" in done.stderr


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [("error_200", 3, "refused"), ("drop_after", 5, "UNKNOWN"), ("html", 5, "UNKNOWN")],
)
def test_what_the_bot_answers_decides_the_code(shell: Shell, fault: str, code: int, said: str) -> None:
    shell.bot.fault(fault, path="trade/")
    done = shell.run("order", f"buy 0.01 USDT-BTC @ {far_bid(shell)}", "--yes")
    assert (done.returncode, len(shell.trades)) == (code, 1), done.stderr
    assert said in done.stdout


def test_a_bot_that_does_not_answer_is_code_4(shell: Shell) -> None:
    shell.bot.kill()
    done = shell.run("order", "buy 0.01 USDT-BTC @ 50000", "--yes")
    assert done.returncode == 4
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_without_a_terminal_and_without_yes_nothing_is_sent(shell: Shell) -> None:
    done = shell.run("order", "buy 0.01 USDT-BTC @ bid")
    assert (done.returncode, shell.trades) == (4, [])
    assert "--yes" in done.stderr


def test_a_cancel_takes_the_order_off(shell: Shell) -> None:
    shell.run("order", f"buy 0.01 USDT-BTC @ {far_bid(shell)}", "--yes")
    order_id = str(table(shell.bot.posts()[0])["ids"][0])  # type: ignore[index]  # a list of ids
    shell.bot.advance(30)
    done = shell.run("cancel", order_id, "--yes")
    assert done.returncode == 0, done.stderr
    assert order_id not in {str(order["id"]) for order in shell.bot.open_orders(PAIR)}


def test_an_order_that_went_while_no_program_ran_is_proven_and_not_listed_as_working(
    shell: Shell, installed: Installed, tmp_path: Path
) -> None:
    for amount in ("0.01", "0.02"):
        shell.run("order", f"buy {amount} USDT-BTC @ {far_bid(shell)}", "--yes")
    shell.bot.advance(30)
    assert states(shell) == {"0.01": "working", "0.02": "working"}
    ids = {row["amount"]: str(row["id"]) for row in ours(shell)}
    (tmp_path / "other").mkdir()
    other = Shell(installed, tmp_path / "other", shell.bot)
    assert other.run("cancel", ids["0.01"], "--yes").returncode == 0
    assert shell.run("cancel", ids["0.02"], "--yes").returncode == 0
    shell.bot.advance(30)
    assert states(shell) == {"0.01": "cancelled", "0.02": "cancelled"}
    assert {row["reason"] for row in ours(shell)} == {"left the book without a trade", "cancelled by us"}


def test_a_cancel_of_what_somebody_else_has_just_cancelled_tells_that_it_is_gone(
    shell: Shell, installed: Installed, tmp_path: Path
) -> None:
    shell.run("order", f"buy 0.01 USDT-BTC @ {far_bid(shell)}", "--yes")
    shell.bot.advance(30)
    assert states(shell) == {"0.01": "working"}
    order_id = str(ours(shell)[0]["id"])
    (tmp_path / "other").mkdir()
    assert Shell(installed, tmp_path / "other", shell.bot).run("cancel", order_id, "--yes").returncode == 0
    shell.bot.advance(30)
    sent = len(shell.trades)
    done = shell.run("cancel", "all", "USDT-BTC", "--yes")
    assert (done.returncode, len(shell.trades)) == (4, sent)
    assert f"cancelled #{order_id}" in done.stderr
    assert "no order of ours to cancel on BTC/USDT" in done.stderr
    assert "unknown" not in done.stderr


def test_the_terminal_is_asked_and_only_the_capital_sends(shell: Shell, terminal: Callable[..., PtySession]) -> None:
    price = far_bid(shell)
    first = terminal("order", f"buy 0.01 USDT-BTC @ {price}")
    first.wait_for("B and Enter sends")
    first.send("y", "enter")
    assert first.wait_exit() == 4
    assert shell.trades == []
    second = terminal("order", f"buy 0.01 USDT-BTC @ {price}")
    second.wait_for("B and Enter sends")
    second.send("B", "enter")
    assert second.wait_exit() == 0
    assert len(shell.trades) == 1


def test_a_panic_halts_every_program_and_cancels_what_works(shell: Shell) -> None:
    shell.run("order", f"buy 0.01 USDT-BTC @ {far_bid(shell)}", "--yes")
    shell.bot.advance(30)
    done = shell.run("panic", "--yes")
    assert done.returncode == 0, done.stderr
    assert "halted" in done.stderr
    assert shell.bot.open_orders(PAIR) == []
    assert not [path for path in shell.trades if "sell" in path]
    blocked = shell.run("order", "buy 0.01 USDT-BTC @ bid", "--yes")
    assert blocked.returncode == 6
    assert "release" in blocked.stderr
    assert shell.run("release").returncode == 0
    assert shell.run("order", f"buy 0.02 USDT-BTC @ {far_bid(shell)}", "--yes").returncode == 0


def test_a_panic_looks_again_for_an_order_that_is_not_shown_yet(
    shell: Shell, terminal: Callable[..., PtySession]
) -> None:
    shell.run("order", f"buy 0.01 USDT-BTC @ {far_bid(shell)}", "--yes")
    panic = terminal("panic", "--yes")
    panic.wait_for("not shown yet: looking")
    assert 0.01 in [order["amount"] for order in shell.bot.open_orders(PAIR)]
    shell.bot.advance(30)
    assert panic.wait_exit(40) == 0
    assert 0.01 not in [order["amount"] for order in shell.bot.open_orders(PAIR)]
    assert [path for path in shell.trades if path.endswith("sell")] == []


def test_a_slip_at_the_panics_question_is_asked_again(shell: Shell, terminal: Callable[..., PtySession]) -> None:
    panic = terminal("panic")
    panic.wait_for("type [0-9]+ to cancel all")
    count = len([order for key in shell.bot.truth()["keys"] for order in shell.bot.open_orders(str(key))])  # type: ignore[attr-defined]  # a table
    panic.send("0", "enter")
    panic.wait_for("(?s)to cancel all.*to cancel all")
    panic.type(f"{count}\r")
    panic.wait_for("stops it")
    panic.send("enter")
    assert panic.wait_exit(40) == 0
    assert len(shell.trades) == count


def test_a_reader_that_leaves_is_no_error(shell: Shell) -> None:
    with shell.piped("orders", "--format", "json") as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(30) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_panic_says_which_order_may_still_appear(shell: Shell) -> None:
    placed = shell.run("order", f"buy 0.01 USDT-BTC @ {far_bid(shell)}", "--yes")
    assert placed.returncode == 0, placed.stderr
    done = shell.run("panic", "--yes")
    assert done.returncode == 5
    assert "may still appear: run panic again" in done.stdout


def test_a_cancel_while_halted_is_code_6(shell: Shell) -> None:
    shell.run("order", f"buy 0.01 USDT-BTC @ {far_bid(shell)}", "--yes")
    order_id = str(table(shell.bot.posts()[0])["ids"][0])  # type: ignore[index]  # a list of ids
    shell.run("panic", "--yes")
    shell.bot.advance(30)
    done = shell.run("cancel", order_id, "--yes")
    assert done.returncode == 6
    assert "halted" in done.stderr.lower()


def test_a_cancel_waits_in_the_shell_for_an_order_that_is_not_shown_yet(
    shell: Shell, terminal: Callable[..., PtySession]
) -> None:
    placed = shell.run("order", f"buy 0.01 USDT-BTC @ {far_bid(shell)}", "--yes")
    assert placed.returncode == 0, placed.stderr
    listed = items(json.loads(shell.run("orders", "--format", "json").stdout))
    (short_id,) = [str(row["intent"]).rpartition("-")[2] for row in listed if row["origin"] == "me"]
    waiting = terminal("cancel", short_id, "--yes")
    waiting.wait_for("waiting up to")
    assert len(shell.trades) == 1
    shell.bot.advance(30)
    assert waiting.wait_exit(30) == 0
    assert 0.01 not in [order["amount"] for order in shell.bot.open_orders(PAIR)]
    assert [path.rpartition("/")[2] for path in shell.trades] == ["buy", "cancel"]


def test_two_shells_cannot_both_take_the_last_of_an_hourly_limit(shell: Shell) -> None:
    notional = float(far_bid(shell)) * 0.01
    shell.configure(LIMITS + f"max_notional_hour = {notional * 1.5:.0f}\n")
    orders = [f"buy 0.01 USDT-BTC @ {far_bid(shell)}", f"buy 0.01001 USDT-BTC @ {far_bid(shell)}"]
    with ThreadPoolExecutor(2) as both:
        codes = sorted(both.map(lambda text: shell.run("order", text, "--yes").returncode, orders))
    assert codes == [0, 6]
    assert len(shell.trades) == 1
