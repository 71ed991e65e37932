"""Several bots in one cockpit: two simulated ones side by side; one is killed and comes back, or was never there."""

from __future__ import annotations

from collections.abc import Mapping

from tests.flows.cockpit import MAX_NOTIONAL, Cockpit
from tests.flows.conftest import WIDE_ONLY, StartSimulator
from tests.flows.installed import Installed
from tests.flows.simulator import PASSWORD, WALLET
from tests.flows.tmux import eventually

NOBODY = "http://127.0.0.1:9"
"""Where nothing listens."""


def configure(cockpit: Cockpit, urls: Mapping[str, str]) -> None:
    """Write a config file with these bots, the first one the default."""
    folder = cockpit.home / "config" / "gunbot-tui"
    folder.mkdir(parents=True, mode=0o700)
    for name, text in (("password", PASSWORD), ("wallet", WALLET)):
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(f"{text}\n")
    bots = [
        f'[bots.{name}]\nkind = "gunbot"\nurl = "{url}"\nmode = "confirm"\n'
        f'password_file = "{folder / "password"}"\nwallet_file = "{folder / "wallet"}"\n'
        f"[bots.{name}.limits]\nmax_notional = {MAX_NOTIONAL}\n"
        for name, url in urls.items()
    ]
    (folder / "config.toml").write_text("".join(bots))


@WIDE_ONLY
def test_a_bot_that_is_killed_while_shown_leaves_the_other_alone_and_is_found_again(
    simulator: StartSimulator, cockpit: Cockpit
) -> None:
    home, away = simulator(0), simulator(0)
    configure(cockpit, {"home": home.url, "away": away.url})
    cockpit.open()
    cockpit.show("0", r"2 bots · 2 online")
    cockpit.wait(r"home ◂ .*running +LIVE .*\d")
    cockpit.wait(r"away .*running +LIVE .*\d")
    cockpit.press("1")
    home.kill()
    cockpit.wait(r"^ home .*OFFLINE since")
    cockpit.press(")")
    cockpit.wait(r"^ away +LIVE .*1 bot offline \(key 0\)")
    away.catch_up()
    cockpit.place("buy 0.001 BTC/USDT @ 57000")
    eventually(lambda: len(away.posts()) == 1, "the order is sent to the bot that is shown")
    cockpit.show("0", r"home .*offline \d+s")
    home.start()
    cockpit.wait(r"2 bots · 2 online", 30)
    assert home.posts() == []


@WIDE_ONLY
def test_a_first_bot_that_is_not_there_holds_up_nobody(
    installed: Installed, simulator: StartSimulator, cockpit: Cockpit
) -> None:
    bot = simulator(0)
    configure(cockpit, {"gone": NOBODY, "here": bot.url})
    cockpit.start(installed.argv(), cockpit.size)
    cockpit.wait(r"^ gone .*OFFLINE since")
    cockpit.press(")")
    cockpit.wait(r"^ here +LIVE .*1 bot offline \(key 0\)")
    cockpit.wait(r"^[ ▸]+BTC/USDT ")
    cockpit.press("H")
    cockpit.wait(r"HALTED")
    cockpit.press("(")
    cockpit.wait(r"^ gone .*HALTED")
