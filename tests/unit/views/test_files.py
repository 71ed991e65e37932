"""The tree of files and configuration: keys that survive a reload, secrets that never show."""

from __future__ import annotations

from gunbot_tui.model.capability import Capabilities
from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.files import ConfigEntry, FileList, FileText, Folder
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import files
from gunbot_tui.views.cell import Tone
from tests.factories import NOW, make_config, make_feed, make_problem, make_snapshot, text_of
from tests.ui.freqtrade_scene import freqtrade_at_work, webserver

ENTRIES = (
    ConfigEntry(("pairs", "binance", "USDT-BTC", "strategy"), '"stepgrid"'),
    ConfigEntry(("GUI", "port"), "5000"),
    ConfigEntry(("pairs", "binance", "USDT-BTC", "enabled"), "true"),
    ConfigEntry(("bot", "gunthy_wallet"), "••••••••", is_secret=True),
    ConfigEntry(("version",), "[red]1"),
)
STRATEGIES = Topic(Kind.FILES, Folder.STRATEGY)
GRID = Topic(Kind.FILE, f"{Folder.STRATEGY}/grid.js")


def bot() -> Snapshot:
    """A bot with a configuration and two strategies, one of them read."""
    text = FileText(Folder.STRATEGY, "grid.js", ("one", "[b]two"), is_cut=True)
    return make_snapshot(
        config=make_config(ENTRIES),
        feeds={
            STRATEGIES: make_feed(FileList(Folder.STRATEGY, ("grid.js", "ema.js"))),
            GRID: make_feed(text),
        },
    )


def tree(snapshot: Snapshot, *expanded: str) -> list[str]:
    """The nodes' texts."""
    return [row.cells[0].text for row in files.nodes(snapshot, frozenset(expanded))]


def shown(snapshot: Snapshot, key: str, width: int = 80) -> list[str]:
    """A node's content as text."""
    return [text_of(line) for line in files.content(snapshot, key, NOW, width)]


def test_a_closed_tree_shows_its_roots_and_how_much_they_hold() -> None:
    assert tree(bot()) == [
        "▸ config",
        "▸ strategies (2)",
        "▸ state files",
        "▸ backups",
        "▸ variables",
        "▸ editor",
    ]
    assert tree(make_snapshot())[0] == "▸ config …"
    assert tree(make_snapshot(), files.CONFIG)[0] == "▾ config …"


def test_sections_open_one_level_at_a_time_in_the_configurations_order() -> None:
    assert tree(bot(), files.CONFIG)[:4] == ["▾ config", "  ▸ pairs", "    GUI", "    bot"]
    opened = tree(bot(), files.CONFIG, files.config_key("pairs"), files.config_key("pairs", "binance"))
    assert opened[:6] == ["▾ config", "  ▾ pairs", "    ▾ binance", "        USDT-BTC", "    GUI", "    bot"]


def test_an_open_section_below_a_closed_one_stays_hidden() -> None:
    assert "binance" not in " ".join(tree(bot(), files.CONFIG, files.config_key("pairs", "binance")))


def test_a_folder_opens_to_its_files() -> None:
    assert tree(bot(), files.folder_key(Folder.STRATEGY))[1:4] == ["▾ strategies (2)", "    grid.js", "    ema.js"]
    assert "▾ backups" in tree(bot(), files.folder_key(Folder.BACKUP))


def test_keys_are_unique_and_say_what_must_be_read() -> None:
    rows = files.nodes(bot(), frozenset({files.CONFIG, files.folder_key(Folder.STRATEGY)}))
    assert len({row.key for row in rows}) == len(rows)
    assert files.topic(files.file_key(Folder.STRATEGY, "grid.js")) == GRID
    assert files.topic(files.folder_key(Folder.STRATEGY)) == STRATEGIES
    assert files.topic(files.config_key("GUI")) == Topic(Kind.CONFIG)
    assert files.can_expand(files.folder_key(Folder.STRATEGY))
    assert not files.can_expand(files.file_key(Folder.STRATEGY, "grid.js"))


def test_a_section_shows_its_values_beside_their_names() -> None:
    assert shown(bot(), files.config_key("pairs", "binance")) == [
        ' USDT-BTC.strategy  "stepgrid"',
        " USDT-BTC.enabled   true",
    ]
    assert shown(bot(), files.config_key("version")) == [" version  [red]1"]
    assert len(shown(bot(), files.CONFIG)) == len(ENTRIES)


def test_a_long_path_keeps_its_end_on_a_narrow_screen() -> None:
    assert shown(bot(), files.CONFIG, 20)[0].startswith(" ….strategy  ")


def test_a_secret_is_a_row_of_dots() -> None:
    (line,) = files.content(bot(), files.config_key("bot"), NOW, 80)
    assert text_of(line) == " gunthy_wallet  ••••••••  secret"
    assert line[-1].tone is Tone.MUTED


def test_a_folder_shows_names_and_a_file_its_text() -> None:
    assert shown(bot(), files.folder_key(Folder.STRATEGY)) == [" grid.js", " ema.js"]
    assert shown(bot(), files.file_key(Folder.STRATEGY, "grid.js")) == [" one", " [b]two", " … the rest is not shown"]
    nothing = make_snapshot(feeds={STRATEGIES: make_feed(FileList(Folder.STRATEGY, ()))})
    assert shown(nothing, files.folder_key(Folder.STRATEGY)) == [" empty"]


def test_what_is_not_read_says_why() -> None:
    assert shown(bot(), files.file_key(Folder.STRATEGY, "ema.js")) == [" reading …"]
    failed = make_snapshot(feeds={STRATEGIES: make_feed(None, problem=make_problem())})
    assert shown(failed, files.folder_key(Folder.STRATEGY)) == ["no answer from 127.0.0.1:3000"]


def test_a_bot_that_keeps_trades_shows_its_strategies_and_no_other_folder() -> None:
    assert files.folders(freqtrade_at_work()) == (Folder.STRATEGY,)
    assert tree(freqtrade_at_work()) == ["▸ config", "▸ strategies (1)"]
    assert tree(webserver(), files.folder_key(Folder.STRATEGY))[1:] == [
        "▾ strategies (2)",
        "    CockpitStrategy",
        "    SecondStrategy",
    ]


def test_the_source_of_a_strategy_is_shown_as_a_file() -> None:
    key = files.file_key(Folder.STRATEGY, "CockpitStrategy")
    assert files.is_file(key)
    assert any("class CockpitStrategy" in line for line in shown(freqtrade_at_work(), key))


def test_what_a_bot_never_tells_is_said_and_not_waited_for() -> None:
    silent = make_snapshot(capabilities=Capabilities(unread={Kind.CONFIG: "it tells none"}))
    assert shown(silent, files.config_key()) == [" it tells none"]


def test_the_title_is_the_path() -> None:
    assert text_of(files.title(files.config_key("pairs", "binance"))) == "config.pairs.binance"
    assert text_of(files.title(files.file_key(Folder.STRATEGY, "grid.js"))) == "strategies / grid.js"
