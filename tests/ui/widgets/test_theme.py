from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from gunbot_tui.ui.theme import ASCII, BLOCK, BRAILLE, DARK, LIGHT, Glyphs, Palette, dimmed, glyphs, palette, style
from gunbot_tui.views.cell import Tone

PALETTES = pytest.mark.parametrize("colors", [DARK, LIGHT], ids=lambda colors: colors.name)


def reduced(look: Style, system: ColorSystem) -> tuple[object, ...]:
    """What is left of a style in a terminal with fewer colours."""
    color = look.color.downgrade(system).number if look.color else None
    ground = look.bgcolor.downgrade(system).number if look.bgcolor else None
    return color, ground, look.bold, look.underline


def luminance(color: Color) -> float:
    """Relative luminance as the web's accessibility guideline defines it, 0 to 1."""
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@PALETTES
@pytest.mark.parametrize("system", [ColorSystem.EIGHT_BIT, ColorSystem.STANDARD])
def test_meanings_stay_apart_with_few_colours(colors: Palette, system: ColorSystem) -> None:
    apart = (Tone.GAIN, Tone.LOSS, Tone.WARN, Tone.STALE, Tone.OURS, Tone.ALERT, Tone.CALM)
    looks = {tone: reduced(style(tone, colors=colors), system) for tone in apart}
    assert len(set(looks.values())) == len(apart), looks


@PALETTES
@pytest.mark.parametrize("tone", list(Tone))
def test_every_tone_is_readable_on_its_ground(colors: Palette, tone: Tone) -> None:
    look = style(tone, colors=colors)
    assert look.color is not None
    ground = Color.from_rich_color(look.bgcolor) if look.bgcolor else Color.parse(colors.ground)
    lighter, darker = sorted((luminance(Color.from_rich_color(look.color)), luminance(ground)), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


@PALETTES
def test_colours_are_members_of_the_256(colors: Palette) -> None:
    for tone in Tone:
        color = style(tone, colors=colors).color
        assert color is not None
        before = Color.from_rich_color(color)
        after = Color.from_rich_color(color.downgrade(ColorSystem.EIGHT_BIT))
        assert max(abs(a - b) for a, b in zip(before.rgb, after.rgb, strict=True)) <= 10


@PALETTES
def test_old_data_keeps_only_what_warns(colors: Palette) -> None:
    assert dimmed(Tone.GAIN, colors=colors) == style(Tone.MUTED, colors=colors)
    for tone in (Tone.ALERT, Tone.WARN, Tone.STALE):
        assert dimmed(tone, colors=colors) == style(tone, colors=colors)


def test_a_foreign_theme_borrows_the_palette_of_its_brightness() -> None:
    assert palette(DARK.theme()) is DARK
    assert palette(BUILTIN_THEMES["nord"]) is DARK
    assert palette(BUILTIN_THEMES["textual-light"]) is LIGHT


@pytest.mark.parametrize("known", [BRAILLE, BLOCK, ASCII], ids=lambda known: known.name)
def test_glyph_sets_are_found_by_name_and_take_one_cell_each(known: Glyphs) -> None:
    assert glyphs(known.name) is known
    single = (
        known.cursor,
        known.mark,
        known.dot,
        known.up,
        known.down,
        known.rule,
        known.ellipsis,
        *known.bar,
        *known.spark,
    )
    assert {cell_len(glyph) for glyph in single} == {1}


def test_an_unknown_glyph_set_is_refused() -> None:
    with pytest.raises(ValueError, match="emoji"):
        glyphs("emoji")


def test_ascii_replaces_typography_cell_by_cell() -> None:
    text = "▲▼◆●·…─│┃█▁▂▃▄▅▆▇▸▾▴✓✗−→⇅"
    assert ASCII.text("▲ +1.2 ▾ … ┃█▁ ✓ −3").isascii()
    assert len(ASCII.text(text)) == len(text)
    assert BRAILLE.text(text) == text
