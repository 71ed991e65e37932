"""The login cipher agrees with the documented helpers, and refuses what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gunbot_tui.backends.gunbot.crypto import KeyTooShort, encrypt
from gunbot_tui.model.secret import Secret

FIXTURE = Path(__file__).parent.parent / "fixtures" / "gunbot" / "password-vectors.json"
VECTORS: list[dict[str, str | None]] = json.loads(FIXTURE.read_text())["vectors"]
# A wallet never has blanks around it; a copied one often has, so they are taken off before the cipher.
PLAIN = [vector for vector in VECTORS if vector["key"] == (vector["key"] or "").strip()]
PADDED = [vector for vector in VECTORS if vector not in PLAIN]


@pytest.mark.parametrize("vector", PLAIN, ids=lambda vector: vector["name"])
def test_a_password_is_encrypted_as_the_documented_helper_does(vector: dict[str, str]) -> None:
    password, wallet = Secret(vector["password"]), Secret(vector["key"])
    if vector["canonical"] is None:
        with pytest.raises(KeyTooShort):
            encrypt(password, wallet)
    else:
        assert encrypt(password, wallet).reveal() == vector["canonical"]


@pytest.mark.parametrize("vector", PADDED, ids=lambda vector: vector["name"])
def test_blanks_around_the_wallet_do_not_count(vector: dict[str, str]) -> None:
    password = Secret(vector["password"])
    if len(vector["key"].strip().encode()) < 16:
        with pytest.raises(KeyTooShort):
            encrypt(password, Secret(vector["key"]))
    else:
        bare = encrypt(password, Secret(vector["key"].strip()))
        assert encrypt(password, Secret(vector["key"])).reveal() == bare.reveal()


def test_all_documented_vectors_are_there() -> None:
    assert len(VECTORS) >= 26
    assert len(PLAIN) > len(PADDED)


def test_the_result_does_not_print() -> None:
    shown = encrypt(Secret("hunter2"), Secret("0x0123456789abcdef"))
    assert f"{shown} {shown!r} {shown!s}" == "*** *** ***"
