"""Gunbot's login cipher: AES-128-CBC whose key and IV are the same 16 bytes, which protects nothing.

Whoever sees the result can log in with it: it is treated as the password itself.
"""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from gunbot_tui.model.secret import Secret

KEY_BYTES = 16


class KeyTooShort(ValueError):  # noqa: N818 - named by what is wrong, as the backends' errors are
    """The wallet string has fewer bytes than the cipher needs; padding it would only make logins fail silently."""


def encrypt(password: Secret, wallet: Secret) -> Secret:
    """The password as the login wants it, `ENC:` and base64. Raises KeyTooShort for a wallet below 16 bytes."""
    key = wallet.reveal().strip().encode("utf-8")[:KEY_BYTES]
    if len(key) < KEY_BYTES:
        raise KeyTooShort("the wallet is shorter than 16 bytes: copy gunthy_wallet from the bot's config.js")
    padder = PKCS7(128).padder()
    padded = padder.update(password.reveal().encode("utf-8")) + padder.finalize()
    encryptor = Cipher(algorithms.AES128(key), modes.CBC(key)).encryptor()
    return Secret("ENC:" + base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode("ascii"))
