"""The Fleet screen: one row per bot, what is wrong with each in words, and sums per currency, never across them.

A bot that is away or wants a login is a state like any other; its last numbers stay, with their age.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from gunbot_tui.model.bot import CoreState, LinkState
from gunbot_tui.model.feed import Feed
from gunbot_tui.model.problem import ProblemKind
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.model.trading import PairState, PairStatus
from gunbot_tui.views import format as fmt
from gunbot_tui.views import orders, pairs, panel
from gunbot_tui.views.cell import Align, Cell, Column, Line, Row, Span, Tone
from gunbot_tui.views.core import core_state
from gunbot_tui.views.purse import Purse, head, is_old, mode_cell, old_mark, purse, sum_of
from gunbot_tui.views.run import trades_nothing

NAME = 13
HERE = " ◂"
"""Behind the name of the bot that is shown."""
COLUMNS = (
    Column("bot", "bot", NAME),
    Column("kind", "kind", 9, rank=8),
    Column("state", "state", 11),
    Column("mode", "mode", 9, rank=4),
    Column("open", "open/ord", 8, Align.RIGHT, rank=3),
    Column("today", "today", 9, Align.RIGHT),
    Column("week", "week", 9, Align.RIGHT, rank=5),
    Column("all", "all", 11, Align.RIGHT, rank=6),
    Column("money", "", 5, rank=1),
    Column("held", "held", 15, Align.RIGHT, rank=7),
    Column("age", "age", 9, rank=2),
)
MOST_PROBLEMS = 4
OFFLINE, LOGIN, NOT_OPEN = "offline", "needs login", "not open"
PLURAL = {OFFLINE: OFFLINE, LOGIN: "need login", NOT_OPEN: NOT_OPEN}


def rows(fleet: Sequence[Snapshot], active: str, now: datetime) -> tuple[Row, ...]:
    """One row per bot in the order of the config file, keyed by its name."""
    return tuple(_row(bot, now, is_active=bot.bot.name == active) for bot in fleet)


def title(fleet: Sequence[Snapshot]) -> Line:
    """How many bots there are, and how many of them answer."""
    online = sum(bot.link.state is LinkState.ONLINE for bot in fleet)
    return (Span(f"{len(fleet)} {'bot' if len(fleet) == 1 else 'bots'} · {online} online"),)


def problems(fleet: Sequence[Snapshot], now: datetime, width: int) -> tuple[Line, ...]:
    """What is wrong with which bot, and what helps; what there is no room for is counted."""
    names = [(bot, Span(f" {bot.bot.name}: ", Tone.STRONG)) for bot in fleet]
    told = [(name, *line) for bot, name in names if (line := _problem(bot, now, width - fmt.width(name.text)))]
    if len(told) <= MOST_PROBLEMS:
        return tuple(told)
    return (*told[: MOST_PROBLEMS - 1], panel.muted(f" and {len(told) - MOST_PROBLEMS + 1} more"))


def totals(fleet: Sequence[Snapshot], now: datetime) -> tuple[Line, ...]:
    """Sums over the bots, one line for each currency that any of them reckons in or holds, real and simulated apart."""
    reports: dict[Purse, list[Snapshot]] = defaultdict(list)
    held: dict[Purse, list[Snapshot]] = defaultdict(list)
    for bot in fleet:
        if bot.pnl.value is not None:
            reports[purse(bot, bot.pnl.value.unit)].append(bot)
        for unit in holdings(bot):
            held[purse(bot, unit)].append(bot)
    purses = sorted({*reports, *held})
    return tuple(
        (*head(of, purses, len(reports[of])), *_gained(of, reports[of], now), *_held_in(of, held[of], now))
        for of in purses
    )


def detail(bot: Snapshot, now: datetime) -> tuple[Line, ...]:
    """All of a bot's row, for screens that are too narrow for its columns, and what it holds in every currency."""
    (state, tone), mode = _state(bot, now), mode_cell(bot)
    who: Line = (
        Span(f" {bot.bot.name}", Tone.STRONG),
        Span(f" · {bot.bot.kind} · "),
        Span(mode.text, mode.tone),
        Span(" · "),
        Span(state, tone),
        Span(f" · {_open_words(bot)} · "),
        panel.freshness_mark(bot.pairs, now, bot.link),
    )
    return (who, *_figures(bot, now), *_holds(bot, now))


