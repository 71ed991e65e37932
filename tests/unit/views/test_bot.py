"""The Bot screen says what is known of the bot, and how."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gunbot_tui.model.bot import AuthStatus, Link, LinkState, ServerClock
from gunbot_tui.model.capability import Capabilities, Capability
from gunbot_tui.model.command import StartCore, StopCore
from gunbot_tui.model.feed import Feed, Kind, Topic
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import bot
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Tone
from tests.factories import (
    NOW,
    fields,
    make_config,
    make_feed,
    make_pair_status,
    make_problem,
    make_snapshot,
    text_of,
)

AUTH, CLOCK = Topic(Kind.AUTH), Topic(Kind.CLOCK)


def told(snapshot: Snapshot) -> dict[str, str]:
    """What is said under each label."""
    lines = [text_of(line) for line in bot.lines(snapshot, NOW, "0.1.0", 80)]
    return {line[1:13].strip(): line[13:].rstrip() for line in lines if line[1:13].strip()}


def login(**changes: object) -> Snapshot:
    """A bot with this login."""
    facts: dict[str, object] = {"is_demo": False, "is_registered": True, "is_two_factor": False, **changes}
    status = AuthStatus("Authenticated", **facts)  # type: ignore[arg-type]  # the tests name fields of the status
    return make_snapshot(feeds={AUTH: make_feed(status)})


def test_everything_unknown_waits() -> None:
    facts = told(make_snapshot(link=Link()))
    assert facts["login"] == facts["clock"] == "…"
    assert facts["core"] == "unknown · the configuration is not read yet"
    assert facts["connection"] == "http://127.0.0.1:3000 · connecting"
    assert facts["cockpit"] == "gunbot-tui 0.1.0"


def test_a_working_core_stands_with_its_evidence() -> None:
    running = make_snapshot([make_pair_status()], config=make_config())
    assert told(running)["core"] == "running · started by the configuration, and core memory changes"


def test_a_quiet_core_is_a_warning() -> None:
    feeds = {Topic(Kind.PAIRS): make_feed((make_pair_status(),), changed_seconds=700)}
    line = bot.lines(make_snapshot(config=make_config(), feeds=feeds), NOW, "", 80)[0]
    assert (line[1].text, line[1].tone) == ("running", Tone.WARN)
    assert line[2].text.endswith("unchanged for 10m")


def test_the_login_tells_two_factor_registration_and_demo() -> None:
    assert told(login())["login"] == "Authenticated · two-factor off · registered"
    facts = told(login(is_two_factor=True, is_registered=False, is_demo=True))
    assert facts["login"] == "Authenticated · two-factor on · not registered · the bot runs as a demo"


@pytest.mark.parametrize(
    ("days", "word", "tone"), [(900, "ends", Tone.PLAIN), (6, "ends", Tone.WARN), (-1, "ended", Tone.WARN)]
)
def test_a_token_that_ends_soon_is_a_warning(days: int, word: str, tone: Tone) -> None:
    at = NOW + timedelta(days=days)
    lines = bot.lines(login(expires_at=at), NOW, "", 80)
    (line,) = [line for line in lines if text_of(line).startswith(" token")]
    assert (line[1].text, line[1].tone) == (f"{word} {fmt.moment(at, NOW)}", tone)


@pytest.mark.parametrize(
    ("offset", "text", "tone"),
    [
        (0.4, "in step, less than 1 s apart", Tone.PLAIN),
        (3.0, "the bot is 3.0 s ahead", Tone.PLAIN),
        (-5.0, "the bot is 5.0 s behind", Tone.PLAIN),
        (7.24, "the bot is 7.2 s ahead", Tone.WARN),
    ],
)
def test_a_clock_far_off_is_a_warning(offset: float, text: str, tone: Tone) -> None:
    snapshot = make_snapshot(feeds={CLOCK: make_feed(ServerClock(offset))})
    (line,) = [line for line in bot.lines(snapshot, NOW, "", 80) if text_of(line).startswith(" clock")]
    assert (line[1].text, line[1].tone) == (text, tone)


def test_a_broken_line_says_since_when_and_when_the_next_try_is() -> None:
    link = Link(LinkState.OFFLINE, NOW, make_problem(detail="is it running?"), NOW + timedelta(seconds=8))
    lines = [text_of(line) for line in bot.lines(make_snapshot(link=link), NOW, "", 80)]
    told = [line for line in lines if "127.0.0.1" in line]
    assert told[0].endswith(f" · offline since {fmt.moment(NOW, NOW)} · next try in 10 s")
    assert told[1].strip() == "no answer from 127.0.0.1:3000 · is it running?"


def test_a_long_reason_is_told_whole_on_a_narrow_screen() -> None:
    reason = "127.0.0.1:8080 answers with a web page, not with Freqtrade's API: are port and path right?"
    link = Link(LinkState.OFFLINE, NOW, make_problem(reason), NOW + timedelta(seconds=8))
    lines = [text_of(line) for line in bot.lines(make_snapshot(link=link), NOW, "", 80)]
    assert reason in " ".join(line.strip() for line in lines)
    assert all(fmt.width(line) <= 80 for line in lines if "answers" in line or "path" in line)


def test_while_the_line_is_down_each_topic_waits_for_the_lines_next_try() -> None:
    link = Link(LinkState.OFFLINE, NOW, make_problem(), NOW + timedelta(seconds=4))
    failed = make_feed(ServerClock(0.1), problem=make_problem(), next_try_at=NOW + timedelta(seconds=54))
    (row,) = bot.ages(make_snapshot(feeds={CLOCK: failed}, link=link), NOW, {Kind.CLOCK})
    assert fields(row, bot.COLUMNS)["problem"].text.endswith("next try in 5 s")


def test_a_journal_in_trouble_says_what_still_works() -> None:
    assert told(make_snapshot())["journal"] == "written before each order"
    broken = told(make_snapshot(journal_problem=make_problem("disk full")))
    assert broken["journal"] == "disk full: no new order is sent, cancels still work"


@pytest.mark.parametrize(("enabled", "command"), [(True, StopCore()), (False, StartCore()), (None, None)])
def test_the_key_does_the_opposite_of_what_the_configuration_says(
    enabled: bool | None, command: StartCore | StopCore | None
) -> None:
    assert bot.command(make_snapshot(config=make_config(core_enabled=enabled))) == command
    assert bot.command(make_snapshot()) is None


def test_what_start_and_stop_mean_is_said_before_they_are_done() -> None:
    def said(enabled: bool | None) -> str:
        snapshot = make_snapshot([make_pair_status()], config=make_config(core_enabled=enabled))
        return "\n".join(text_of(line) for line in bot.lines(snapshot, NOW, "", 80))

    assert " t stops the core:\n   STOP the core of home" in said(True)
    assert " t starts the core:\n   START the core of home" in said(False)
    assert "not known yet" in said(None)


def test_a_verb_that_cannot_work_says_why() -> None:
    refused = Capabilities({Capability.CONTROL_CORE: "home is read-only"})
    assert text_of(bot.lines(make_snapshot(capabilities=refused), NOW, "", 80)[-1]) == " start/stop: home is read-only"


def test_each_topic_that_is_always_read_has_its_age_and_problem() -> None:
    feeds: dict[Topic, Feed[object]] = {
        Topic(Kind.BOOK, "binance/USDT-BTC"): make_feed("x", age_seconds=600),
        Topic(Kind.DAY, "binance"): make_feed("x", interval_seconds=0.8),
        Topic(Kind.AUTH): make_feed("x", age_seconds=120, interval_seconds=30),
        Topic(Kind.PNL): Feed(problem=make_problem(), next_try_at=NOW + timedelta(seconds=4)),
    }
    rows = [
        fields(row, bot.COLUMNS) for row in bot.ages(make_snapshot(feeds=feeds), NOW, {Kind.AUTH, Kind.DAY, Kind.PNL})
    ]
    assert [[cell.text for cell in row.values()] for row in rows] == [
        ["auth", "STALE 2m", "30 s", ""],
        ["day binance", "●", "1 s", ""],
        ["pnl", "…", "-", "no answer from 127.0.0.1:3000 · next try in 5 s"],
    ]
    assert rows[0]["age"].sort == (NOW - timedelta(seconds=120)).timestamp()
