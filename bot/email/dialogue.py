"""One letter's dialogue with the SMTP server, and what each answer means for its delivery.

All that can be refused is refused before the commit: connection, login, sender, recipient and, with 354, the wish to
send at all. Between the letter's end and the answer to it is the one gap (RFC 5321, section 4.2.5; RFC 1047).
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.email.answers import Answer, refused_at_end, refused_recipient, refused_sender, server_trouble, sure_to_fail
from bot.email.server import ANSWER_STEPS, Server
from papers.adapters import Commit
from papers.errors import AnswerLost, DeliveryError, TryLater

if TYPE_CHECKING:
    from aiosmtplib import SMTP

_DOTS = re.compile(rb"^\.", re.MULTILINE)


async def connect(server: Server, name: str) -> "SMTP":
    """A session that is encrypted and logged in as the settings say. Raises TryLater.

    ``name`` is said in EHLO.
    """
    from aiosmtplib import SMTP, SMTPAuthenticationError, SMTPException, SMTPResponseException

    session = SMTP(
        hostname=server.host,
        port=server.port,
        timeout=server.timeout,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        local_hostname=name,
    )
    try:
        await session.connect()
        if server.user and server.password is not None:
            await session.login(server.user, server.password.get_secret_value())
        else:
            await session.ehlo()
    except SMTPAuthenticationError as error:
        session.close()
        raise sure_to_fail(f"the SMTP server refuses the login: {Answer.of(error)}; see PAPERBOY_EMAIL_USER") from None
    except SMTPResponseException as error:
        session.close()
        raise server_trouble(f"the SMTP server is not ready: {Answer.of(error)}") from None
    except (SMTPException, OSError, ValueError) as error:
        session.close()
        raise server_trouble(f"SMTP server {server.host}:{server.port}: {_reason(error)}") from None
    return session


async def hand_over(session: "SMTP", server: Server, envelope: str, to: str, letter: bytes, commit: Commit) -> None:
    """Send one letter in an open session. Raises TryLater, DestinationGone, MessageRefused, AnswerLost.

    The session is good for another letter afterwards, and after a refusal before the commit if it is still connected.
    """
    from aiosmtplib import SMTPRecipientRefused, SMTPSenderRefused

    async with _before_the_letter(session):
        try:
            size = [f"SIZE={len(letter)}"] if session.supports_extension("size") else []
            await session.mail(envelope, options=size)
            await session.rcpt(to)
        except SMTPSenderRefused as error:
            raise refused_sender(Answer.of(error)) from None
        except SMTPRecipientRefused as error:
            raise refused_recipient(Answer.of(error), to) from None
        ready = Answer(*await session.execute_command(b"DATA"))
        if ready.code != 354:
            raise refused_recipient(ready, to)
    try:
        await commit()
    except BaseException:
        session.close()  # without its end, the server forgets the letter
        raise
    answer = await _letter_answered(session, server, letter)
    if answer.code != 250:
        raise refused_at_end(answer, to)


async def _letter_answered(session: "SMTP", server: Server, letter: bytes) -> Answer:
    """The answer to the whole letter. Raises AnswerLost; TryLater if nothing of it left."""
    from aiosmtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected

    protocol = session.protocol
    if protocol is None:
        raise server_trouble("the SMTP server went away before the letter")
    try:
        protocol.write(_DOTS.sub(b"..", letter) + b".\r\n")
    except SMTPServerDisconnected:
        session.close()
        raise server_trouble("the SMTP server went away before the letter") from None
    try:
        return Answer(*await protocol.read_response(timeout=ANSWER_STEPS * server.timeout))
    except SMTPResponseException as error:  # no SMTP, so it says nothing
        session.close()
        raise AnswerLost(f"the SMTP server took the letter and answered nonsense: {Answer.of(error)}") from None
    except (SMTPException, OSError) as error:
        session.close()
        raise AnswerLost(f"the SMTP server took the letter and did not answer: {_reason(error)}") from None
    except BaseException:
        session.close()
        raise


@asynccontextmanager
async def _before_the_letter(session: "SMTP") -> AsyncIterator[None]:
    from aiosmtplib import SMTPException, SMTPResponseException

    try:
        yield
    except DeliveryError:
        try:
            await session.rset()
        except BaseException as error:
            session.close()  # an answer may be on its way still: the next letter must not take it for its own
            if not isinstance(error, SMTPException | OSError):
                raise
        raise
    except SMTPResponseException as error:
        session.close()
        raise TryLater(f"the SMTP server answered {Answer.of(error)}") from None
    except (SMTPException, OSError, ValueError) as error:
        session.close()
        raise server_trouble(f"the SMTP server left off before the letter: {_reason(error)}") from None
    except BaseException:
        session.close()
        raise


def _reason(error: BaseException) -> str:
    return Answer(0, str(error) or type(error).__name__).text