def attention(fleet: Iterable[Snapshot], active: str) -> str:
    """What the bar says of the bots that are not shown; empty while nothing is wrong with them."""
    others = [bot for bot in fleet if bot.bot.name != active]
    unknown = sum(orders.unknown(bot) for bot in others)
    if unknown:
        return f"{unknown} unknown elsewhere (key 0)"
    words = [word for bot in others if (word := _trouble(bot))]
    if not words:
        return ""
    if len(words) == 1:
        return f"1 bot {words[0]} (key 0)"
    return f"{len(words)} bots {PLURAL[words[0]] if len(set(words)) == 1 else 'need you'} (key 0)"


def holdings(bot: Snapshot) -> dict[str, tuple[float, bool]]:
    """What the bot's positions are worth in each money, and whether all of them could be priced."""
    found: dict[str, tuple[float, bool]] = {}
    for status in pairs.statuses(bot):
        if status.position is None or not status.position.size:
            continue
        worth, is_whole = found.get(status.pair.money, (0.0, True))
        known = status.worth
        found[status.pair.money] = (worth + abs(known or 0.0), is_whole and known is not None)
    return found


def _gained(of: Purse, bots: Sequence[Snapshot], now: datetime) -> Line:
    known = [bot.pnl.value for bot in bots if bot.pnl.value is not None]
    if not known:
        return ()
    return (
        *old_mark(is_old(bot, bot.pnl, now) for bot in bots),
        *sum_of("today", [report.today for report in known], of.unit),
        *sum_of("week", [report.week for report in known], of.unit),
        *sum_of("all", [report.total for report in known], of.unit),
    )


def _figures(bot: Snapshot, now: datetime) -> tuple[Line, ...]:
    report = bot.pnl.value
    if report is None:
        return ()
    figures: Line = (Span(f" {purse(bot, report.unit).label}"), *_aged(bot, bot.pnl, now))
    for name, value in (("today", report.today), ("week", report.week), ("all", report.total)):
        figures += sum_of(name, (value,), report.unit)
    return (figures,)


def _holds(bot: Snapshot, now: datetime) -> tuple[Line, ...]:
    found = holdings(bot)
    if not found:
        return ()
    told = " + ".join(
        f"{_partly(fmt.number(worth, fmt.money_decimals(unit)), worth, is_whole=is_whole)} {purse(bot, unit).label}"
        for unit, (worth, is_whole) in found.items()
    )
    return ((Span(" holds"), *_aged(bot, bot.pairs, now), Span(f" {told}")),)


def _held_in(of: Purse, bots: Sequence[Snapshot], now: datetime) -> Line:
    found = [holdings(bot)[of.unit] for bot in bots]
    if not found:
        return ()
    worth = sum(worth for worth, _ in found)
    text = fmt.number(worth, fmt.money_decimals(of.unit))
    marked = _partly(text, worth, is_whole=all(is_whole for _, is_whole in found))
    return (Span("  held"), *old_mark(is_old(bot, bot.pairs, now) for bot in bots), Span(f" {marked}"))


def _row(bot: Snapshot, now: datetime, *, is_active: bool) -> Row:
    report, (state, tone) = bot.pnl.value, _state(bot, now)
    name = f"{fmt.fit(bot.bot.name, NAME - len(HERE))}{HERE}" if is_active else bot.bot.name
    unit = report.unit if report else ""
    today, week, total = (report.today, report.week, report.total) if report else (None, None, None)
    age, was_before = panel.freshness_mark(bot.pairs, now, bot.link), is_old(bot, bot.pnl, now)
    return Row(
        bot.bot.name,
        (
            Cell(name, Tone.STRONG if is_active else Tone.PLAIN, bot.bot.name),
            Cell(bot.bot.kind or fmt.NOTHING, Tone.MUTED, bot.bot.kind),
            Cell(state, tone, state),
            mode_cell(bot),
            _open(bot),
            _money(today, unit, 9, is_old=was_before),
            _money(week, unit, 9, is_old=was_before),
            _money(total, unit, 11, is_old=was_before),
            Cell(unit, Tone.MUTED, unit or None),
            _held(bot, unit),
            Cell(age.text, age.tone, _stepped(bot.pairs.age_seconds(now))),
        ),
    )


