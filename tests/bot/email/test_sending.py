import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.email.adapter import EmailAdapter
from papers.adapters import CANNOT_SAY, NotOurs, Rate, Scope
from papers.errors import AnswerLost, BadInput, DeliveryError, DestinationGone, MessageRefused, TryLater
from tests.bot.email.letters import VAULT, adapter, parcel, settings
from tests.fakes.smtp import Fault, Mailbox, certificate, serving

ID = "<delivery1@example.org>"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with serving(Mailbox()) as running:
        yield running


class Commits:
    """Counts commits, and what the server had heard by then."""

    def __init__(self, mailbox: Mailbox, error: Exception | None = None) -> None:
        self._mailbox = mailbox
        self._error = error
        self.after: list[list[str]] = []

    async def __call__(self) -> None:
        self.after.append(list(self._mailbox.steps))
        if self._error:
            raise self._error


async def test_a_letter_arrives_with_its_id(mailbox: Mailbox) -> None:
    commits = Commits(mailbox)
    smtp = adapter(mailbox.port)
    assert await smtp.send(parcel(), commits) == ID
    assert mailbox.counted == {ID: 1}
    assert mailbox.envelopes == [("papers@example.org", ["ada@example.net"])]
    assert await smtp.find(parcel().delivery, parcel().destination) == CANNOT_SAY
    await smtp.close()


async def test_all_that_can_be_refused_is_refused_before_the_commit(mailbox: Mailbox) -> None:
    commits = Commits(mailbox)
    await adapter(mailbox.port).send(parcel(), commits)
    assert commits.after == [["EHLO", "MAIL", "RCPT", "DATA"]]


async def test_a_letter_that_must_not_leave_any_more_does_not(mailbox: Mailbox) -> None:
    with pytest.raises(NotOurs):
        await adapter(mailbox.port).send(parcel(), Commits(mailbox, NotOurs()))
    await asyncio.sleep(0.1)
    assert mailbox.letters == []


async def test_bounces_go_where_they_shall(mailbox: Mailbox) -> None:
    await adapter(mailbox.port, bounces="bounces@example.org").send(parcel(), Commits(mailbox))
    assert mailbox.envelopes[0][0] == "bounces@example.org"


async def test_letters_share_a_session(mailbox: Mailbox) -> None:
    smtp = adapter(mailbox.port)
    for number in range(3):
        await smtp.send(parcel(number=number), Commits(mailbox))
    assert (len(mailbox.letters), mailbox.connections) == (3, 1)
    await smtp.close()


