"""A stranger with a bot of their own: an empty home, the dialog, and the bot's pairs without another start."""

from __future__ import annotations

from tests.flows.cockpit import Cockpit
from tests.flows.conftest import NARROW_ONLY, StartSimulator
from tests.flows.simulator import PASSWORD, WALLET


def fill(cockpit: Cockpit, name: str, url: str, password: str) -> None:
    """A Gunbot up to the line of the test."""
    cockpit.wait(r"^ bot +‹ gunbot ›")
    cockpit.press("Tab")
    cockpit.type(name)
    cockpit.press("Tab", "C-u")
    cockpit.type(url)
    cockpit.press("Tab", "Tab")
    cockpit.type(password)
    cockpit.press("Tab")
    cockpit.type(WALLET)
    cockpit.press("Tab", "Tab")


@NARROW_ONLY
def test_from_an_empty_home_to_the_pairs_of_a_bot_and_to_a_second_one(
    simulator: StartSimulator, cockpit: Cockpit
) -> None:
    bot, folder = simulator(4.0), cockpit.home / "config" / "gunbot-tui"
    cockpit.run()
    cockpit.wait("There is no configuration yet")
    cockpit.press("a")
    fill(cockpit, "home", bot.url, "wrong horse")
    cockpit.press("Enter")
    cockpit.wait("refuses the login")
    cockpit.press("Up", "Up", "Up", "C-u")
    cockpit.type(PASSWORD)
    cockpit.press("Down", "Down", "Down", "Enter")
    cockpit.wait("it works: Gunbot takes the login")
    assert not folder.exists()
    cockpit.press("Enter")
    cockpit.wait(r"^ home +READ-ONLY")
    cockpit.wait(r"^[ ▸]+BTC/USDT ")
    text = (folder / "config.toml").read_text()
    assert 'default = "home"' in text
    assert PASSWORD not in text
    assert (folder / "home-password").read_text() == PASSWORD + "\n"
    assert (folder / "home-password").stat().st_mode & 0o777 == 0o600

    (folder / "config.toml").write_text(text + "# mine\n")
    cockpit.press("0", "n")
    fill(cockpit, "Home", bot.url, PASSWORD)
    cockpit.press("Enter")
    cockpit.wait("this name is in use")
    cockpit.wait("how you call it here")
    cockpit.press("C-u")
    cockpit.type("second")
    cockpit.press("Up", "Up", "Enter")
    cockpit.wait("not tested: enter once more")
    cockpit.press("Enter")
    cockpit.wait("second is added")
    cockpit.press(")")
    cockpit.wait(r"^ second +READ-ONLY")
    cockpit.press("1")
    cockpit.wait(r"^[ ▸]+BTC/USDT ")
    cockpit.press("q", "q")
    assert cockpit.exit_code() == 0
    assert (folder / "config.toml").read_text().startswith(text + "# mine\n\n[bots.second]\n")
    assert not any(PASSWORD in screen or WALLET in screen for screen in cockpit.seen)

    cockpit.run("--bot", "second")
    cockpit.wait(r"^ second +READ-ONLY")
    cockpit.wait(r"^[ ▸]+BTC/USDT ")
