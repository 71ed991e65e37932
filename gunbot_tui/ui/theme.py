"""What a tone looks like, and which glyphs draw it.

Every colour is a member of the 256-colour cube or its grey ramp, because that is what a terminal over SSH shows; a
palette that only lived in truecolor would shift there. Text always says the same by sign, word or arrow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol, runtime_checkable

from rich.style import Style
from textual.app import App
from textual.theme import Theme

from gunbot_tui.views.cell import Tone


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme, as `#rrggbb`."""

    name: str
    dark: bool
    ground: str
    panel: str
    text: str
    strong: str
    gain: str
    loss: str
    buy: str
    sell: str
    ours: str
    warn: str
    stale: str
    muted: str
    line: str
    """Rules, axes and scrollbars: visible, never read."""
    alert_ground: str
    alert_text: str
    calm_ground: str
    calm_text: str
    red: str
    yellow: str
    green: str
    cyan: str
    blue: str
    pink: str

    def theme(self) -> Theme:
        """The same colours as a Textual theme, for everything that CSS draws."""
        return Theme(
            name=self.name,
            dark=self.dark,
            primary=self.ours,
            secondary=self.muted,
            accent=self.ours,
            warning=self.warn,
            error=self.loss,
            success=self.gain,
            foreground=self.text,
            background=self.ground,
            surface=self.ground,
            panel=self.panel,
            variables={
                "muted": self.muted,
                "line": self.line,
                "buy": self.buy,
                "sell": self.sell,
                "alert-ground": self.alert_ground,
                "alert-text": self.alert_text,
                "input-cursor-background": self.text,
                "input-cursor-foreground": self.ground,
                "block-cursor-background": self.panel,
                "block-cursor-foreground": self.strong,
                "border": self.line,
            },
        )


DARK = Palette(
    name="cockpit-dark",
    dark=True,
    ground="#121212",
    panel="#262626",
    text="#c6c6c6",
    strong="#ffffff",
    gain="#5fd75f",
    loss="#ff5f5f",
    buy="#5fd7d7",
    sell="#ff875f",
    ours="#5fafff",
    warn="#d7af00",
    stale="#d78700",
    muted="#8a8a8a",
    line="#585858",
    alert_ground="#af0000",
    alert_text="#ffffff",
    calm_ground="#3a3a3a",
    calm_text="#d7d7d7",
    red="#ff8787",
    yellow="#ffd75f",
    green="#87d787",
    cyan="#87d7d7",
    blue="#87afff",
    pink="#ff87ff",
)
LIGHT = Palette(
    name="cockpit-light",
    dark=False,
    ground="#eeeeee",
    panel="#d0d0d0",
    text="#303030",
    strong="#000000",
    gain="#005f00",
    loss="#af0000",
    buy="#005f5f",
    sell="#af005f",
    ours="#005faf",
    warn="#875f00",
    stale="#875f00",
    muted="#6c6c6c",
    line="#9e9e9e",
    alert_ground="#af0000",
    alert_text="#ffffff",
    calm_ground="#c6c6c6",
    calm_text="#303030",
    red="#af0000",
    yellow="#875f00",
    green="#005f00",
    cyan="#005f5f",
    blue="#0000af",
    pink="#870087",
)
THEMES: tuple[Theme, ...] = (DARK.theme(), LIGHT.theme())


def palette(theme: Theme) -> Palette:
    """The palette of a theme; a theme of Textual's own borrows ours of the same brightness."""
    for known in (DARK, LIGHT):
        if known.name == theme.name:
            return known
    return DARK if theme.dark else LIGHT


@lru_cache(maxsize=64)
def style(tone: Tone, *, colors: Palette) -> Style:
    """How a tone is drawn: a Rich style without background, except for the two filled badges."""
    match tone:
        case Tone.PLAIN:
            return Style(color=colors.text)
        case Tone.STRONG:
            return Style(color=colors.strong, bold=True)
        case Tone.GAIN:
            return Style(color=colors.gain)
        case Tone.LOSS:
            return Style(color=colors.loss)
        case Tone.BUY:
            return Style(color=colors.buy)
        case Tone.SELL:
            return Style(color=colors.sell)
        case Tone.OURS:
            return Style(color=colors.ours, bold=True)
        case Tone.WARN:
            return Style(color=colors.warn, bold=True)
        case Tone.STALE:
            return Style(color=colors.stale, bold=True, underline=True)
        case Tone.MUTED:
            return Style(color=colors.muted)
        case Tone.ALERT:
            return Style(color=colors.alert_text, bgcolor=colors.alert_ground, bold=True)
        case Tone.CALM:
            return Style(color=colors.calm_text, bgcolor=colors.calm_ground)
        case Tone.RED:
            return Style(color=colors.red)
        case Tone.YELLOW:
            return Style(color=colors.yellow)
        case Tone.GREEN:
            return Style(color=colors.green)
        case Tone.CYAN:
            return Style(color=colors.cyan)
        case Tone.BLUE:
            return Style(color=colors.blue)
        case Tone.PINK:
            return Style(color=colors.pink)


