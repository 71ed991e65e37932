"""`gunbot-tui orders`: the blotter's rows on standard output, as text, JSON or CSV."""

from __future__ import annotations

from collections.abc import Sequence

from gunbot_tui.model.feed import Kind, Topic
from gunbot_tui.shell.codes import Exit
from gunbot_tui.shell.office import ACCOUNT, Office
from gunbot_tui.shell.prompt import Prompt
from gunbot_tui.views import orders as view
from gunbot_tui.views.cell import Align, Column, Row
from gunbot_tui.views.export import to_csv, to_json
from gunbot_tui.views.format import width
from gunbot_tui.views.order_entries import entries
from gunbot_tui.views.order_records import order_records

TEXT = "text"
RECORDS = {"json": to_json, "csv": to_csv}
EVERY_COLUMN = 400
"""A width at which no column gives way."""


async def run(office: Office, prompt: Prompt, *, form: str) -> Exit:
    """Print what works and the newest history. Raises GivenUpError when the bot does not answer."""
    await office.read((Topic(Kind.PAIRS), *ACCOUNT, Topic(Kind.CLOSED, "0")))
    snapshot = await office.read_pairs()
    found = entries(snapshot)
    if form == TEXT:
        rows = view.rows(found, snapshot, office.now())
        text = to_text(view.columns(EVERY_COLUMN, rows, has_deals=snapshot.capabilities.has_deals), rows)
    else:
        text = RECORDS[form](order_records(found, snapshot.bot.name))
    prompt.result(text.rstrip("\n"))
    return Exit.HANDED_OVER


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
