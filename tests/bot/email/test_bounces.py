from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.email.bounces import Bounce, read_bounce
from bot.email.letter import message_id
from bot.email.server import sender_of
from papers.delivery_models import Kind, delivery_id
from tests.bot.email.letters import settings

DELIVERY = delivery_id(destination="email:x", feed="f", period="p", kind=Kind.DIGEST)
ID = message_id(DELIVERY, sender_of(settings()))


def report(
    status: str = "5.1.1",
    action: str = "failed",
    diagnosis: str = "smtp; 550 5.1.1 <ada@example.net>: no ada here",
    returned: str = "text/rfc822-headers",
) -> bytes:
    """As Postfix writes them."""
    lines = [
        "From: MAILER-DAEMON@mx.example.net",
        "To: bounces@example.org",
        "Subject: Undelivered Mail Returned to Sender",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "I'm sorry to have to inform you.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.net",
        "",
        "Final-Recipient: rfc822; ada@example.net",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: {diagnosis}",
        "",
        "--b",
        f"Content-Type: {returned}",
        "",
        "From: papers@example.org",
        f"Message-ID: {ID}",
        "",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


def complaint(kind: str = "abuse") -> bytes:
    """As in RFC 5965, appendix B."""
    lines = [
        "From: <abusedesk@example.com>",
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "This is an email abuse report.",
        "--b",
        "Content-Type: message/feedback-report",
        "",
        f"Feedback-Type: {kind}",
        "User-Agent: SomeGenerator/1.0",
        "Version: 1",
        "Original-Rcpt-To: <ada@example.net>",
        "",
        "--b",
        "Content-Type: message/rfc822",
        "Content-Disposition: inline",
        "",
        "From: papers@example.org",
        f"Message-ID: {ID}",
        "",
        "Papers.",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize("returned", ["text/rfc822-headers", "message/rfc822"])
def test_a_bounce_names_its_delivery_and_why(returned: str) -> None:
    assert read_bounce(report(returned=returned)) == Bounce(
        delivery_id=DELIVERY,
        recipient="ada@example.net",
        permanent=True,
        complaint=False,
        reason="the letter came back: 550 5.1.1 <(address)>: no (address) here",
    )


@pytest.mark.parametrize(
    ("status", "action", "permanent"),
    [
        ("5.1.1", "failed", True),
        ("5.0.0", "failed", True),
        ("5.2.1", "Failed", True),
        ("5.2.2", "failed", False),
        ("5.3.4", "failed", False),
        ("5.7.1", "failed", False),
        ("5.4.7", "failed", False),
        ("4.4.1", "failed", False),
        ("4.4.1", "delayed", False),
        ("5.1.1", "delayed", False),
    ],
)
def test_only_what_will_not_pass_is_permanent(status: str, action: str, permanent: bool) -> None:
    bounce = read_bounce(report(status, action))
    assert bounce is not None
    assert bounce.permanent is permanent


def test_a_message_that_arrived_or_was_passed_on_is_no_bounce() -> None:
    assert read_bounce(report(action="delivered")) is None
    assert read_bounce(report(action="relayed")) is None


def test_a_complaint_is_permanent() -> None:
    bounce = read_bounce(complaint())
    assert bounce == Bounce(
        delivery_id=DELIVERY,
        recipient="ada@example.net",
        permanent=True,
        complaint=True,
        reason="its reader reported the letter: abuse",
    )


def test_a_reader_who_takes_it_back_complains_no_more() -> None:
    bounce = read_bounce(complaint("not-spam"))
    assert bounce is not None
    assert (bounce.complaint, bounce.permanent) == (False, False)


def test_a_letter_that_is_not_ours_names_no_delivery() -> None:
    foreign = report().replace(ID.encode(), b"<CAF123@mail.example.com>")
    bounce = read_bounce(foreign)
    assert bounce is not None
    assert bounce.delivery_id is None


def test_a_letter_that_says_it_is_a_bounce_is_not_believed() -> None:
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = "Undelivered Mail Returned to Sender"
    letter["Message-ID"] = ID
    letter.set_content("Status: 5.1.1\nAction: failed\n")
    assert read_bounce(letter.as_bytes()) is None


@given(st.binary(max_size=2000))
@example(b"")
@example(b'Content-Type: multipart/report; boundary=""\r\n\r\n--\r\n')
def test_any_bytes_are_read(raw: bytes) -> None:
    read_bounce(raw)


@given(st.integers(0, 2000), st.integers(0, 60), st.binary(max_size=60), st.sampled_from([report(), complaint()]))
def test_a_damaged_report_is_read(at: int, cut: int, put: bytes, whole: bytes) -> None:
    at %= len(whole)
    bounce = read_bounce(whole[:at] + put + whole[at + cut :])
    assert bounce is None or bounce.reason.isprintable()


def test_a_report_of_thousands_of_parts_in_one_another_is_read() -> None:
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(3000))
    assert read_bounce(nested) is None
