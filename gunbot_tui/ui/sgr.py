"""Colours and attributes of a terminal cell, and the shortest SGR sequence from one to the next.

A parameter we have never heard of is kept as an attribute that only a full reset removes, so any SGR passes through.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_FULL_RESET = "0"
_RESET = {
    "1": "22", "2": "22", "3": "23", "4": "24", "21": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29",
    "51": "54", "52": "54", "53": "55",
}  # fmt: skip
_RESETS = frozenset(_RESET.values())
_EXTENDED = {"38": "foreground", "48": "background", "58": "line"}
_DEFAULT = {"39": "foreground", "49": "background", "59": "line"}


class Style(NamedTuple):
    """How a cell is drawn, as SGR parameters; empty means the terminal's default."""

    foreground: str = ""
    background: str = ""
    line: str = ""
    attributes: tuple[str, ...] = ()
    link: str = ""


PLAIN = Style()


@lru_cache(4096)
def apply_sgr(style: Style, parameters: str) -> Style:
    """The style after `CSI parameters m`."""
    colours = {"foreground": style.foreground, "background": style.background, "line": style.line}
    attributes = set(style.attributes)
    codes = iter(parameters.split(";"))
    for code in codes:
        name = code.partition(":")[0].lstrip("0")
        if not name:
            colours = dict.fromkeys(colours, "")
            attributes.clear()
        elif name in _EXTENDED:
            colours[_EXTENDED[name]] = code if ":" in code else _extended_colour(name, codes)
        elif name in _DEFAULT:
            colours[_DEFAULT[name]] = ""
        elif _is_named_colour(name, "3", "9"):
            colours["foreground"] = name
        elif _is_named_colour(name, "4", "10"):
            colours["background"] = name
        elif name in _RESETS:
            attributes = {kept for kept in attributes if _reset_of(kept) != name}
        else:
            attributes = {kept for kept in attributes if kept.partition(":")[0] != name} | {
                code if ":" in code else name
            }
    return Style(**colours, attributes=tuple(sorted(attributes)), link=style.link)


def unknown(style: Style) -> Style:
    """A style nobody can vouch for: whatever follows it begins with a full reset."""
    return Style(attributes=("unknown",), link=style.link)


@lru_cache(4096)
def transition(before: Style, after: Style) -> str:
    """What to send so that a terminal drawing in `before` draws in `after`."""
    link = "" if before.link == after.link else f"\x1b]8;{after.link or ';'}\x1b\\"
    if before[:4] == after[:4]:
        return link
    codes = [_FULL_RESET, *after.attributes, *filter(None, after[:3])]
    if len(codes) == 1:
        return f"\x1b[m{link}"
    delta = _delta(before, after)
    if delta is not None and len(";".join(delta)) <= len(";".join(codes)):
        codes = delta
    return f"\x1b[{';'.join(codes)}m{link}"


def _delta(before: Style, after: Style) -> list[str] | None:
    """The codes that turn one style into the other without a full reset; None when only that will do."""
    gone = {_reset_of(code) for code in before.attributes if code not in after.attributes}
    if _FULL_RESET in gone:
        return None
    codes = sorted(gone)
    codes += [code for code in after.attributes if code not in before.attributes or _reset_of(code) in gone]
    for old, new, default in zip(before[:3], after[:3], _DEFAULT, strict=True):
        if old != new:
            codes.append(new or default)
    return codes


def _reset_of(code: str) -> str:
    return _RESET.get(code.partition(":")[0], _FULL_RESET)


def _is_named_colour(code: str, normal: str, bright: str) -> bool:
    return len(code) >= 2 and code[:-1] in (normal, bright) and code[-1] in "01234567"


def _extended_colour(name: str, codes: Iterator[str]) -> str:
    kind = next(codes, "")
    count = {"2": 3, "5": 1}.get(kind, 0)
    return ";".join([name, kind, *(next(codes, "0") for _ in range(count))])