async def test_a_session_that_was_closed_meanwhile_is_replaced(mailbox: Mailbox) -> None:
    smtp = adapter(mailbox.port)
    mailbox.script(Fault("end", "250 2.0.0 taken", accept=True))
    await smtp.send(parcel(number=1), Commits(mailbox))
    (session, _) = smtp._idle[0]
    assert isinstance(session.transport, asyncio.Transport)
    session.transport.abort()
    await asyncio.sleep(0)
    await smtp.send(parcel(number=2), Commits(mailbox))
    assert (len(mailbox.letters), mailbox.connections) == (2, 2)


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_letters_travel_encrypted_and_after_a_login(
    security: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    login = {"user": "paperboy", "password": "hunter2"}
    with serving(Mailbox(**login), security=security, certificate_file=file) as mailbox:  # type: ignore[arg-type]
        await adapter(mailbox.port, security=security, **login).send(parcel(), Commits(mailbox))
        assert len(mailbox.letters) == 1
        assert "AUTH" in mailbox.steps
        with pytest.raises(TryLater, match=r"refuses the login: 535 .*see PAPERBOY_EMAIL_USER") as caught:
            await adapter(mailbox.port, security=security, user="paperboy", password="wrong-one").send(
                parcel(), Commits(mailbox)
            )
        assert "wrong-one" not in str(caught.value)
        assert (caught.value.seconds, caught.value.scope) == (300, "platform")


async def test_a_server_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    with serving(Mailbox(), security="starttls", certificate_file=certificate(tmp_path)) as mailbox:
        with pytest.raises(TryLater, match="CERTIFICATE_VERIFY_FAILED"):
            await adapter(mailbox.port, security="starttls").send(parcel(), Commits(mailbox))
        assert "MAIL" not in mailbox.steps


async def test_encryption_that_is_not_offered_is_not_done_without(mailbox: Mailbox) -> None:
    with pytest.raises(TryLater, match="STARTTLS extension not supported"):
        await adapter(mailbox.port, security="starttls").send(parcel(), Commits(mailbox))
    assert "MAIL" not in mailbox.steps


BEFORE: list[tuple[Fault, type[DeliveryError], str]] = [
    (Fault("connect", "421 4.3.2 busy"), TryLater, "not ready: 421"),
    (Fault("connect", "554 5.7.1 go away"), TryLater, "not ready: 554"),
    (Fault("connect", hang_up=True), TryLater, "Connection lost|Error connecting|EOF"),
    (Fault("connect", silence=9), TryLater, "Timed out"),
    (Fault("ehlo", hang_up=True), TryLater, "EOF|lost"),
    (Fault("mail", "451 4.3.0 later"), TryLater, "does not take the letter now: 451"),
    (Fault("mail", "550 5.7.1 not you"), TryLater, "refuses our address: 550"),
    (Fault("mail", "552 5.3.4 too large"), MessageRefused, "too large"),
    (Fault("mail", hang_up=True), TryLater, "left off before the letter"),
    (Fault("rcpt", "421 4.3.2 closing"), TryLater, "not available: 421"),
    (Fault("rcpt", "450 4.2.0 greylisted"), TryLater, "now: 450"),
    (Fault("rcpt", "451 4.3.0 later"), TryLater, "now: 451"),
    (Fault("rcpt", "452 4.2.2 mailbox full"), TryLater, "now: 452"),
    (Fault("rcpt", "550 no such user"), DestinationGone, "takes no mail: 550 no such user"),
    (Fault("rcpt", "551 not here"), DestinationGone, "takes no mail: 551"),
    (Fault("rcpt", "553 not allowed"), DestinationGone, "takes no mail: 553"),
    (Fault("rcpt", "550 5.1.1 <Ada@Example.net>: no ADA here"), DestinationGone, r"no \(address\) here$"),
    (Fault("rcpt", "554 5.2.1 disabled"), DestinationGone, "takes no mail: 554"),
    (Fault("rcpt", "550 5.7.1 your network is blocked"), TryLater, "does not deliver for us: 550"),
    (Fault("rcpt", "550 relaying denied"), TryLater, "does not deliver for us: 550"),
    (Fault("rcpt", "552 5.2.2 mailbox full"), TryLater, "552"),
    (Fault("rcpt", "530 5.7.0 log in first"), TryLater, "530"),
    (Fault("rcpt", silence=9), TryLater, "Timed out"),
    (Fault("data", "451 4.3.0 later"), TryLater, "now: 451"),
    (Fault("data", hang_up=True), TryLater, "left off before the letter"),
]


@pytest.mark.parametrize(("fault", "error", "words"), BEFORE)
async def test_what_goes_wrong_before_the_letter_means_that_nothing_was_sent(
    fault: Fault, error: type[DeliveryError], words: str, mailbox: Mailbox
) -> None:
    mailbox.script(fault)
    commits, smtp = Commits(mailbox), adapter(mailbox.port, timeout=1 if fault.silence else 20)
    with pytest.raises(error, match=words) as caught:
        await smtp.send(parcel(), commits)
    assert type(caught.value) is error
    assert "ada" not in str(caught.value).lower()
    assert (commits.after, mailbox.letters) == ([], [])
    assert await smtp.send(parcel(), commits) == ID
    assert mailbox.counted == {ID: 1}


AFTER: list[tuple[Fault, type[DeliveryError], str]] = [
    (Fault("end", "421 4.3.2 closing"), TryLater, "did not take the letter: 421"),
    (Fault("end", "451 4.3.0 later"), TryLater, "did not take the letter: 451"),
    (Fault("end", "552 5.3.4 too large"), MessageRefused, "refuses the letter: 552"),
    (Fault("end", "554 5.7.1 spam"), MessageRefused, "refuses the letter: 554"),
    (Fault("end", "550 5.1.1 no such user"), DestinationGone, "takes no mail: 550"),
    (Fault("end", hang_up=True), AnswerLost, "took the letter and did not answer"),
    (Fault("end", silence=9), AnswerLost, "Timed out"),
    (Fault("end", "hello there"), AnswerLost, "nonsense"),
]


@pytest.mark.parametrize(("fault", "error", "words"), AFTER)
async def test_what_goes_wrong_after_the_letter_tells_a_refusal_from_a_lost_answer(
    fault: Fault, error: type[DeliveryError], words: str, mailbox: Mailbox
) -> None:
    mailbox.script(fault)
    commits = Commits(mailbox)
    with pytest.raises(error, match=words) as caught:
        await adapter(mailbox.port, timeout=1 if fault.silence else 20).send(parcel(), commits)
    assert type(caught.value) is error
    assert len(commits.after) == 1
    assert mailbox.letters == []


async def test_a_letter_that_was_taken_without_an_answer_is_there_once(mailbox: Mailbox) -> None:
    mailbox.script(Fault("end", hang_up=True, accept=True))
    with pytest.raises(AnswerLost):
        await adapter(mailbox.port).send(parcel(), Commits(mailbox))
    assert mailbox.counted == {ID: 1}


async def test_a_server_that_is_not_there_makes_all_letters_wait() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        with pytest.raises(TryLater, match=r"SMTP server 127.0.0.1:\d+: ") as caught:
            await adapter(taken.getsockname()[1]).send(parcel(), Commits(Mailbox()))
    assert (caught.value.seconds, caught.value.scope) == (30, "platform")


async def test_many_letters_at_once_use_few_sessions(mailbox: Mailbox) -> None:
    smtp = adapter(mailbox.port, timeout=30)
    await asyncio.gather(*(smtp.send(parcel(number=n), Commits(mailbox)) for n in range(100)))
    assert (len(mailbox.counted), len(mailbox.letters)) == (100, 100)
    assert mailbox.connections <= 20
    await smtp.close()


def test_limits_are_those_of_the_settings() -> None:
    assert adapter(per_second=5).limits == {Scope.PLATFORM: Rate(5, 5)}
    assert adapter(per_second=0.5).limits == {Scope.PLATFORM: Rate(0.5, 1)}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"host": ""}, "PAPERBOY_EMAIL_HOST: is not set; name the SMTP server"),
        ({"sender": ""}, "PAPERBOY_EMAIL_SENDER: is not set; write Paperboy <"),
        ({"sender": "Paperboy <nowhere>"}, "PAPERBOY_EMAIL_SENDER: 'nowhere' is no e-mail address"),
        ({"bounces": "no address"}, "PAPERBOY_EMAIL_BOUNCES: 'no address' is no e-mail address"),
        ({"web": None}, "PAPERBOY_WEB_URL: is not set; letters need it for their links"),
        ({"web": "https://" + "x" * 200}, "PAPERBOY_WEB_URL: must have 100 characters"),
        ({"web": "https://pärchen.example"}, "PAPERBOY_WEB_URL: must have .* xn--"),
        ({"user": "me"}, "PAPERBOY_EMAIL_PASSWORD: is not set, but PAPERBOY_EMAIL_USER is"),
        ({"password": "hunter2"}, "PAPERBOY_EMAIL_USER: is not set, but PAPERBOY_EMAIL_PASSWORD is"),
        ({"user": "me", "password": "hunter2", "host": "smtp.example.org"}, "PAPERBOY_EMAIL_SECURITY: none would send"),
    ],
)
def test_a_missing_setting_is_named_with_its_reason(wrong: dict[str, str | None], words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        EmailAdapter(settings(**wrong), VAULT)
    assert "hunter2" not in str(caught.value)


def test_an_adapter_shows_no_secret() -> None:
    smtp = EmailAdapter(settings(user="me", password="hunter2"), VAULT)
    assert "hunter2" not in repr(vars(smtp))


async def test_a_letter_that_is_given_up_midway_leaves_nothing_for_the_next(mailbox: Mailbox) -> None:
    mailbox.script(Fault("rcpt", silence=0.5))
    smtp = adapter(mailbox.port)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await smtp.send(parcel(number=1), Commits(mailbox))
    await smtp.send(parcel(number=2, to="bob@example.net"), Commits(mailbox))
    assert mailbox.envelopes == [("papers@example.org", ["bob@example.net"])]
    await smtp.close()
