"""No text of a bot can steer the terminal or hide something."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.backends.text import LINE_LIMIT, clean, clean_lines, without_pictures

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs"]),
        st.sampled_from("\x1b\x07\x9b\x85\r\n\t\u202e\u2066\u200b\u2028\ufeff\U000e0041\u0301\u0345\u093c\u1161가"),
    ),
    max_size=400,
)
FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2060\u2028\u2029\ufeff\ud800-\udfff]"
)


@given(HOSTILE)
def test_a_cleaned_text_is_one_short_encodable_line_without_controls(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) <= LINE_LIMIT
    assert not FORBIDDEN.search(cleaned)
    assert len(cleaned.splitlines()) <= 1
    cleaned.encode("utf-8")


@given(HOSTILE, st.integers(1, 80))
def test_cleaning_twice_is_cleaning_once(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert clean(cleaned, limit) == cleaned


@given(HOSTILE)
def test_no_base_carries_more_than_two_marks(text: str) -> None:
    marks = 0
    for character in clean(text):
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        assert marks <= 2


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=LINE_LIMIT))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]52;c;ZXZpbA==\x07", "·]52;c;ZXZpbA==·"),
        ("\x9b31mred", "·31mred"),
        ("USDT\u202eCTB", "USDT·CTB"),
        ("BT\u200bC", "BT·C"),
        ("two\nlines\ttab\u2028more", "two·lines·tab·more"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
        ("\ud800", "·"),
        ("a\u0301\u0302\u0303\u0304\u0305", unicodedata.normalize("NFC", "a\u0301\u0302\u0303")),
    ],
)
def test_what_is_taken_out_leaves_a_dot(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert clean("x" * 100_000) == "x" * (LINE_LIMIT - 1) + "…"


def test_lines_of_a_file_keep_their_count_and_are_cut_at_the_limit() -> None:
    assert clean_lines("a\r\n\tb\x1b[2J\n") == (("a", "    b·[2J"), False)
    assert clean_lines("a\nb\nc", lines=2) == (("a", "b"), True)
    assert clean_lines("x" * 500)[1]


def test_pictures_are_left_out_whole() -> None:
    assert without_pictures("🟩 Buy ✅ 1 BTC 🚀") == "Buy 1 BTC "
