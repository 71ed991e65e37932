"""Not a byte of HTTP goes where the user's rules do not allow it."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from datetime import timedelta
from pathlib import Path

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gunbot_tui.backends import dial
from gunbot_tui.backends.errors import Unreachable
from gunbot_tui.backends.transport import NothingSent
from gunbot_tui.model.command import NotSent, StopCore
from gunbot_tui.model.feed import Kind, Topic
from tests.backends.conftest import OpenBackend, log_in_and_send
from tests.backends.wire_server import LOGIN, SENT, WireServer, raw, says, token
from tests.factories import NOW

BALANCES = Topic(Kind.BALANCES)


def self_signed(folder: Path, name: str) -> tuple[ssl.SSLContext, str]:
    """A server's TLS with a new certificate of its own, and the certificate's pin."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=3650))
        .not_valid_after(NOW + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, dial.fingerprint(certificate.public_bytes(Encoding.DER))


async def test_a_pinned_certificate_is_trusted_however_the_pin_is_written(
    tmp_path: Path, open_backend: OpenBackend
) -> None:
    tls, pin = self_signed(tmp_path, "one")
    digits = pin.removeprefix("sha256:")
    for written in (pin, digits.upper(), ":".join(digits[at : at + 2] for at in range(0, 64, 2))):
        async with WireServer(tls=tls) as server:
            server.scripts["balances"] = says([])
            backend = open_backend(server.url, pin=written)
            assert await backend.read(BALANCES) == ()
            await backend.close()


async def test_another_certificate_than_the_pinned_one_is_told_nothing(
    tmp_path: Path, open_backend: OpenBackend
) -> None:
    (tls, shown), (_, pin) = self_signed(tmp_path, "one"), self_signed(tmp_path, "two")
    async with WireServer(tls=tls) as server:
        backend = open_backend(server.url, pin=pin)
        with pytest.raises(NothingSent) as caught:
            await backend.connect()
        assert shown in caught.value.problem.summary
        assert pin in caught.value.problem.summary
        assert len(caught.value.problem.summary) <= 200
        assert type(await backend.execute(StopCore())) is NotSent
        assert server.seen == []


async def test_a_self_signed_certificate_is_not_trusted_without_a_pin(
    tmp_path: Path, open_backend: OpenBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, _ = self_signed(tmp_path, "one")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "one.pem"))
    async with WireServer(tls=tls) as server:
        with pytest.raises(NothingSent, match="is not trusted"):
            await open_backend(server.url).connect()
        assert server.seen == []


async def test_https_to_a_plain_port_is_said_so(open_backend: OpenBackend) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as plain:
        port = plain.sockets[0].getsockname()[1]
        with pytest.raises(NothingSent, match="does not speak https"):
            await open_backend(f"https://127.0.0.1:{port}").connect()


async def test_plain_http_to_an_https_port_is_no_hang(tmp_path: Path, open_backend: OpenBackend) -> None:
    tls, _ = self_signed(tmp_path, "one")
    async with WireServer(tls=tls) as server:
        with pytest.raises(Unreachable):
            await open_backend(server.url.replace("https:", "http:")).connect()
        assert server.seen == []


@pytest.mark.parametrize("pin", ["sha256:abc", "md5:" + "0" * 32, "sha256:" + "g" * 64])
async def test_a_pin_that_is_none_is_refused(open_backend: OpenBackend, pin: str) -> None:
    with pytest.raises(NothingSent, match="64 hex digits"):
        await open_backend("https://127.0.0.1:1", pin=pin).connect()


async def test_a_pin_on_plain_http_is_refused(server: WireServer, open_backend: OpenBackend) -> None:
    with pytest.raises(NothingSent, match="needs an https"):
        await open_backend(server.url, pin="sha256:" + "0" * 64).connect()
    assert server.connections == 0


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback connections look as if they ended at another machine."""
    connect = httpcore.AnyIOBackend.connect_tcp

    async def connect_far(self: httpcore.AnyIOBackend, *arguments: object) -> httpcore.AsyncNetworkStream:
        stream = await connect(self, *arguments)  # type: ignore[arg-type]  # passed through untouched
        original = stream.get_extra_info
        stream.get_extra_info = (  # type: ignore[method-assign]  # the peer's address can't be faked from outside
            lambda info: ("192.0.2.7", 3000) if info == "server_addr" else original(info)
        )
        return stream

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_far)


@pytest.mark.usefixtures("far_away")
async def test_plain_http_beyond_this_machine_is_refused_by_where_it_really_ends(
    server: WireServer, open_backend: OpenBackend
) -> None:
    with pytest.raises(NothingSent, match="plain http to localhost would send the password readable"):
        await open_backend(server.url.replace("127.0.0.1", "localhost")).connect()
    assert server.seen == []


@pytest.mark.usefixtures("far_away")
async def test_plain_http_beyond_this_machine_works_when_it_is_allowed(
    server: WireServer, open_backend: OpenBackend
) -> None:
    await open_backend(server.url, allow_plain_http=True).connect()
    assert server.count(LOGIN) == 1


async def test_the_ipv6_loopback_is_this_machine(open_backend: OpenBackend) -> None:
    async with WireServer(host="::1") as server:
        await open_backend(server.url).connect()
        assert server.last(LOGIN).headers["host"] == f"[::1]:{server.port}"


async def test_proxies_of_the_environment_are_ignored(
    server: WireServer, open_backend: OpenBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with WireServer() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        await open_backend(server.url).connect()
        assert (server.connections, proxy.connections) == (1, 0)


async def test_a_redirect_is_told_nothing(server: WireServer, open_backend: OpenBackend) -> None:
    async with WireServer() as other:
        for status in (301, 302, 303, 307, 308):
            location = f"{other.url}/api/v1/system/stop"
            server.scripts["system/stop"] = raw(b"", status, Location=location)
            await log_in_and_send(open_backend(server.url), StopCore())
        assert server.count("system/stop") == 5
        assert other.connections == 0


async def test_a_closed_backend_opens_a_new_line_when_it_is_used_again(
    server: WireServer, open_backend: OpenBackend
) -> None:
    server.scripts |= {"balances": says([]), "system/stop": SENT, LOGIN: says({"status": "success", "token": token()})}
    backend = open_backend(server.url)
    await backend.close()
    await backend.read(BALANCES)
    await backend.close()
    await backend.close()
    assert await backend.read(BALANCES) == ()
    assert server.connections == 2
