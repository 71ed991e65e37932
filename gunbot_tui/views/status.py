"""The frame's lines: the bar with the few numbers that must always be seen, and the keys.

A narrow bar loses its least important words first; halted, offline and frozen take the whole bar over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gunbot_tui.model.bot import Link, LinkState
from gunbot_tui.model.feed import Feed, Freshness
from gunbot_tui.model.guard import Halt
from gunbot_tui.model.market import Pair
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.views import balances, core, orders, pairs, panel
from gunbot_tui.views import format as fmt
from gunbot_tui.views.cell import Line, Span, Tone
from gunbot_tui.views.masthead import badge

SEPARATOR = Span(" · ")
REASON = ": "
LEAST_REASON = 10
"""A reason that is cut to fewer cells says nothing."""


def bar(
    snapshot: Snapshot, selected: Pair | None, now: datetime, width: int, *, frozen: bool = False, others: str = ""
) -> Line:
    """The status bar in `width` cells; `others` tells of the bots that are not shown."""
    run = snapshot.run_status.value
    head = badge(snapshot.bot, is_dry=run is not None and run.is_dry)
    loud = orders.unknown(snapshot)
    count = "".join(f" · {text}" for text in (f"{loud} unknown" if loud else "", others) if text)
    warning = _warning(snapshot, now, width - panel.cells(head) - 2 - len(count), frozen=frozen)
    if warning is not None:
        told = fmt.fit("".join(span.text for span in (*head, Span("  "), warning)), width)
        if count:
            told = fmt.fit(told.rstrip(), width - len(count)) + count
        return (Span(fmt.pad(told, width), warning.tone),)
    head = (*head, Span(" "), panel.freshness_mark(snapshot.pairs, now, snapshot.link), Span("  "))
    return _bar(snapshot, selected, now, width, (*head, Span(others, Tone.WARN), SEPARATOR) if others else head)


def keys(known: Sequence[tuple[str, str]], width: int) -> Line:
    """Keys and what they do, as many as fit; the last two, halt and help on a screen, stay always."""
    *others, halt, last = [(Span(shown, Tone.STRONG), Span(f" {label}  ", Tone.MUTED)) for shown, label in known]
    line: Line = (Span(" "),)
    for hint in others:
        if panel.cells(line) + panel.cells(hint) + panel.cells(halt) + panel.cells(last) <= width:
            line = (*line, *hint)
    return (*line, *halt, *last)


def _warning(snapshot: Snapshot, now: datetime, width: int, *, frozen: bool) -> Span | None:
    """What takes the whole bar over, worst first."""
    texts, still = [], ["FROZEN: the view stands still · z goes on"] if frozen else []
    if snapshot.halt is not None:
        texts.append("HALTED: nothing is sent · type :release")
    if snapshot.journal_problem:
        texts.append(f"NO NEW ORDERS: {snapshot.journal_problem.summary}")
    if panel.is_away(snapshot.link):
        others = sum(fmt.width(text) + len(SEPARATOR.text) for text in (*texts, *still))
        texts.append(_away(snapshot.link, now, width - others))
    texts += still
    if not texts:
        return None
    is_calm = frozen and len(texts) == 1 and not orders.unknown(snapshot)
    if snapshot.halt is not None:
        texts.append(("halted " if len(texts) > 1 else "") + _halted(snapshot.halt, now))
    return Span(" · ".join(texts), Tone.CALM if is_calm else Tone.ALERT)


def _away(link: Link, now: datetime, width: int) -> str:
    """Since when the bot is away, why, and when the next try is; on a narrow bar the reason gives way first."""
    state = link.state.value.upper()
    since = f" since {fmt.moment(link.since, now)}" if link.since else ""
    reason = link.problem.summary if link.problem else ""
    again = panel.next_try(link.next_try_at, now) if link.state is LinkState.OFFLINE else ""
    left = width - fmt.width(f"{state}{since}{REASON}{again}")
    if reason and left >= min(LEAST_REASON, fmt.width(reason)):
        return f"{state}{since}{REASON}{fmt.fit(reason, left)}{again}"
    return f"{state}{since if left + len(REASON) >= 0 else ''}{again}"


def _halted(halt: Halt, now: datetime) -> str:
    """By whom and since when; a narrow bar loses it before what else is wrong."""
    by = f"by {halt.by} " if halt.by else ""
    return f"{by}since {fmt.moment(halt.at, now)}"


def _bar(snapshot: Snapshot, selected: Pair | None, now: datetime, width: int, head: Line) -> Line:
    loud = orders.unknown(snapshot)
    counts: Line = (
        Span(pairs.working_text(snapshot)),
        SEPARATOR,
        Span(f"{loud} unknown", Tone.ALERT if loud else Tone.PLAIN),
    )
    free, today = _free(snapshot, selected, now), _today(snapshot, now)
    full: Line = (*head, *free, *counts, *today, *_share(snapshot))
    least: Line = (*head, counts[-1]) if loud else head[:-1] if head[-1] is SEPARATOR else head
    lesser: tuple[Line, ...] = (
        full,
        (*head, *free, *counts, *today),
        (*head, *free, *counts, *_today(snapshot, now, brief=True)),
        (*head, *free, *counts),
        (*head, *counts),
        least,
    )
    word = core.word(snapshot, now)
    rights: tuple[Line, ...] = ((word, _cycle(snapshot, selected), Span(" ")), (word, Span(" ")))
    tries = [(full, right) for right in rights]
    if word.tone is Tone.WARN:
        tries += [(left, rights[-1]) for left in lesser]
    for left, right in tries:
        if panel.cells(left) + panel.cells(right) < width:
            return panel.spread(left, right, width)
    return panel.first_fitting(lesser, width)


def _free(snapshot: Snapshot, selected: Pair | None, now: datetime) -> Line:
    """Money that is free on the selected pair's exchange, which is named where the bot has others."""
    if selected is None:
        return ()
    exchanges = {status.pair.exchange for status in pairs.statuses(snapshot)}
    where = f" on {selected.exchange}" if len(exchanges) > 1 else ""
    balance = balances.free(snapshot.balances.value, selected.exchange, selected.money)
    if balance is not None:
        money = fmt.money(balance.free, selected.money)
        return (Span(f"free {money}{where}"), *_aged(snapshot.balances, now, snapshot.link), SEPARATOR)
    known = pairs.status(snapshot, selected)
    money = fmt.money(known.free_money if known else None, selected.money)
    return (Span(f"free {money}{where}"), SEPARATOR)


