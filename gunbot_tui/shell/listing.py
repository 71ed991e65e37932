"""`gunbot-tui orders`: the blotter's rows on standard output, as text, JSON or CSV."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.model.snapshot import Snapshot
from gunbot_tui.shell.codes import Exit, GivenUpError
from gunbot_tui.shell.office import ACCOUNT, Office
from gunbot_tui.shell.prompt import Prompt
from gunbot_tui.shell.proof import read_on
from gunbot_tui.views import blotter
from gunbot_tui.views import orders as view
from gunbot_tui.views.cell import Align, Column, Row
from gunbot_tui.views.export import to_csv, to_json
from gunbot_tui.views.format import width
from gunbot_tui.views.order_entries import entries
from gunbot_tui.views.order_entry import Entry
from gunbot_tui.views.order_records import order_records

TEXT = "text"
RECORDS = {"json": to_json, "csv": to_csv}
EVERY_COLUMN = 400
"""A width at which no column gives way."""


async def run(offices: Sequence[Office], prompt: Prompt, *, form: str) -> Exit:
    """Print what works and the newest history, of several bots in one list with a column for their names.

    A bot that does not answer is named and left out; the only one raises GivenUpError.
    """
    async with AsyncExitStack() as stack:
        read = await asyncio.gather(*(_read(office, stack, prompt) for office in offices))
    fleet = [snapshot for snapshot in read if isinstance(snapshot, Snapshot)]
    away = [error for error in read if isinstance(error, GivenUpError)]
    if away and len(offices) == 1:
        raise away[0]
    for error in away:
        prompt.say(f"not among them: {error}")
    found = blotter.all_entries(fleet) if len(offices) > 1 else entries(fleet[0])
    if form == TEXT:
        text = _table(found, fleet, offices[0].now(), is_alone=len(offices) == 1)
    else:
        text = RECORDS[form](order_records(found, offices[0].name))
    prompt.result(text.rstrip("\n"))
    return away[0].code if away else Exit.HANDED_OVER


async def _read(office: Office, stack: AsyncExitStack, prompt: Prompt) -> Snapshot | GivenUpError:
    """What a bot shows, or why it shows nothing."""
    try:
        await stack.enter_async_context(office)
        await office.read((Topic(Kind.PAIRS), *ACCOUNT, Topic(Kind.CLOSED, "0")))
        await office.read_pairs()
        await read_on(office, prompt)
        return office.snapshot
    except GivenUpError as error:
        return GivenUpError(f"{office.name}: {str(error).removeprefix(f'{office.name}: ')}", error.code)


def _table(found: Sequence[Entry], fleet: Sequence[Snapshot], now: datetime, *, is_alone: bool) -> str:
    has_deals = any(snapshot.capabilities.has_deals for snapshot in fleet)
    if is_alone:
        rows = view.rows(found, fleet[0], now)
        return to_text(view.columns(EVERY_COLUMN, rows, has_deals=has_deals), rows)
    shown = blotter.rows(found, fleet, now)
    return to_text(*blotter.with_bots(view.columns(EVERY_COLUMN, shown, has_deals=has_deals), shown, found, fleet, now))


def to_text(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """Columns as wide as what stands in them."""
    table = [[column.title for column in columns], *([cell.text.strip() for cell in row.cells] for row in rows)]
    widths = [max(map(width, words)) for words in zip(*table, strict=True)]
    return "\n".join(_line(columns, widths, words) for words in table)


def _line(columns: Sequence[Column], widths: Sequence[int], words: Sequence[str]) -> str:
    cells = []
    for column, room, word in zip(columns, widths, words, strict=True):
        gap = " " * (room - width(word))
        cells.append(gap + word if column.align is Align.RIGHT else word + gap)
    return "  ".join(cells).rstrip()
