"""The login as the real one does it: AES-128-CBC with the wallet's first 16 bytes as key and IV, then an HS256 token.

The token lasts 900 calendar days, as the documented examples show.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable

import jwt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

KEY_BYTES = 16
LIFETIME_SECONDS = 900 * 86_400


class Auth:
    """One bot's password, wallet and signing secret; `clock` gives epoch seconds."""

    def __init__(self, *, password: str, wallet: str, clock: Callable[[], float]) -> None:
        self._password = password.encode()
        self._key = wallet.encode()[:KEY_BYTES]
        self._clock = clock
        self._secret = hashlib.sha256(b"simulated gunbot" + wallet.encode() + self._password).digest()

    def login(self, encrypted: str) -> str | None:
        """A token for the right password, else None."""
        password = self._decrypted(encrypted)
        if password is None or not hmac.compare_digest(password, self._password):
            return None
        now = int(self._clock())
        claims = {"exp": now + LIFETIME_SECONDS, "iat": now, "p": hashlib.sha256(self._secret).hexdigest()[:53]}
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def accepts(self, header: str | None) -> bool:
        """Whether an Authorization header carries a token that was issued here and has not expired."""
        kind, _, token = (header or "").partition(" ")
        if kind.lower() != "bearer" or not token:
            return False
        try:
            claims = jwt.decode(
                token, self._secret, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False}
            )
        except jwt.InvalidTokenError:
            return False
        return int(claims.get("exp", 0)) > self._clock()

    def _decrypted(self, text: str) -> bytes | None:
        if not text.startswith("ENC:"):
            return None
        try:
            sealed = base64.b64decode(text.removeprefix("ENC:"), validate=True)
            decryptor = Cipher(algorithms.AES(self._key), modes.CBC(self._key)).decryptor()
            padded = decryptor.update(sealed) + decryptor.finalize()
            unpadder = PKCS7(128).unpadder()
            return unpadder.update(padded) + unpadder.finalize()
        except (binascii.Error, ValueError):
            return None