@lru_cache(maxsize=64)
def dimmed(tone: Tone, *, colors: Palette) -> Style:
    """How a tone is drawn in a panel whose data is old: everything muted but what warns."""
    kept = tone in (Tone.ALERT, Tone.WARN, Tone.STALE)
    return style(tone if kept else Tone.MUTED, colors=colors)


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters that draw, one cell each; `plain` replaces typography that a terminal cannot show."""

    name: str
    cursor: str
    mark: str
    descending: str
    ascending: str
    rule: str
    dot: str
    up: str
    down: str
    ellipsis: str
    bar: str
    """A bar growing to the right, emptiest first, the full cell last."""
    spark: str
    """A column growing upwards, emptiest first, the full cell last."""
    rising: str
    """A candle that closed higher, thin: whole cell, over its wick, under its wick, upper half, lower half."""
    falling: str
    """The same for a candle that closed lower, thick, so that the two differ without colour."""
    block: str
    """A filled cell: whole, upper half, lower half."""
    wick: str
    """A wick: whole cell, upper half, lower half."""
    curve: str
    """plotext's name for the marker that draws a line."""
    plain: bool = False

    def text(self, text: str) -> str:
        """`text` as this terminal can show it; the number of cells stays the same."""
        return text.translate(_PLAIN) if self.plain else text


_PLAIN = str.maketrans(
    {
        **dict.fromkeys("▸▶›→", ">"),
        **dict.fromkeys("◂◀‹←", "<"),
        **dict.fromkeys("•●◦", "*"),
        **dict.fromkeys("▲▴↑△", "^"),
        **dict.fromkeys("▼▾↓▽", "v"),
        **dict.fromkeys("│┃┊╷╵╹╻╿╽├┤┼┬┴┌┐└┘", "|"),
        **dict.fromkeys("─━┄╌┈–—−", "-"),
        **dict.fromkeys("█▉▊▋▌▍▐▆▇▀▘▖▝▗▓▒▅", "#"),
        **dict.fromkeys("▎▏▁▂▃▄░", "."),
        "◆": "o",
        "◇": "o",
        "○": "o",
        "·": ".",
        "…": "~",
        "✓": "+",
        "✗": "x",
        "↔": "-",
        "≈": "~",
        "×": "x",
    }
)

BRAILLE = Glyphs(
    name="braille",
    cursor="▸",
    mark="•",
    descending="▾",
    ascending="▴",
    rule="─",
    dot="●",
    up="▲",
    down="▼",
    ellipsis="…",
    bar="▏▎▍▌▋▊▉█",
    spark="▁▂▃▄▅▆▇█",
    rising="┃╿╽╹╻",
    falling="▌▌▌▘▖",
    block="█▀▄",
    wick="│╵╷",
    curve="braille",
)
BLOCK = replace(BRAILLE, name="block", bar="▌█", curve="hd")
ASCII = Glyphs(
    name="ascii",
    cursor=">",
    mark="*",
    descending="v",
    ascending="^",
    rule="-",
    dot="*",
    up="^",
    down="v",
    ellipsis="~",
    bar="#",
    spark="._-=+*#",
    rising="+++++",
    falling="#####",
    block="###",
    wick="|||",
    curve="*",
    plain=True,
)


def glyphs(name: str) -> Glyphs:
    """The glyph set called `braille`, `block` or `ascii`; raises ValueError for another name."""
    for known in (BRAILLE, BLOCK, ASCII):
        if known.name == name:
            return known
    raise ValueError(f"no glyph set is called {name!r}")


@runtime_checkable
class Dressed(Protocol):
    """An app that chose its glyphs."""

    glyphs: Glyphs


def glyphs_of(app: App[object]) -> Glyphs:
    """The glyph set of the running app, braille unless it chose another."""
    return app.glyphs if isinstance(app, Dressed) else BRAILLE
