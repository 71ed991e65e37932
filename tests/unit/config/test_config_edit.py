"""Adding a bot to the owner's file: nothing else in it changes, and nothing changes when something is wrong."""

from __future__ import annotations

import stat
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.config.document import ConfigError, Document
from gunbot_tui.config.edit import add_bot
from gunbot_tui.config.glance import choose_bot
from gunbot_tui.config.settings import mistakes_in, validate
from gunbot_tui.model.secret import Secret

HOME = {"kind": "gunbot", "url": "http://127.0.0.1:3000", "mode": "read-only"}
LIMITED = {**HOME, "mode": "confirm", "limits": {"max_notional": Decimal("0.0100")}}
SECRETS = {"password": Secret("correct horse"), "wallet": Secret("0xfeed")}
REMARKS = ("", "# mine", "  # [bots.no]", '# "', "# ü \N{EURO SIGN}", "\t")
ROOT_LINES = ('theme = "cockpit-light"', "mouse=true # click", "glyphs   =   'ascii'", *REMARKS)
LIMIT_LINES = ("max_notional = 1_000", "soft.max_notional=5 # less", 'pairs."USDT-BTC".max_notional = 0.5', *REMARKS)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A valid file with remarks, spaces and tables as people write them."""
    root = draw(st.lists(st.sampled_from(ROOT_LINES), max_size=5, unique=True))
    lines = [*root]
    names = draw(st.lists(st.sampled_from(("a", "b-2", '"c_3"', "'d'")), max_size=3, unique=True))
    for name in names:
        lines += draw(st.lists(st.sampled_from(REMARKS), max_size=2))
        head = draw(st.sampled_from((f"[bots.{name}]", f"[ bots . {name} ] # one", f"[bots.{name}]\t")))
        lines += [head, "kind = 'gunbot'", 'url = """http://127.0.0.1:3000"""']
        if draw(st.booleans()):
            lines += [f"[bots.{name}.limits]", *draw(st.lists(st.sampled_from(LIMIT_LINES), max_size=4, unique=True))]
    end = draw(st.sampled_from(("\n", "\r\n")))
    return end.join(lines) + draw(st.sampled_from(("", end, end * 3)))


@given(files(), st.sampled_from((HOME, LIMITED)))
def test_whatever_stands_in_the_file_stays_and_the_bot_is_added(text: str, bot: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_text(text, newline="")
        before = Document.read(path).data
        add_bot(path, "new", bot, {})
        after = Document.read(path)
        assert path.read_bytes().decode().startswith(text)
    bots = before.get("bots", {})
    assert isinstance(bots, dict)
    first = {} if bots else {"default": "new"}
    assert after.data == {**before, **first, "bots": {**bots, "new": bot}}
    assert "new" in validate(after).bots
    assert choose_bot(after, None) == next(iter([*bots, "new"]))


def test_the_first_bot_makes_the_file_and_its_secrets_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "config.toml"
    add_bot(path, "home", LIMITED, SECRETS)
    files = {file.name: file for file in path.parent.iterdir()}
    assert set(files) == {"config.toml", "home-password", "home-wallet"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files.values()} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    bot = validate(Document.read(path)).bots["home"]
    assert (bot.password_file, bot.wallet_file) == ("home-password", "home-wallet")
    assert files["home-password"].read_text() == "correct horse\n"
    assert "correct horse" not in path.read_text()
    assert "max_notional = 0.0100" in path.read_text()


def test_a_file_that_others_could_read_is_closed_and_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    real = tmp_path / "dotfiles" / "gunbot.toml"
    real.write_text("mouse = true\n")
    real.chmod(0o644)
    link = tmp_path / "config.toml"
    link.symlink_to(real)
    add_bot(link, "home", HOME, SECRETS)
    assert link.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert real.read_text().startswith("mouse = true\n")
    assert (tmp_path / "home-password").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mouse = tru\n", r"config\.toml: .*line 1"),
        ('[bots.home]\nkind = "gunbot"\n', r"config\.toml, line 1: bots\.home\.url: is missing"),
        ('\n[bots.New]\nkind = "gunbot"\nurl = "http://127.0.0.1"\n', r"line 2: bots\.New: this name is in use"),
        ('bots = { a = { kind = "gunbot", url = "http://127.0.0.1" } }\n', r"line 1: bots: .*\[bots\.NAME\]"),
    ],
    ids=["broken", "invalid", "taken", "inline"],
)
def test_a_file_that_cannot_take_the_bot_stays_as_it_is(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=words) as told:
        add_bot(path, "new", HOME, SECRETS)
    assert "\n" not in str(told.value)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"config.toml": text}


def test_a_secret_is_never_written_over_a_file_and_nothing_is_left_half_done(tmp_path: Path) -> None:
    (tmp_path / "home-wallet").write_text("mine")
    with pytest.raises(ConfigError, match="home-wallet: exists already"):
        add_bot(tmp_path / "config.toml", "home", HOME, SECRETS)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"home-wallet": "mine"}


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder belongs")
    with pytest.raises(ConfigError, match="config"):
        add_bot(tmp_path / "config" / "config.toml", "home", HOME, {})


@pytest.mark.parametrize(
    ("name", "bot", "key"),
    [
        ("my bot", HOME, "name"),
        ("home", {**HOME, "url": "127.0.0.1:3000"}, "url"),
        ("home", {"kind": "gunbot"}, "url"),
        ("home", {**HOME, "kind": "freqtrade"}, "username"),
        ("home", {**HOME, "mode": "confirm"}, "max_notional"),
        ("home", {**HOME, "limits": {"max_notional": "much"}}, "max_notional"),
        ("home", {**HOME, "password_command": []}, "password_command"),
        ("home", {**HOME, "pin": "12:34"}, "pin"),
    ],
)
def test_a_mistake_is_told_by_the_key_that_mends_it(name: str, bot: dict[str, object], key: str) -> None:
    assert set(mistakes_in(name, bot)) == {key}


def test_a_bot_without_mistakes_has_none() -> None:
    assert mistakes_in("home", LIMITED) == {}
