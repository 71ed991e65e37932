"""The certificate that a bot shows and this machine does not trust, so that its owner can compare and pin it."""

from __future__ import annotations

import asyncio
import ssl
from urllib.parse import urlsplit

from gunbot_tui.backends.dial import fingerprint, tls_context

SECONDS = 5.0


async def untrusted_pin(url: str) -> str | None:
    """The pin of the certificate that is shown; None when it is trusted, or none can be had. Sends nothing but TLS."""
    parts = urlsplit(url)
    if parts.scheme != "https" or parts.hostname is None:
        return None
    host, port = parts.hostname, parts.port or 443
    try:
        async with asyncio.timeout(SECONDS):
            try:
                await _shown(host, port, tls_context(is_pinned=False))
            except ssl.SSLCertVerificationError:
                return fingerprint(await _shown(host, port, tls_context(is_pinned=True)))
    except (OSError, TimeoutError):
        return None
    return None


async def _shown(host: str, port: int, context: ssl.SSLContext) -> bytes:
    """The certificate in DER."""
    _, writer = await asyncio.open_connection(host, port, ssl=context)
    try:
        tls: ssl.SSLObject = writer.get_extra_info("ssl_object")
        return tls.getpeercert(binary_form=True) or b""
    finally:
        writer.transport.abort()
