"""A real SMTP server (aiosmtpd) that keeps what it took and misbehaves on demand.

    with serving(Mailbox()) as mailbox:
        mailbox.script(Fault("rcpt", "550 5.1.1 no such user"))       the next letter gets it, others do not
        mailbox.script(Fault("end", hang_up=True, accept=True))       takes the letter and drops the answer

``python -m tests.fakes.smtp --port 2525 --log FILE`` serves until it is told to stop; FILE gets a line of JSON for
each letter that was taken: {"message_id", "to", "at"}.
"""

import argparse
import asyncio
import json
import signal
import ssl
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Step = Literal["connect", "ehlo", "auth", "mail", "rcpt", "data", "end"]
"""``data`` is the answer in place of 354, ``end`` the one to the whole letter."""


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong once, at one step."""

    step: Step
    answer: str = ""
    """An SMTP answer that is given in place of the proper one."""
    hang_up: bool = False
    """The connection is closed without an answer."""
    silence: float = 0.0
    """Seconds in which nothing is said."""
    accept: bool = False
    """At ``end``: the letter is kept all the same."""


@dataclass
class Mailbox:
    """What a server took, and what it shall do wrong."""

    user: str = ""
    password: str = ""
    log: Path | None = None
    letters: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    """Each command's name, as it came."""
    connections: int = 0
    port: int = 0
    on_data: threading.Event = field(default_factory=threading.Event)
    _faults: deque[Fault] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def script(self, *faults: Fault) -> None:
        self._faults.extend(faults)

    @property
    def counted(self) -> Counter[str]:
        """How many letters came, by Message-ID."""
        return Counter(str(letter["Message-ID"]) for letter in self.letters)

    def fault(self, step: Step) -> Fault | None:
        """The next fault, if it is one of this step."""
        with self._lock:
            return self._faults.popleft() if self._faults and self._faults[0].step == step else None

    def keep(self, envelope: Envelope) -> None:
        content = envelope.original_content or b""
        letter = message_from_bytes(content, policy=default)
        with self._lock:
            self.raw.append(content)
            self.letters.append(letter)
            self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
            if self.log:
                line = {"message_id": str(letter["Message-ID"]), "to": envelope.rcpt_tos, "at": time.time()}
                with self.log.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")

    def authenticator(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        known = LoginPassword(self.user.encode(), self.password.encode())
        return AuthResult(success=data == known, handled=False)


class _Handler:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        self._mailbox.steps.append("MAIL")
        answer = await _broken(self._mailbox.fault("mail"), server)
        if answer is None:
            envelope.mail_from = address
        return answer or "250 2.1.0 fine"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        self._mailbox.steps.append("RCPT")
        answer = await _broken(self._mailbox.fault("rcpt"), server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 2.1.5 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = self._mailbox.fault("end")
        if fault is None or fault.accept:
            self._mailbox.keep(envelope)
        return await _broken(fault, server) or "250 2.0.0 taken"


class _Server(SMTP):
    def __init__(self, mailbox: Mailbox, **options: Any) -> None:
        super().__init__(_Handler(mailbox), hostname="fake.example", **options)
        self._mailbox = mailbox

    def connection_made(self, transport: Any) -> None:
        if not self._mailbox.steps or transport.get_extra_info("sslcontext") is None:
            self._mailbox.connections += 1
        super().connection_made(transport)

    async def push(self, status: Any) -> None:
        """Every answer passes here, the greeting and 354 too."""
        text = status if isinstance(status, str) else bytes(status).decode()
        step: Step | None = "connect" if text.startswith("220 fake") else "data" if text.startswith("354") else None
        answer = await _broken(self._mailbox.fault(step), self) if step else None
        if step == "data" and answer is not None:
            # The server would wait for a letter now, and the client will not send one.
            await super().push(answer)
            _close(self)
            return
        await super().push(answer or text)

    async def smtp_EHLO(self, hostname: str) -> None:
        self._mailbox.steps.append("EHLO")
        answer = await _broken(self._mailbox.fault("ehlo"), self)
        if answer:
            await super().push(answer)
        else:
            await super().smtp_EHLO(hostname)

    async def smtp_AUTH(self, arg: str) -> None:
        self._mailbox.steps.append("AUTH")
        answer = await _broken(self._mailbox.fault("auth"), self)
        if answer:
            await super().push(answer)
        else:
            await super().smtp_AUTH(arg)

    async def smtp_DATA(self, arg: str) -> None:
        self._mailbox.steps.append("DATA")
        self._mailbox.on_data.set()
        await super().smtp_DATA(arg)


async def _broken(fault: Fault | None, server: SMTP) -> str | None:
    if fault is None:
        return None
    if fault.silence:
        await asyncio.sleep(fault.silence)
    if fault.hang_up:
        _close(server)
        raise ConnectionResetError
    return fault.answer or None


def _close(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()


def certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1 and localhost, signed by itself, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@contextmanager
def serving(
    mailbox: Mailbox,
    *,
    security: Literal["none", "starttls", "tls"] = "none",
    certificate_file: Path | None = None,
    port: int = 0,
) -> Iterator[Mailbox]:
    """The server on loopback, on a thread of its own; ``mailbox.port`` says where."""
    context: ssl.SSLContext | None = None
    if certificate_file:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate_file)
    options: dict[str, Any] = {"loop": None, "data_size_limit": 2**20}
    if security == "starttls":
        options["tls_context"] = context
    if mailbox.user:
        options |= {
            "authenticator": mailbox.authenticator,
            "auth_required": True,
            "auth_require_tls": security == "starttls",
        }
    loop = asyncio.new_event_loop()
    options["loop"] = loop

    async def start() -> asyncio.Server:
        return await loop.create_server(
            lambda: _Server(mailbox, **options),
            "127.0.0.1",
            port,
            ssl=context if security == "tls" else None,
        )

    loop.set_exception_handler(lambda _, __: None)  # connections that tests break on purpose
    thread = threading.Thread(target=loop.run_forever, name="smtp", daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=2525)
    parser.add_argument("--log", type=Path)
    asked = parser.parse_args()
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    with serving(Mailbox(log=asked.log), port=asked.port) as mailbox:
        print(
            f"PAPERBOY_EMAIL_HOST=127.0.0.1 PAPERBOY_EMAIL_PORT={mailbox.port} PAPERBOY_EMAIL_SECURITY=none", flush=True
        )
        done.wait()


if __name__ == "__main__":
    main()