def _state(bot: Snapshot, now: datetime) -> tuple[str, Tone]:
    """What the bot does, in a word or two."""
    match bot.link.state:
        case LinkState.CONNECTING:
            return "connecting", Tone.MUTED
        case LinkState.OFFLINE:
            since = bot.link.since
            age = f" {panel.stepped_age((now - since).total_seconds())}" if since else ""
            return f"{OFFLINE}{age}", Tone.WARN
        case LinkState.REFUSED:
            return _trouble(bot), Tone.WARN
    run = bot.run_status.value
    if run is not None:
        return run.state.value, Tone.PLAIN if run.state.value == CoreState.RUNNING.value else Tone.WARN
    state, _ = core_state(bot, now)
    if state is CoreState.UNKNOWN:
        return "online", Tone.PLAIN
    return state.value, Tone.WARN if state is CoreState.STOPPED else Tone.PLAIN


def _trouble(bot: Snapshot) -> str:
    """What only the user can mend, or nobody; empty for a bot that answers."""
    match bot.link.state:
        case LinkState.OFFLINE:
            return OFFLINE
        case LinkState.REFUSED:
            problem = bot.link.problem
            return LOGIN if problem is None or problem.kind is ProblemKind.UNAUTHORISED else NOT_OPEN
        case _:
            return ""


def _problem(bot: Snapshot, now: datetime, width: int) -> Line | None:
    if bot.link.state is LinkState.CONNECTING:
        return None
    return panel.problem_line(bot.pairs, now, bot.link, width)


def _open(bot: Snapshot) -> Cell:
    held = _held_count(bot)
    return Cell(fmt.NOTHING if held is None else f"{held}/{fmt.number(pairs.working(bot))}", sort=held)


def _open_words(bot: Snapshot) -> str:
    held = _held_count(bot)
    return fmt.NOTHING if held is None else f"{held} open, {pairs.working_text(bot)}"


def _held_count(bot: Snapshot) -> int | None:
    """How many positions are open; None where that is not known."""
    known = pairs.statuses(bot)
    return sum(map(_deals, known)) if known and not trades_nothing(bot) else None


def _aged(bot: Snapshot, feed: Feed[object], now: datetime) -> Line:
    return (Span(" (old)", Tone.WARN),) if is_old(bot, feed, now) else ()


def _deals(status: PairStatus) -> int:
    return len(status.deals) or int(status.state is PairState.HOLDING)


def _money(value: float | None, unit: str, cells: int, *, is_old: bool) -> Cell:
    text = fmt.within(value, fmt.money_decimals(unit) if unit else 2, cells, sign=True)
    return Cell(text, Tone.MUTED if is_old else pairs.gain(value), value)


def _held(bot: Snapshot, unit: str) -> Cell:
    """What is held in the currency of the report, or else in the first; how many more there are."""
    found = holdings(bot)
    if not found:
        return Cell("·" if pairs.statuses(bot) and not trades_nothing(bot) else fmt.NOTHING, Tone.MUTED)
    money = unit if unit in found else next(iter(found))
    worth, is_whole = found[money]
    more = f" +{len(found) - 1}" if len(found) > 1 else ""
    text = _partly(fmt.within(worth, fmt.money_decimals(money), 9), worth, is_whole=is_whole)
    return Cell(f"{text} {money}{more}", sort=worth)


def _stepped(seconds: float | None) -> float | None:
    """An age to sort by that changes no more often than the one that is shown."""
    return None if seconds is None else seconds // panel.LOUD_AFTER_SECONDS


def _partly(text: str, value: float, *, is_whole: bool) -> str:
    """A sum, marked where something is missing; nothing known is no zero."""
    return text if is_whole else f"{text}+?" if value else "?"
