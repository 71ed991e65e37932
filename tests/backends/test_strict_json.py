"""Whatever is not JSON is one kind of error, and numbers keep their digits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gunbot_tui.backends.errors import Unexpected
from gunbot_tui.backends.strict_json import parse


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a": 1',
        b"{'a': 1}",
        b"\xff\xfe",
        b'"\xc3\x28"',
        b"\xef\xbb\xbf{}",
        b"<html>",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 200 + b"]" * 200,
        b"9" * 5000,
    ],
)
def test_what_is_not_sane_json_is_unexpected(body: bytes) -> None:
    with pytest.raises(Unexpected):
        parse(body)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    try:
        parse(body)
    except Unexpected:
        return


def test_fractions_keep_their_digits() -> None:
    assert parse(b"[0.10, 60975.000000000000000001]") == [Decimal("0.10"), Decimal("60975.000000000000000001")]


def test_numbers_that_are_none_are_null() -> None:
    assert parse(b"[NaN, Infinity, -Infinity]") == [None, None, None]


def test_a_key_that_comes_twice_is_refused_only_where_it_matters() -> None:
    body = b'{"status":"error","status":"success"}'
    assert parse(body) == {"status": "success"}
    with pytest.raises(Unexpected):
        parse(body, unique_keys=True)
