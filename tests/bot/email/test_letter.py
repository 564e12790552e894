import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.delivered import message_of
from bot.email.adapter import EmailAdapter
from bot.email.letter import subject_line
from bot.email.render import Foot, render
from papers.adapters import Parcel
from papers.contents import ConfirmationContent, Match, NoticeContent, TopicsContent
from papers.delivery_models import Kind
from papers.display import shorten
from tests.bot.email.letters import REFERENCE, VAULT, adapter, digest, parcel, settings
from tests.bot.samples import AT, HOSTILE_SHOWN, HOSTILE_TITLE, paper
from tests.bot.test_delivered import subscription, topic

POST = adapter()
LINK = "https://papers.example.org"
HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Id", "List-Unsubscribe",
    "List-Unsubscribe-Post", "Precedence", "MIME-Version", "Content-Type",
]  # fmt: skip


def topics() -> TopicsContent:
    matches = tuple(Match(paper=paper(id=f"2410.0000{n}"), score=0.5, topics=("s1",)) for n in range(3))
    return TopicsContent(matches=matches, subscriptions=(topic(1, text="reading"),), more=2, at=AT, zone="UTC")


CONFIRMATION = parcel(ConfirmationContent(subscriptions=(subscription(),)), Kind.CONFIRMATION)
NOTICE = parcel(
    NoticeContent(destination="slack:T1/C1", reason="channel_not_found", subscriptions=(subscription(),)), Kind.NOTICE
)
TOPICS = parcel(topics(), Kind.TOPICS)


def read(sent: Parcel, post: EmailAdapter = POST) -> EmailMessage:
    return message_from_bytes(post.letter(sent), policy=default)


