"""Messages on a terminal, in a pipe, for a screen reader: plain lines, in an order that reads aloud well."""

from rich.console import Console
from rich.text import Text

from bot.console.lines import blank, joined, linked, rank_margin, safe, write, write_links, write_notes, write_reasons
from bot.delivered import ConfirmationMessage, Message, NoticeMessage, TopicsEntry, TopicsMessage
from bot.messages import Digest, DigestEntry, Entry, ErrorMessage, Hit, PaperCard, ResultPage

INDENT = 4


def render_digest(digest: Digest, console: Console) -> None:
    write_heading(console, digest.heading, digest.span)
    for entry in digest.entries:
        blank(console)
        _write_digest_entry(console, entry)
    if not digest.entries:
        blank(console)
        write(console, safe("No paper is trending in this time."))
    if digest.notes:
        blank(console)
        write_notes(console, digest.notes)


def render_topics(message: TopicsMessage, console: Console) -> None:
    write_heading(console, message.heading, message.span)
    for entry in message.entries:
        blank(console)
        _write_topics_entry(console, entry)
    if message.notes:
        blank(console)
        write_notes(console, message.notes)


def render_message(message: Message, console: Console) -> None:
    """Whatever comes by itself."""
    if isinstance(message, Digest):
        render_digest(message, console)
    elif isinstance(message, TopicsMessage):
        render_topics(message, console)
    else:
        _write_letter(console, message)


def render_results(page: ResultPage, console: Console) -> None:
    write_heading(console, page.heading, page.summary)
    write_notes(console, page.notes)
    for hit in page.hits:
        blank(console)
        write_hit(console, hit)


def render_paper(card: PaperCard, console: Console) -> None:
    write(console, linked(console, safe(card.title, "paperboy.title"), card.links))
    if card.authors:
        write(console, safe(", ".join(card.authors), "paperboy.quiet"))
    if card.warning:
        write(console, safe(card.warning, "paperboy.warning"))
    for paragraph in (card.gist, *card.abstract):
        if paragraph:
            blank(console)
            write(console, safe(paragraph, "paperboy.gist"))
    blank(console)
    label_width = max((len(fact.label) for fact in card.facts), default=0) + 2
    for fact in card.facts:
        label = Text(fact.label.ljust(label_width), style="paperboy.quiet")
        write(console, safe(fact.value), indent=label_width, first=label)
    if card.links:
        blank(console)
        write_links(console, card.links, indent=0)


def render_error(error: ErrorMessage, console: Console) -> None:
    """One line, never wrapped: it is read by people and by scripts."""
    console.print(Text.assemble(("error: ", "paperboy.warning"), safe(error.text)), soft_wrap=True)


def write_heading(console: Console, heading: str, below: str) -> None:
    write(console, safe(heading, "paperboy.heading"))
    if below:
        write(console, safe(below, "paperboy.quiet"))


def _write_digest_entry(console: Console, entry: DigestEntry) -> None:
    _write_title(console, entry)
    if entry.gist:
        write(console, safe(entry.gist, "paperboy.gist"), indent=INDENT)
    write_reasons(console, entry.reasons, indent=INDENT)
    write_links(console, entry.links, indent=INDENT)


def _write_topics_entry(console: Console, entry: TopicsEntry) -> None:
    _write_title(console, entry, f"similarity {entry.score:.2f}")
    if entry.gist:
        write(console, safe(entry.gist, "paperboy.gist"), indent=INDENT)
    names = joined((safe(topic.name, "paperboy.reason") for topic in entry.topics), "; ")
    write(console, Text.assemble(("For: ", "paperboy.quiet"), names), indent=INDENT)
    write_links(console, entry.links, indent=INDENT)


def _write_letter(console: Console, message: NoticeMessage | ConfirmationMessage) -> None:
    write_heading(console, message.heading, "")
    write(console, safe(message.text))
    for item in message.items:
        write(console, safe(item), indent=INDENT, first=Text("  - "))
    write_notes(console, message.notes)


def write_hit(console: Console, hit: Hit) -> None:
    _write_title(console, hit, hit.published, f"score {hit.score:.3g}")
    if hit.gist:
        write(console, safe(hit.gist, "paperboy.gist"), indent=INDENT)
    write_links(console, hit.links, indent=INDENT)


def _write_title(console: Console, entry: Entry, *more: str) -> None:
    title = linked(console, safe(entry.title, "paperboy.title"), entry.links)
    write(console, title, indent=INDENT, first=rank_margin(entry.rank, INDENT))
    below = [safe(piece, "paperboy.quiet") for piece in (entry.authors, *more) if piece]
    if below:
        write(console, joined(below), indent=INDENT)
