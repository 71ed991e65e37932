"""How a connection is opened: the peer's real address and its certificate are judged before a byte of HTTP is sent.

The rule looks at the connected socket and not at the configured name, so a name that changes its address gains nothing.
"""

from __future__ import annotations

import hashlib
import ipaddress
import ssl
from collections.abc import Iterable
from pathlib import Path

import certifi
import httpcore

PIN_PREFIX = "sha256:"


class LineRefused(httpcore.ConnectError):
    """We hung up by our own rule; the message is for the user."""


class Dialer(httpcore.AsyncNetworkBackend):
    """Opens sockets and lets only those through that the user's rules allow."""

    def __init__(self, *, loopback_only: bool, pin: str | None) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._loopback_only = loopback_only
        self._pin = pin

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connected stream. Raises LineRefused when plain http would leave this machine."""
        stream = await self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        if self._loopback_only:
            try:
                check_loopback(host, stream.get_extra_info("server_addr"))
            except LineRefused:
                await stream.aclose()
                raise
        return stream if self._pin is None else _PinnedStream(stream, self._pin)


class _PinnedStream(httpcore.AsyncNetworkStream):
    """A socket whose TLS is trusted by the certificate's fingerprint alone."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, pin: str) -> None:
        self._inner = inner
        self._pin = pin

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        try:
            check_certificate(stream.get_extra_info("ssl_object"), self._pin)
        except LineRefused:
            await stream.aclose()
            raise
        return stream


def check_loopback(host: str, peer: tuple[object, ...]) -> None:
    """Raise LineRefused when the connected peer, whatever its name, is another machine."""
    if not _is_loopback(str(peer[0])):
        raise LineRefused(
            f"plain http to {host} would send the password readable through the network: "
            "use https, an ssh tunnel, or allow_plain_http for this bot"
        )


def check_certificate(tls: ssl.SSLObject, pin: str) -> None:
    """Raise LineRefused when the certificate that was shown is not the pinned one."""
    shown = fingerprint(tls.getpeercert(binary_form=True) or b"")
    if shown != pin:
        raise LineRefused(f"not the pinned certificate: it shows {shown}, pinned is {pin}")


def fingerprint(certificate: bytes) -> str:
    """A DER certificate's SHA-256 the way a pin is written: `sha256:` and 64 hex digits."""
    return PIN_PREFIX + hashlib.sha256(certificate).hexdigest()


def to_pin(text: str) -> str | None:
    """A typed pin in its one form, colons and case aside; None when it is no SHA-256."""
    digits = text.strip().lower().removeprefix(PIN_PREFIX).replace(":", "")
    is_hash = len(digits) == 64 and all(digit in "0123456789abcdef" for digit in digits)
    return PIN_PREFIX + digits if is_hash else None


def tls_context(*, is_pinned: bool) -> ssl.SSLContext:
    """Trust in the system's own store, whatever the environment says; none under a pin, which replaces it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if is_pinned:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    paths = ssl.get_default_verify_paths()
    file, folder = Path(paths.openssl_cafile), Path(paths.openssl_capath)
    if file.is_file() or folder.is_dir():
        context.load_verify_locations(str(file) if file.is_file() else None, str(folder) if folder.is_dir() else None)
    else:
        context.load_verify_locations(certifi.where())
    return context


def _is_loopback(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_loopback
