"""From the config file to a bot that is ready: each bot by itself, its secrets where they are kept or typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gunbot_tui.backends.freqtrade.backend import FreqtradeBackend
from gunbot_tui.backends.gunbot.backend import GunbotBackend
from gunbot_tui.config.document import Document
from gunbot_tui.config.secrets import SecretName
from gunbot_tui.logs import Redactor
from gunbot_tui.model.bot import BotRef
from gunbot_tui.model.secret import Secret
from gunbot_tui.ui.startup import LoginMissing, SetupError
from gunbot_tui.wiring import MISUSED, NO_SECRET, Bots

SENTINEL = "hunter2-sentinel"
TWO = """\
[bots.home]
kind = "gunbot"
url = "http://127.0.0.1:3000"
password_env = "HOME_PASSWORD"
wallet_env = "HOME_WALLET"
[bots.away]
kind = "freqtrade"
url = "http://127.0.0.1:8080"
username = "me"
"""
HOME = BotRef("home", "gunbot", "http://127.0.0.1:3000")
AWAY = BotRef("away", "freqtrade", "http://127.0.0.1:8080")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secrets of the first bot."""
    monkeypatch.setenv("HOME_PASSWORD", SENTINEL)
    monkeypatch.setenv("HOME_WALLET", "0x0123456789abcdef")


def bots(
    folder: Path,
    text: str = TWO,
    *,
    redactor: Redactor | None = None,
    asked: dict[str, dict[SecretName, Secret]] | None = None,
) -> Bots:
    path = folder / "config.toml"
    path.write_text(text)
    return Bots(Document.read(path), asked=asked or {}, redactor=redactor or Redactor(), state=folder)


def test_each_kind_gets_its_backend_and_all_share_one_journal(tmp_path: Path) -> None:
    made = bots(tmp_path)
    home, away = made.make_ready(HOME, {}), made.make_ready(AWAY, {"password": Secret("typed")})
    assert isinstance(home.backend, GunbotBackend)
    assert isinstance(away.backend, FreqtradeBackend)
    assert home.journal == away.journal


def test_a_bot_can_be_opened_again_with_the_variables_that_left_the_environment(tmp_path: Path) -> None:
    made = bots(tmp_path)
    for _ in range(2):
        assert made.make_ready(HOME, {}).backend.ref == HOME


def test_a_secret_without_source_is_asked_for_by_name(tmp_path: Path) -> None:
    with pytest.raises(LoginMissing) as caught:
        bots(tmp_path).make_ready(AWAY, {})
    assert (caught.value.asks, caught.value.exit_code) == (("password",), NO_SECRET)
    assert "bots.away says nowhere where its password is kept" in str(caught.value)


def test_what_was_asked_for_at_the_start_counts_once(tmp_path: Path) -> None:
    made = bots(tmp_path, asked={"away": {SecretName.PASSWORD: Secret(SENTINEL)}})
    made.make_ready(AWAY, {})
    with pytest.raises(LoginMissing):
        made.make_ready(AWAY, {})


def test_a_source_that_fails_asks_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME_WALLET")
    with pytest.raises(LoginMissing, match=r"bots\.home\.wallet_env: the variable HOME_WALLET is not set") as caught:
        bots(tmp_path).make_ready(HOME, {})
    assert caught.value.asks == ()


def test_a_mistake_in_one_bot_leaves_the_other_alone(tmp_path: Path) -> None:
    made = bots(tmp_path, TWO + "mod = 3\n")
    assert made.make_ready(HOME, {}).backend.ref == HOME
    with pytest.raises(SetupError, match=r"line 10: bots\.away\.mod: unknown key") as caught:
        made.make_ready(AWAY, {})
    assert caught.value.exit_code == MISUSED
    assert not isinstance(caught.value, LoginMissing)


def test_every_secret_is_taken_out_of_the_log(tmp_path: Path) -> None:
    redactor = Redactor()
    made = bots(tmp_path, redactor=redactor)
    made.make_ready(HOME, {})
    made.make_ready(AWAY, {"password": Secret("another-sentinel")})
    assert redactor.clean(f"{SENTINEL} another-sentinel") == "*** ***"
