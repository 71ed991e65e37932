"""Numbers as people and bots write them: digits with at most one point, or a reason; the same in every locale."""

from __future__ import annotations

import locale
import re
import shutil
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.engine.grammar import TextError, parse_amount, parse_price, words
from gunbot_tui.engine.typed import positive
from gunbot_tui.model.ticket import Amount, AmountUnit, OrderDraft
from tests.unit.order.language import BTC, at, buy, coins, read, refused

EXACT = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,18})?")
REFUSED = [
    ("1e3", "no exponent"),
    ("1E-8", "no exponent"),
    (".5", "write 0.5"),
    ("5.", "write 5"),
    ("+1", "without a sign"),
    ("-1", "without a sign"),
    ("1_000", "without grouping"),
    ("1'000", "without grouping"),
    ("1,5", "write 1.5: a comma is never guessed"),
    ("0,050", "write 0.050: a comma is never guessed"),
    ("60,000", "write 60000 or 60.000: a comma is never guessed"),
    ("1,500,000", "write 1500000: a comma is never guessed"),
    ("1,234.5", "write 1234.5: a comma is never guessed"),
    ("1.234,5", "a comma is never guessed"),
    ("1.2.3", "one point"),
    ("0", "above zero"),
    ("0.000", "above zero"),
    ("1" * 40, "at most 18 digits"),
    ("0." + "1" * 19, "at most 18 digits"),
]


@pytest.mark.parametrize(("number", "advice"), REFUSED)
def test_o08_what_only_looks_like_a_number_is_refused_with_what_to_write(number: str, advice: str) -> None:
    assert advice in refused(f"buy {number}")
    assert advice in refused(f"buy {number} @ 5")
    assert advice in refused(f"buy {number}usdt")
    assert advice in refused(f"buy 1 @ {number}")
    assert advice in refused(f"buy 1 stop {number} limit 5")
    assert advice in refused(f"buy 1 @ ask +{number}%")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("buy 0x1", '"x1"'),
        ("buy 0x10 @ 5", '"x10"'),
        ("buy NaN @ 5", '"NaN"'),
        ("buy 1 @ NaN", '"nan"'),
        ("buy Infinity @ 5", '"Infinity"'),
        ("buy 1 000 @ 5", "two numbers"),
        ("buy 1 @ 50 000", "stands alone"),
        ("buy ١٢", "U+0661"),
        ("buy 1\u00a0000", "U+00A0) at place 6"),
        ("buy 1\u2009000", "U+2009"),
        ("buy 1\t000", "U+0009"),
        ("buy １", "U+FF11"),
    ],
)
def test_o08_pasted_spaces_and_foreign_digits_are_named(text: str, part: str) -> None:
    assert part in refused(text)


def test_o08_spaces_around_a_line_mean_nothing() -> None:
    assert read("  buy   0.01   @  50000  ") == buy(coins("0.01"), at("50000"))


@given(st.text(alphabet="0123456789.,+-_'eExNa ١٢ ", max_size=24))
def test_o08_a_typed_amount_is_its_digits_exactly_or_nothing(text: str) -> None:
    try:
        draft = read(f"buy {text} @ 1")
    except TextError:
        return
    assert isinstance(draft, OrderDraft)
    written = text.strip(" ")
    assert draft.amount == (Amount(Decimal(written), AmountUnit.COIN) if written else None)
    assert not written or EXACT.fullmatch(written)


@given(st.one_of(st.text(), st.from_regex(EXACT, fullmatch=True)))
def test_o08_a_number_is_accepted_only_in_its_one_form(text: str) -> None:
    try:
        value = positive(text, "amount")
    except TextError:
        assert not EXACT.fullmatch(text) or not Decimal(text)
    else:
        assert EXACT.fullmatch(text)
        assert value == Decimal(text)


@pytest.fixture(params=["C", "de_DE.UTF-8"])
def some_locale(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A locale that is in force during the test, compiled for it where the machine has it only as a source."""
    name, before = request.param, locale.setlocale(locale.LC_ALL)
    localedef = shutil.which("localedef")
    if name != "C" and localedef is not None:
        subprocess.run([localedef, "-i", "de_DE", "-f", "UTF-8", tmp_path / name], check=False, capture_output=True)
        monkeypatch.setenv("LOCPATH", str(tmp_path))
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:
        pytest.skip(f"this machine has no locale {name}")
    yield name
    monkeypatch.undo()
    locale.setlocale(locale.LC_ALL, before)


def test_o09_every_locale_reads_and_prints_the_same(some_locale: str) -> None:
    comma = locale.localeconv()["decimal_point"]
    assert comma == ("," if some_locale.startswith("de") else ".")
    line = "buy 1234.5BTC binance/USDT-BTC @ 60975.50"
    assert words(read(line)) == line
    assert read(line) == buy(coins("1234.5"), at("60975.50"))
    assert "write 1.5" in refused("buy 1,5")
    assert "a comma is never guessed" in refused("buy 1.234,5")


@pytest.mark.parametrize("text", ["", " 1", "1 ", "1,5", "0x10", "١", "1e5", "NaN", "-1", "1\n"])
def test_b04_a_string_that_is_not_exactly_a_number_is_never_read_as_one(text: str) -> None:
    with pytest.raises(TextError):
        positive(text, "price")
    if text.strip(" ") == "1":
        assert parse_price(text) == at("1")
        return
    with pytest.raises(TextError):
        parse_price(text)
    with pytest.raises(TextError):
        parse_amount(text, BTC)
