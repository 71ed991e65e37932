"""Adding a bot over the real wire: what a trial says of a bot that works, and of whatever can be wrong with it."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gunbot_tui import registrar as module
from gunbot_tui.config.document import Document
from gunbot_tui.config.settings import validate
from gunbot_tui.logs import Redactor
from gunbot_tui.model.bot import TradeMode
from gunbot_tui.model.command import StopCore
from gunbot_tui.model.secret import Secret
from gunbot_tui.registrar import Registrar
from gunbot_tui.ui.enrolment import BotDraft, Keep, Trial
from gunbot_tui.ui.startup import SetupError
from gunbot_tui.wiring import Bots
from tests.backends import simulated_bot
from tests.backends.freqtrade.replay import LOGIN as FREQTRADE_LOGIN
from tests.backends.freqtrade.replay import recording, scripts, web_scripts
from tests.backends.simulated_bot import Simulator, opened, started
from tests.backends.test_line import self_signed
from tests.backends.wire_server import HANG, LOGIN, WireServer, page, says

PASSWORD = "correct horse battery"
SECRETS = {"password": Secret(PASSWORD), "wallet": Secret(simulated_bot.WALLET)}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with started() as running:
        yield running


@pytest.fixture
async def server() -> AsyncIterator[WireServer]:
    async with WireServer(scripts=scripts()) as running:
        yield running


@pytest.fixture
def registrar(tmp_path: Path) -> Registrar:
    return Registrar(tmp_path / "config.toml", Redactor(), read_only=False)


def gunbot(url: str, **values: object) -> BotDraft:
    draft = BotDraft("gunbot", "home", url, "", Keep.FILE, SECRETS, may_trade=False, max_notional="")
    return replace(draft, **values)  # type: ignore[arg-type]  # the fields, by their names


def freqtrade(url: str, **values: object) -> BotDraft:
    secrets = {"password": Secret(PASSWORD)}
    return replace(gunbot(url, kind="freqtrade", name="away", username="trader", secrets=secrets), **values)  # type: ignore[arg-type]  # as above


def simulated(simulator: Simulator, **values: object) -> BotDraft:
    secrets = {"password": Secret(simulated_bot.PASSWORD), "wallet": Secret(simulated_bot.WALLET)}
    return gunbot(simulator.url, **{"secrets": secrets, **values})


def words(trial: Trial) -> str:
    return " ".join(trial.words)


async def test_a_gunbot_that_works_says_so(registrar: Registrar, simulator: Simulator, tmp_path: Path) -> None:
    trial = await registrar.try_out(simulated(simulator))
    assert trial == Trial(True, ("it works: Gunbot takes the login",))
    assert not any(file.exists() for file in (registrar.config_path, tmp_path / "home-password"))


async def test_a_gunbot_whose_core_is_stopped_works_and_says_so(registrar: Registrar) -> None:
    with started() as running:
        async with opened(running) as backend:
            await backend.execute(StopCore())
        trial = await registrar.try_out(simulated(running))
    assert trial.is_good
    assert "its core is stopped" in words(trial)


async def test_a_wrong_password_is_refused_in_words_and_with_where_to_look(
    registrar: Registrar, simulator: Simulator
) -> None:
    trial = await registrar.try_out(gunbot(simulator.url))
    assert not trial.is_good
    assert "refuses the login" in words(trial)
    assert "gunthy_wallet" in words(trial)
    assert PASSWORD not in words(trial)


async def test_a_freqtrade_tells_what_it_is(registrar: Registrar, server: WireServer) -> None:
    trial = await registrar.try_out(freqtrade(server.url, may_trade=True, max_notional="5"))
    assert trial.is_good
    assert trial.words == (trial.words[0],)
    assert "CockpitStrategy" in trial.words[0]
    assert "dry run" in trial.words[0]
    assert server.count("forceenter") == 0


async def test_a_freqtrade_that_opens_nothing_on_command_says_so_to_who_wants_to_trade(
    registrar: Registrar, server: WireServer
) -> None:
    server.scripts["show_config"] = says({**recording("show_config"), "force_entry_enable": False, "state": "stopped"})
    trial = await registrar.try_out(freqtrade(server.url, may_trade=True, max_notional="5"))
    assert trial.is_good
    assert "force_entry_enable" in words(trial)
    assert "it is stopped" in words(trial)
    assert "force_entry_enable" not in words(await registrar.try_out(freqtrade(server.url)))


async def test_a_freqtrade_that_serves_data_works_and_says_that_it_does_not_trade(registrar: Registrar) -> None:
    async with WireServer(scripts=web_scripts()) as server:
        trial = await registrar.try_out(freqtrade(server.url))
    assert trial.is_good
    assert "web server" in words(trial)


async def test_a_wrong_login_of_a_freqtrade_is_told_with_where_to_look(
    registrar: Registrar, server: WireServer
) -> None:
    server.scripts[FREQTRADE_LOGIN] = says({"detail": "Unauthorized"}, 401)
    trial = await registrar.try_out(freqtrade(server.url))
    assert not trial.is_good
    assert "refuses the login" in words(trial)
    assert "api_server" in words(trial)


@pytest.mark.parametrize("make", [gunbot, freqtrade])
async def test_a_port_where_nothing_listens_is_told(registrar: Registrar, make: Callable[[str], BotDraft]) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        trial = await registrar.try_out(make(f"http://127.0.0.1:{reserved.getsockname()[1]}"))
    assert not trial.is_good
    assert "nothing listens on 127.0.0.1:" in words(trial)


async def test_a_web_page_in_place_of_the_api_is_told_with_what_to_try(registrar: Registrar) -> None:
    async with WireServer(scripts={LOGIN: page(), FREQTRADE_LOGIN: page()}) as server:
        theirs = await registrar.try_out(freqtrade(server.url))
        ours = await registrar.try_out(gunbot(server.url))
    assert "a web page" in words(theirs)
    assert "listen_port" in words(theirs)
    assert "a web page" in words(ours)
    assert "port 3000" in words(ours)


async def test_a_certificate_of_the_bots_own_is_shown_and_works_once_it_is_pinned(
    registrar: Registrar, tmp_path: Path
) -> None:
    tls, pin = self_signed(tmp_path, "own")
    async with WireServer(tls=tls, scripts=scripts()) as server:
        first = await registrar.try_out(freqtrade(server.url))
        assert (first.is_good, first.pin) == (False, pin)
        assert "is not trusted" in words(first)
        assert "compare the fingerprint" in words(first)
        assert server.seen == []
        pinned = await registrar.try_out(freqtrade(server.url, pin=pin))
        assert (pinned.is_good, pinned.pin) == (True, "")
        other = await registrar.try_out(freqtrade(server.url, pin="sha256:" + "0" * 64))
    assert (other.is_good, other.pin) == (False, "")
    assert "not the pinned certificate" in words(other)


async def test_plain_http_to_another_machine_is_refused_with_the_ways_out(registrar: Registrar) -> None:
    async with WireServer(host="0.0.0.0") as server:  # noqa: S104 - an address of this machine that is no loopback one
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
            address = probe.getsockname()[0]
        trial = await registrar.try_out(gunbot(f"http://{address}:{server.port}"))
        assert server.seen == []
    assert "ssh tunnel" in words(trial)
    assert "allow_plain_http" in words(trial)


async def test_a_bot_that_never_answers_ends_the_trial(
    registrar: Registrar, server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TRIAL_SECONDS", 0.2)
    server.scripts[FREQTRADE_LOGIN] = HANG
    trial = await registrar.try_out(freqtrade(server.url))
    assert "no whole answer within" in words(trial)


async def test_a_trial_can_be_broken_off(registrar: Registrar, server: WireServer) -> None:
    server.scripts[FREQTRADE_LOGIN] = HANG
    trial = asyncio.create_task(registrar.try_out(freqtrade(server.url)))
    async with asyncio.timeout(5):
        while server.connections == 0:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.001)
    trial.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trial


async def test_a_command_that_fails_is_told_by_its_key(registrar: Registrar, simulator: Simulator) -> None:
    commands = {"password": Secret("false"), "wallet": Secret("echo 0xfeed")}
    trial = await registrar.try_out(simulated(simulator, keep=Keep.COMMAND, secrets=commands))
    assert "password_command: ended with code 1" in words(trial)


async def test_secrets_from_variables_stay_in_the_environment_until_the_bot_is_opened(
    registrar: Registrar, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_PASSWORD", simulated_bot.PASSWORD)
    monkeypatch.setenv("A_WALLET", simulated_bot.WALLET)
    names = {"password": Secret("A_PASSWORD"), "wallet": Secret("A_WALLET")}
    draft = simulated(simulator, keep=Keep.VARIABLE, secrets=names)
    assert (await registrar.try_out(draft)).is_good
    await registrar.save(draft)
    assert 'password_env = "A_PASSWORD"' in registrar.config_path.read_text()
    assert os.environ["A_PASSWORD"] == simulated_bot.PASSWORD


async def test_what_was_typed_is_saved_in_private_files_and_never_in_the_config(
    registrar: Registrar, tmp_path: Path
) -> None:
    bot = await registrar.save(gunbot("http://127.0.0.1:3000", may_trade=True, max_notional="250.50"))
    assert (bot.name, bot.kind, bot.mode) == ("home", "gunbot", TradeMode.CONFIRM)
    text = registrar.config_path.read_text()
    assert PASSWORD not in text
    assert simulated_bot.WALLET not in text
    assert "max_notional = 250.50" in text
    assert (tmp_path / "home-password").read_text() == PASSWORD + "\n"
    assert stat.S_IMODE((tmp_path / "home-wallet").stat().st_mode) == 0o600


async def test_what_is_kept_nowhere_is_on_no_disk_and_is_not_asked_for_again_at_once(registrar: Registrar) -> None:
    await registrar.save(gunbot("http://127.0.0.1:3000", keep=Keep.NOWHERE))
    assert [file.name for file in registrar.config_path.parent.iterdir()] == ["config.toml"]
    assert {name.value: secret.reveal() for name, secret in registrar.asked["home"].items()} == {
        "password": PASSWORD,
        "wallet": simulated_bot.WALLET,
    }


async def test_a_read_only_run_opens_what_it_adds_read_only(tmp_path: Path) -> None:
    registrar = Registrar(tmp_path / "config.toml", Redactor(), read_only=True)
    bot = await registrar.save(gunbot("http://127.0.0.1:3000", may_trade=True, max_notional="5"))
    assert bot.mode is TradeMode.READ_ONLY
    assert validate(Document.read(registrar.config_path)).bots["home"].mode == "confirm"


async def test_a_bot_that_is_added_to_a_running_cockpit_is_ready_at_once(registrar: Registrar, tmp_path: Path) -> None:
    await registrar.save(gunbot("http://127.0.0.1:3000"))
    bots = Bots(Document.read(registrar.config_path), asked={}, redactor=Redactor(), state=tmp_path)
    second = Registrar(registrar.config_path, Redactor(), bots, read_only=False)
    bot = await second.save(freqtrade("http://127.0.0.1:8080", keep=Keep.NOWHERE))
    ready = bots.make_ready(bot, {})
    assert ready.backend.ref == bot
    await ready.backend.close()


async def test_mistakes_are_told_by_the_line_of_the_dialog(registrar: Registrar) -> None:
    await registrar.save(gunbot("http://127.0.0.1:3000"))
    nothing = {"password": Secret(""), "wallet": Secret("")}
    found = await registrar.mistakes(gunbot("bot:3000", name="Home", secrets=nothing, may_trade=True))
    assert set(found) == {"name", "url", "password", "wallet"}
    assert found["name"] == "this name is in use: choose another one"
    assert set(await registrar.mistakes(gunbot("http://127.0.0.1", name="b", may_trade=True))) == {"max_notional"}
    much = await registrar.mistakes(gunbot("http://127.0.0.1", name="b", may_trade=True, max_notional="much"))
    assert much == {"max_notional": "must be a number above 0"}
    open_quote = {"password": Secret('pass "gunbot'), "wallet": Secret("true")}
    asked = gunbot("http://127.0.0.1", name="b", keep=Keep.COMMAND, secrets=open_quote)
    assert set(await registrar.mistakes(asked)) == {"password"}
    assert await registrar.mistakes(gunbot("http://127.0.0.1", name="b")) == {}


async def test_a_file_that_cannot_take_the_bot_is_one_line(registrar: Registrar) -> None:
    registrar.config_path.write_text("[bots.home\n")
    assert set(await registrar.mistakes(gunbot("http://127.0.0.1:3000", name="new"))) == {"save"}
    with pytest.raises(SetupError, match=r"config\.toml: .*line 1"):
        await registrar.save(gunbot("http://127.0.0.1:3000", name="new"))
    assert registrar.config_path.read_text() == "[bots.home\n"


async def test_no_secret_is_left_in_what_is_logged_or_reported(registrar: Registrar, simulator: Simulator) -> None:
    redactor = Redactor()
    await Registrar(registrar.config_path, redactor, read_only=False).try_out(gunbot(simulator.url))
    assert PASSWORD not in redactor.clean(f"a crash about {PASSWORD}")
