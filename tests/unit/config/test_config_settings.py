"""Mistakes in the config file: one line each, with file, line, key and what is allowed."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.config.document import ConfigError, Document
from gunbot_tui.config.glance import choose_bot, glance
from gunbot_tui.config.settings import BotSettings, Settings, validate
from gunbot_tui.model.bot import BotRef, TradeMode
from gunbot_tui.ui.theme import THEMES

AWAY = '[bots.away]\nkind = "freqtrade"\nurl = "http://127.0.0.1:8080"\nusername = "me"\n'
HOME = '[bots.home]\nkind = "gunbot"\nurl = "http://127.0.0.1:3000"\n'


def document(text: str) -> Document:
    return Document(Path("config.toml"), text, tomllib.loads(text, parse_float=Decimal))


def complaint(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        validate(document(text))
    return str(caught.value)


def test_a_bot_without_mode_is_read_only() -> None:
    assert validate(document(HOME)).ref("home") == BotRef(
        "home", "gunbot", "http://127.0.0.1:3000", TradeMode.READ_ONLY
    )


def test_a_misspelt_key_is_named_with_its_line_and_what_is_allowed() -> None:
    keys = [key for key in BotSettings.model_fields if key != "username"]
    assert complaint(HOME + '\nmod = "confirm"\n') == (
        f'config.toml, line 5: bots.home.mod: unknown key; allowed: {", ".join(keys)}; did you mean "mode"?'
    )


def test_a_misspelt_key_at_the_top_is_named_with_what_is_allowed_there() -> None:
    assert complaint('glyph = "ascii"\n' + HOME) == (
        f'config.toml, line 1: glyph: unknown key; allowed: {", ".join(Settings.model_fields)}; did you mean "glyphs"?'
    )


def test_a_misspelt_choice_is_answered_with_the_choices() -> None:
    assert complaint(HOME + 'mode = "confrim"\n') == (
        'config.toml, line 4: bots.home.mode: allowed: "read-only", "confirm"; did you mean "confirm"?'
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("mouse = 1", "line 1: mouse: must be true or false"),
        ("theme = 3", 'line 1: theme: allowed: "cockpit-dark", "cockpit-light"'),
        ('driver = "fast"', 'line 1: driver: allowed: "diffing", "stock"'),
        ("default = []", 'line 1: default: must be a text in quotes, as "…"'),
    ],
)
def test_a_wrong_type_at_the_top_is_named_with_its_line(line: str, said: str) -> None:
    assert complaint(f"{line}\n{HOME}") == f"config.toml, {said}"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('password_command = "pass gunbot"', 'password_command: must be a list of texts, as ["pass", "gunbot"]'),
        ("password_command = []", "password_command: must not be empty"),
        ('wallet_command = ["pass", 3]', 'wallet_command: must be a text in quotes, as "…"'),
        ("allow_plain_http = 1", "allow_plain_http: must be true or false"),
        ("limits = 5", "limits: must be a table, as [bots.NAME.limits]"),
        ('pin = "12:34"', 'pin: must be "sha256:" and the 64 hex digits of the certificate'),
    ],
)
def test_a_wrong_value_of_a_bot_is_named_with_its_line(line: str, said: str) -> None:
    assert complaint(f"{HOME}{line}\n") == f"config.toml, line 4: bots.home.{said}"


@pytest.mark.parametrize(
    "url", ["127.0.0.1:3000", "ftp://host", "http://", "http://host:99999", "http://host:0", "http://[::1", ""]
)
def test_a_url_that_is_none_is_answered_with_how_one_looks(url: str) -> None:
    said = complaint(HOME.replace("http://127.0.0.1:3000", url))
    assert said == (
        "config.toml, line 3: bots.home.url: is not an address; allowed: https://HOST:PORT or http://127.0.0.1:PORT"
    )


def test_a_password_in_the_url_is_refused_and_not_repeated() -> None:
    said = complaint(HOME.replace("127.0.0.1", "me:hunter2@127.0.0.1"))
    assert "must not hold a user or password" in said
    assert "hunter2" not in said


def test_a_password_in_the_file_is_refused_and_not_repeated() -> None:
    said = complaint(HOME + 'password = "hunter2"\n')
    assert "line 4: bots.home.password: unknown key" in said
    assert "hunter2" not in said


def test_two_sources_for_one_secret_are_refused() -> None:
    assert complaint(HOME + 'password_env = "A"\npassword_file = "b"\n') == (
        "config.toml, line 1: bots.home: password_file and password_env: give one of them only"
    )


def test_a_bot_name_that_could_not_be_typed_is_refused() -> None:
    said = complaint(HOME.replace("bots.home", 'bots."my bot"'))
    assert said == "config.toml, line 1: bots.my bot: a bot's name has 1 to 24 letters, digits, - or _"


def test_a_kind_of_bot_that_does_not_exist_is_refused() -> None:
    said = complaint(HOME.replace('"gunbot"', '"nonsense"'))
    assert said == 'config.toml, line 2: bots.home.kind: allowed: "gunbot", "freqtrade"'


class TestFreqtrade:
    def test_it_has_a_user_name_and_no_wallet(self) -> None:
        settings = validate(document(AWAY + 'password_env = "A"\n'))
        assert settings.bots["away"].username == "me"
        assert settings.ref("away").kind == "freqtrade"

    def test_a_missing_user_name_is_said_with_where_it_stands(self) -> None:
        said = complaint(AWAY.replace('username = "me"\n', ""))
        assert said == (
            'config.toml, line 1: bots.away: username is missing: the "username" under "api_server" in'
            " Freqtrade's config.json"
        )

    @pytest.mark.parametrize("key", ["wallet_command", "wallet_file", "wallet_env"])
    def test_a_wallet_is_refused_in_words(self, key: str) -> None:
        value = '["pass"]' if key == "wallet_command" else '"x"'
        assert complaint(f"{AWAY}{key} = {value}\n") == (
            "config.toml, line 1: bots.away: freqtrade: a Freqtrade logs in with user name and password and has no"
            f" wallet; take {key} away"
        )

    def test_a_gunbot_has_no_user_name(self) -> None:
        assert complaint(HOME + 'username = "me"\n') == (
            "config.toml, line 1: bots.home: gunbot: a Gunbot logs in with password and wallet and has no user name;"
            " take username away"
        )

    def test_what_is_allowed_in_it_names_no_key_of_the_other_kind(self) -> None:
        said = complaint(AWAY + "mod = 1\n")
        assert "username" in said
        assert "wallet" not in said


class TestOneOfSeveral:
    def test_a_mistake_in_another_bot_does_not_count(self) -> None:
        text = AWAY + HOME + "mode = 3\n"
        assert list(validate(document(text), "away").bots) == ["away"]
        with pytest.raises(ConfigError, match=r"line 8: bots\.home\.mode"):
            validate(document(text), "home")

    def test_a_mistake_at_the_top_counts_for_all(self) -> None:
        with pytest.raises(ConfigError, match="line 1: mouse"):
            validate(document("mouse = 1\n" + AWAY + HOME), "away")


def test_a_missing_key_is_named_on_the_line_of_its_table() -> None:
    assert complaint('\n[bots.home]\nkind = "gunbot"\n') == "config.toml, line 2: bots.home.url: is missing"


def test_the_first_of_several_mistakes_is_named() -> None:
    assert "line 4: bots.home.aaa" in complaint(HOME + "aaa = 1\nmode = 3\n")


@pytest.mark.parametrize(
    ("text", "keys", "line"),
    [
        ('[bots.home]\nurl = "x"', ["bots", "home", "url"], 2),
        ('bots.home.url = "x"', ["bots", "home", "url"], 1),
        ('[bots]\nhome = { url = "x" }', ["bots", "home", "url"], 2),
        ('[ bots . "home" ] # url = 1\n# url = 1\n"url" = "x"', ["bots", "home", "url"], 3),
        ('[bots.other]\nurl = "x"\n[bots.home]\nurl = "y"', ["bots", "home", "url"], 4),
        ('password_command = [\n  "--mode=x",\n]\nmode = 1', ["mode"], 4),
        ("a = 1", ["b"], 1),
    ],
)
def test_a_key_is_found_on_its_line_however_it_is_written(text: str, keys: list[str], line: int) -> None:
    assert document(text).line_of(keys) == line


def test_a_syntax_error_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("mouse = true\ntheme = \n")
    with pytest.raises(ConfigError, match=r"config\.toml: .*at line 2"):
        Document.read(path)


def test_a_file_that_is_not_text_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="is not UTF-8 text"):
        Document.read(path)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        Document.read(tmp_path / "config.toml")


KEYS = st.sampled_from(["kind", "url", "limits", "home"]) | st.text()
VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.text(), st.decimals(), st.just("gunbot")),
    lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES))
def test_whatever_stands_in_a_bot_is_one_line(bot: dict[str, object]) -> None:
    with pytest.raises(ConfigError) as caught:
        validate(Document(Path("config.toml"), "", {"bots": {"home": {**bot, "pin": "wrong"}}}))
    assert str(caught.value).isprintable()


class TestChoice:
    TWO = HOME + HOME.replace("home", "away")

    def test_the_only_bot_needs_no_default(self) -> None:
        assert choose_bot(document(HOME), None) == "home"

    def test_the_default_is_taken(self) -> None:
        assert choose_bot(document('default = "away"\n' + self.TWO), None) == "away"

    def test_the_command_line_comes_before_the_default(self) -> None:
        assert choose_bot(document('default = "away"\n' + self.TWO), "home") == "home"

    def test_of_several_bots_without_default_the_first_is_shown(self) -> None:
        assert choose_bot(document(self.TWO), None) == "home"

    def test_an_order_without_screen_goes_to_no_bot_that_was_not_named(self) -> None:
        with pytest.raises(ConfigError, match="say --bot NAME or set default"):
            choose_bot(document(self.TWO), None, is_named=True)

    def test_an_unknown_bot_is_answered_with_the_known_ones(self) -> None:
        with pytest.raises(ConfigError, match=r'--bot hmoe: .* known: home, away; did you mean "home"\?'):
            choose_bot(document(self.TWO), "hmoe")

    def test_an_unknown_default_is_named_with_its_line(self) -> None:
        with pytest.raises(ConfigError, match=r'line 1: default: there is no bot "awya"; known: home, away'):
            choose_bot(document('default = "awya"\n' + self.TWO), None)

    def test_a_file_without_bots_says_what_to_add(self) -> None:
        with pytest.raises(ConfigError, match=r"add a table \[bots.NAME\]"):
            choose_bot(document("mouse = true\n"), None)


class TestGlance:
    def test_it_agrees_with_the_full_validation(self) -> None:
        text = 'theme = "cockpit-light"\nmouse = true\ndriver = "stock"\nglyphs = "ascii"\n' + HOME
        seen, settings = glance(document(text), None), validate(document(text))
        assert seen is not None
        assert (seen.theme, seen.mouse, seen.driver, seen.glyphs) == ("cockpit-light", True, "stock", "ascii")
        assert (settings.theme, settings.mouse, settings.driver, settings.glyphs) == (
            seen.theme,
            seen.mouse,
            seen.driver,
            seen.glyphs,
        )
        assert seen.bot == settings.ref("home")

    def test_its_defaults_are_those_of_the_full_validation(self) -> None:
        seen, settings = glance(document(HOME), None), validate(document(HOME))
        assert seen is not None
        assert (seen.theme, seen.mouse, seen.driver, seen.glyphs) == (
            settings.theme,
            settings.mouse,
            settings.driver,
            settings.glyphs,
        )

    @pytest.mark.parametrize("line", ["mouse = 1", 'driver = "x"', 'glyphs = "x"', 'theme = "x"'])
    def test_an_odd_file_is_left_to_the_full_validation(self, line: str) -> None:
        assert glance(document(f"{line}\n{HOME}"), None) is None

    def test_a_bot_without_sources_must_ask(self) -> None:
        seen = glance(document(HOME + 'password_env = "A"\n'), None)
        assert seen is not None
        assert seen.must_ask

    def test_a_bot_with_both_sources_need_not_ask(self) -> None:
        seen = glance(document(HOME + 'password_env = "A"\nwallet_env = "B"\n'), None)
        assert seen is not None
        assert not seen.must_ask

    def test_it_names_every_bot_in_the_order_of_the_file(self) -> None:
        seen = glance(document(AWAY + HOME), "home")
        assert seen is not None
        assert seen.bot.name == "home"
        assert [(bot.name, bot.kind) for bot in seen.bots] == [("away", "freqtrade"), ("home", "gunbot")]

    def test_a_freqtrade_is_asked_for_its_password_alone(self) -> None:
        for text, must_ask in ((AWAY, True), (AWAY + 'password_env = "A"\n', False)):
            seen = glance(document(text), None)
            assert seen is not None
            assert seen.must_ask is must_ask

    @pytest.mark.parametrize("wrong", ["kind = []", 'kind = "x"', 'mode = "live"', "url = 3"])
    def test_one_odd_bot_of_several_is_only_watched(self, wrong: str) -> None:
        key = wrong.partition(" ")[0]
        odd = "".join(line for line in HOME.splitlines(keepends=True) if not line.startswith(key)) + wrong + "\n"
        seen = glance(document(odd + AWAY), None)
        assert seen is not None
        assert seen.bot == BotRef("home", "", "", TradeMode.READ_ONLY)
        assert not seen.must_ask


def test_the_themes_that_may_be_named_are_those_that_exist() -> None:
    for theme in THEMES:
        assert validate(document(f'theme = "{theme.name}"\n{HOME}')).theme == theme.name
    assert len(THEMES) == 2