def _today(snapshot: Snapshot, now: datetime, *, brief: bool = False) -> Line:
    report = snapshot.pnl.value
    if report is None or report.today is None:
        return ()
    tone = pairs.gain(report.today)
    if brief:
        return (SEPARATOR, Span(fmt.signed(report.today, fmt.money_decimals(report.unit)), tone))
    money = fmt.money(report.today, report.unit, sign=True)
    return (SEPARATOR, Span("today "), Span(money, tone), *_aged(snapshot.pnl, now, snapshot.link))


def _share(snapshot: Snapshot) -> Line:
    """Today's result against the account: as the bot reckons it, else against all funds priced in its unit."""
    report = snapshot.pnl.value
    if report is None or not report.today:
        return ()
    share = report.today_percent
    if share is None:
        funds = balances.funds(snapshot)
        if not funds or balances.main_money(snapshot) != report.unit:
            return ()
        share = 100 * report.today / funds
    sign = "▲" if share > 0 else "▼"
    return (Span(f" {sign}{fmt.percent(abs(share))}", pairs.gain(share)),)


def _cycle(snapshot: Snapshot, selected: Pair | None) -> Span:
    seconds = core.cycle_seconds(snapshot, selected.exchange) if selected else None
    return Span("" if seconds is None else f", {seconds:.0f} s cycle", Tone.MUTED)


def _aged(feed: Feed[object], now: datetime, link: Link) -> Line:
    """The age of a number that is old; nothing while it is fresh."""
    if feed.freshness(now) is not Freshness.STALE:
        return ()
    return (Span(" "), panel.freshness_mark(feed, now, link))
