"""Numbers and table rows read off a screen, by the header that stands above them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

MINUS = "\N{MINUS SIGN}"
NOTHING = ("-", "·")
BARS = " ▸●▁▂▃▄▅▆▇█"
NUMBERS = ("price", "stop", "amount", "filled", "cost", "pnl", "fee")
WORDS = ("side", "type", "by", "id")


def value(text: str) -> float:
    """A number as it stands on the screen."""
    return float(text.rstrip("%").replace(MINUS, "-"))


def agrees(shown: str, true: float) -> bool:
    """Whether the shown text is the number, rounded to the decimals that are shown."""
    decimals = len(shown.rstrip("%").partition(".")[2])
    return abs(value(shown) - true) <= 0.500001 * 10.0**-decimals + 1e-9 * abs(true)


def is_cut_off(shown: str, true: float) -> bool:
    """Whether the shown text is a holding cut off behind the decimals that are shown: never more than is there."""
    unit = 10.0 ** -len(shown.partition(".")[2])
    return -1e-9 * abs(true) <= true - value(shown) < unit + 1e-9 * abs(true)


def name_of(native: str) -> str:
    """A pair of the bot as the screens name it."""
    money, coin, *contract = native.split("-")
    return " ".join([f"{coin}/{money}", *contract])


def columns(screen: str, first: str) -> list[str]:
    """The names in the table's header behind its first column."""
    (header,) = (line for line in screen.split("\n") if line.split()[:1] == [first])
    return header.replace("in report", "in-report").replace("last trade", "").replace("▾", "").split()[1:]


def rows(screen: str, header: list[str], keys: list[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each visible row of a table of pairs: its pair's key, and its cells by the header's names."""
    for line in screen.split("\n"):
        text = line.rstrip(BARS).lstrip(" ▸")
        found = [
            key for key in keys if re.match(rf"{re.escape(name_of(key.split('/')[1]))}(?= )(?! (LONG|SHORT))", text)
        ]
        if not found:
            continue
        cells = text[len(name_of(found[0].split("/")[1])) :].split()
        tagged = [key for key in found if _is_tag(cells[0], key.split("/")[0])]
        if tagged:
            cells.pop(0)
        yield (tagged or found)[0], dict(zip(header, cells, strict=False))


def orders(screen: str) -> list[Mapping[str, str]]:
    """The blotter's visible rows by the header's names: a number ends below the end of its name, words begin below."""
    lines = screen.split("\n")
    at = next((at for at, line in enumerate(lines) if {"pair", "side", "state"} <= set(line.split())), len(lines) - 1)
    names = list(re.finditer(r"\S+", lines[at].replace("▾", " ").replace("▴", " ")))
    starts = [name.start() for name in names if name[0] not in NUMBERS]
    found = [{name[0]: _below(line, name, starts) for name in names} for line in lines[at + 1 :]]
    return [cells for cells in found if cells.get("side") in ("buy", "sell")]


def _below(line: str, name: re.Match[str], starts: list[int]) -> str:
    if name[0] in NUMBERS:
        return "" if line[name.end() - 1 : name.end()].strip() == "" else line[: name.end()].split()[-1]
    if name[0] in WORDS:
        return " ".join(line[name.start() :].split()[:1])
    end = next((start for start in starts if start > name.start()), len(line))
    return line[name.start() : end].strip(BARS)


def _is_tag(tag: str, exchange: str) -> bool:
    return re.fullmatch(re.escape(tag).replace("…", ".*"), exchange) is not None