def body(letter: EmailMessage, subtype: str) -> str:
    part = letter.get_body((subtype,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def texts(letter: EmailMessage) -> Iterator[str]:
    yield body(letter, "plain")
    yield body(letter, "html")


def test_a_letter_has_the_headers_that_receivers_ask_for() -> None:
    letter = read(parcel())
    assert letter.keys() == HEADERS
    assert letter["From"] == "The Paperboy <papers@example.org>"
    assert letter["To"] == "ada@example.net"
    assert letter["Subject"] == "Trending papers: Bookworm: Reading Books with Notes and 1 more"
    assert letter["Date"].datetime == AT
    assert letter["Message-ID"] == "<delivery1@example.org>"
    assert letter["List-Id"] == "Paperboy <paperboy.example.org>"
    assert re.fullmatch(rf"<{LINK}/unsubscribe/[\w-]+>", letter["List-Unsubscribe"])
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Precedence"] == "bulk"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]


def test_the_same_delivery_makes_the_same_letter_but_for_its_tokens() -> None:
    def without_tokens(raw: bytes) -> str:
        letter = message_from_bytes(raw, policy=default)
        return re.sub(r"unsubscribe/[\w-]+", "", "".join(texts(letter)) + str(letter.items()))

    assert without_tokens(POST.letter(parcel())) == without_tokens(adapter().letter(parcel()))


@given(st.text(max_size=400) | st.text("=?utf-8 Q?B_\r\n: ü\u202e€漢", max_size=200))
@example("x\r\nBcc: everyone@example.org")
@example("=?utf-8?q?x=0D=0ABcc:_everyone@example.org?=")
@example(HOSTILE_TITLE)
@example("\u202egpj.exe" + "long " * 500)
@example("\ud800")
def test_no_title_can_add_or_change_a_header(title: str) -> None:
    raw = POST.letter(parcel(digest(1, title=title)))
    raw.decode("ascii")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    letter = message_from_bytes(raw, policy=default)
    assert letter.keys() == HEADERS
    assert letter["To"] == "ada@example.net"
    assert letter["Subject"] == subject_line(str(letter["Subject"]))
    assert len(letter["Subject"]) <= 160


def test_a_hostile_title_is_a_subject_of_harmless_text() -> None:
    assert read(parcel(digest(1, title=HOSTILE_TITLE)))["Subject"] == f"Trending papers: {shorten(HOSTILE_SHOWN, 100)}"


def test_a_sender_with_a_difficult_name_is_written_safely() -> None:
    letter = read(parcel(), EmailAdapter(settings(sender='"Zoë, Papers & Söhne" <papers@example.org>'), VAULT))
    (address,) = letter["From"].addresses
    assert (address.display_name, address.addr_spec) == ("Zoë, Papers & Söhne", "papers@example.org")


def test_many_subscriptions_still_fit_into_the_header() -> None:
    many = tuple(subscription(n, id=f"{n:024d}", destination=REFERENCE) for n in range(100))
    raw = EmailAdapter(settings(web="https://" + "x" * 92), VAULT).letter(
        Parcel(parcel().delivery, parcel().destination, digest(), many)
    )
    fits = Parcel(parcel().delivery, parcel().destination, digest(), many[:16])
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert max(map(len, EmailAdapter(settings(web="https://" + "x" * 92), VAULT).letter(fits).split(b"\r\n"))) <= 998


def test_plain_text_is_wrapped_and_its_links_are_whole() -> None:
    text = body(read(parcel()), "plain")
    long = [line for line in text.splitlines() if len(line) > 72]
    assert all("https://" in line for line in long)
    assert "    arXiv: https://arxiv.org/abs/2410.05258\n" in text
    assert "Why: 312 upvotes, 41 of them in the last day; 3.1k GitHub stars" in text
    assert re.search(rf"\n-- \nYou asked for this: Digest of 10 .*\nUnsubscribe: {LINK}/unsubscribe/\S+\n", text, re.S)


class Checked(HTMLParser):
    """Finds what mail programs and screen readers stumble over."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("sent", [parcel(), TOPICS, NOTICE, CONFIRMATION], ids=lambda sent: sent.delivery.kind)
def test_html_is_whole_and_reads_aloud_well(sent: Parcel) -> None:
    checked = Checked(body(read(sent), "html"))
    assert checked.open == []
    tags = [tag for tag, _ in checked.seen]
    assert ("html", "en") in [(tag, attributes.get("lang")) for tag, attributes in checked.seen]
    assert all(attributes.get("role") == "presentation" for tag, attributes in checked.seen if tag == "table")
    assert tags.count("h1") == 1
    assert not {"img", "script", "link", "form", "iframe"} & set(tags)
    assert all(str(attributes["href"]).startswith("https://") for tag, attributes in checked.seen if tag == "a")
    headings = [tag for tag in tags if re.fullmatch(r"h\d", tag)]
    assert headings == sorted(headings)


def contrast(one: str, other: str) -> float:
    """Of WCAG 2.1, between two colours written #rrggbb."""

    def luminance(colour: str) -> float:
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_colour_of_text_has_contrast_enough() -> None:
    html = body(read(CONFIRMATION), "html") + body(read(parcel()), "html")
    light = set(re.findall(r"(?<![-\w])color:(#\w{6})", html.replace("!important", ""))) - {"#ffffff"}
    dark = set(re.findall(r"[^-]color:(#\w{6})!important", html)) - {"#1e1d1a"}
    assert all(contrast(colour, "#ffffff") >= 4.5 for colour in light - dark)
    assert dark
    assert all(contrast(colour, "#1e1d1a") >= 4.5 for colour in dark)
    assert contrast("#ffffff", "#96300f") >= 4.5
    assert contrast("#1e1d1a", "#f2a488") >= 4.5


def test_html_escapes_what_others_wrote() -> None:
    html = body(
        read(parcel(digest(1, title='<script>alert(1)</script>"onclick=x', abstract="<b>bold</b> we show it."))), "html"
    )
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;onclick=x" in html


def test_the_longest_digest_is_not_clipped_by_gmail() -> None:
    """Gmail cuts a letter at 102 kB."""
    letter = render(message_of(digest(50)), Foot(wishes=("x" * 80,), unsubscribe="https://x/" + "x" * 900))
    assert len(letter.html.encode()) < 102_000


def test_letters_about_topics_name_them() -> None:
    letter = read(TOPICS)
    assert letter["Subject"] == "New on reading: Bookworm: Reading Books with Notes and 2 more"
    for text in texts(letter):
        assert "Matches “reading”" in text
        assert "2 papers more matched and are not shown." in text


def test_a_day_without_news_is_a_short_letter() -> None:
    quiet = digest(0).model_copy(update={"note": "Nothing new today. arXiv has a holiday."})
    letter = read(parcel(quiet))
    assert letter["Subject"] == "Trending papers: nothing new"
    assert all("Nothing new today. arXiv has a holiday." in text for text in texts(letter))


def test_a_confirmation_has_a_link_to_say_yes_and_nothing_to_unsubscribe_from() -> None:
    letter = read(CONFIRMATION)
    assert not [name for name in letter.keys() if name.startswith("List-")]  # noqa: SIM118 - a message, not a dict
    assert letter["Precedence"] is None
    for text in texts(letter):
        assert re.search(rf"{LINK}/confirm/[\w-]+", text)
        assert "Digest of 10 trending papers, daily at 09:00 (UTC)" in text
        assert "7 days" in text
        assert "nsubscribe" not in text


def test_a_notice_says_what_happened_elsewhere() -> None:
    letter = read(NOTICE)
    assert letter["Subject"] == "Something you asked for can no longer be delivered"
    assert letter["List-Unsubscribe"] is None
    assert all("slack:T1/C1 any more: channel_not_found." in text for text in texts(letter))
