"""arXiv's three services: the query API, the category feeds and OAI-PMH, with their refusals.

A request is refused with 406 if it does not say who asks and what is accepted, and with 429 if it comes within
``interval`` seconds of the last one or while another is being served.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

from tests.fakes.server import Upstream

_TOLERANCE = 0.02
_ID = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+/\d{7})(v\d+)?")
_NAMESPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" '
    'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


@dataclass(frozen=True)
class Entry:
    id: str
    title: str
    published: datetime
    abstract: str = "An abstract that a fake\n  upstream made up."
    authors: tuple[str, ...] = ("Ada Lovelace", "Charles Babbage")
    categories: tuple[str, ...] = ("cs.LG", "cs.AI")
    version: int = 1
    updated: datetime | None = None
    comment: str = ""
    doi: str = ""
    journal_ref: str = ""
    announced: str = ""
    """new, cross, replace or replace-cross if it is in the latest announcement."""
    deleted: bool = False

    def atom(self) -> str:
        return "".join(
            (
                f"<entry><id>http://arxiv.org/abs/{self.id}v{self.version}</id><title>{escape(self.title)}</title>",
                f"<updated>{_stamp(self.updated or self.published)}</updated>",
                f"<summary>{escape(self.abstract)}</summary><published>{_stamp(self.published)}</published>",
                *(f'<category term="{category}"/>' for category in reversed(self.categories)),
                f"<arxiv:comment>{escape(self.comment)}</arxiv:comment>" if self.comment else "",
                f"<arxiv:journal_ref>{escape(self.journal_ref)}</arxiv:journal_ref>" if self.journal_ref else "",
                f"<arxiv:doi>{escape(self.doi)}</arxiv:doi>" if self.doi else "",
                f'<arxiv:primary_category term="{self.categories[0]}"/>',
                *(f"<author><name>{escape(name)}</name></author>" for name in self.authors),
                "</entry>",
            )
        )

    def announcement(self, day: date) -> str:
        midnight = f"{day}T00:00:00-04:00"
        return "".join(
            (
                f"<entry><id>oai:arXiv.org:{self.id}v{self.version}</id><title>{escape(self.title)}</title>",
                f"<updated>{midnight}</updated><published>{midnight}</published>",
                f'<link href="https://arxiv.org/abs/{self.id}" rel="alternate" type="text/html"/>',
                f"<summary>arXiv:{self.id}v{self.version} Announce Type: {self.announced} \n",
                f"Abstract: {escape(self.abstract)}</summary>",
                *(f'<category term="{category}"/>' for category in self.categories),
                f"<arxiv:announce_type>{self.announced}</arxiv:announce_type>",
                f"<dc:creator>{escape(', '.join(self.authors))}</dc:creator></entry>",
            )
        )

    def record(self) -> str:
        changed = (self.updated or self.published).date()
        header = f"<identifier>oai:arXiv.org:{self.id}</identifier><datestamp>{changed}</datestamp>"
        if self.deleted:
            return f'<record><header status="deleted">{header}</header></record>'
        names = (name.rpartition(" ") for name in self.authors)
        authors = "".join(
            f"<author><keyname>{escape(last)}</keyname><forenames>{escape(first)}</forenames></author>"
            for first, _, last in names
        )
        return (
            f"<record><header>{header}</header><metadata>"
            f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{self.id}</id><created>{self.published.date()}</created>'
            f"<authors>{authors}</authors><title>{escape(self.title)}</title>"
            f"<categories>{' '.join(self.categories)}</categories><abstract>{escape(self.abstract)}</abstract>"
            f"{f'<comments>{escape(self.comment)}</comments>' if self.comment else ''}</arXiv></metadata></record>"
        )


def _names_a_program(agent: str) -> bool:
    """An agent of its own, not that of an HTTP library."""
    return "/" in agent and not agent.lower().startswith(("python-", "curl/", "wget/"))


class FakeArxiv(Upstream):
    def __init__(self, entries: Sequence[Entry], *, today: date, interval: float = 3.0, oai_page: int = 50) -> None:
        super().__init__()
        self.entries = list(entries)
        self.today = today
        self.interval = interval
        self.oai_page = oai_page
        self.empty_pages = 0
        """So many of the next query pages come without their entries, as arXiv's sometimes do."""
        self.most_per_page = 2000
        self.refused = 0
        self._last = float("-inf")
        self.serving = 0

    def refuse(self, request: Request) -> Response | None:
        if request.headers.get("Accept", "*/*") == "*/*" or not _names_a_program(request.headers.get("User-Agent", "")):
            return Response("Not Acceptable", 406)
        now = time.monotonic()
        too_soon = now - self._last < self.interval - _TOLERANCE
        self._last = now
        if too_soon or self.serving:
            self.refused += 1
            return Response("Rate exceeded.", 429, {"Retry-After": "1"})
        return None

    def started(self) -> None:
        self.serving += 1  # under the lock of the base class

    def finished(self) -> None:
        with self._lock:
            self.serving -= 1

    def answer(self, request: Request) -> Response:
        if request.path == "/api/query":
            return self._query(request)
        if request.path.startswith("/atom/"):
            return self._feed(request.path.removeprefix("/atom/").split("+"))
        if request.path == "/oai":
            return self._oai(request)
        return Response("not found", 404)

    def _query(self, request: Request) -> Response:
        start, size = int(request.args.get("start", 0)), int(request.args.get("max_results", 10))
        if size > 2000:
            return self._error("max_results must be at most 2000")
        if "id_list" in request.args:
            ids = request.args["id_list"].split(",")
            for wanted in ids:
                if not _ID.fullmatch(wanted):
                    return self._error(f"incorrect id format for {wanted}")
            bare = [re.sub(r"v\d+$", "", wanted) for wanted in ids]
            found = [entry for entry in self.entries if entry.id in bare and not entry.deleted]
        else:
            found = self._search(request.args.get("search_query", ""))
        page = found[start : start + min(size, self.most_per_page)]
        if self.empty_pages:
            self.empty_pages -= 1
            page = []
        return _atom(
            f"<opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>"
            f"<opensearch:totalResults>{len(found)}</opensearch:totalResults>"
            f"<opensearch:startIndex>{start}</opensearch:startIndex>{''.join(entry.atom() for entry in page)}"
        )

    def _search(self, query: str) -> list[Entry]:
        categories = set(re.findall(r"cat:([\w.-]+)", query))
        span = re.search(r"submittedDate:\[(\d{12}) TO (\d{12})\]", query)
        first, last = span.groups() if span else ("0", "9")
        found = [
            entry
            for entry in self.entries
            if not entry.deleted
            and categories & set(entry.categories)
            and first <= f"{entry.published:%Y%m%d%H%M}" <= last
        ]
        return sorted(found, key=lambda entry: entry.published)

    def _feed(self, categories: list[str]) -> Response:
        announced = (entry for entry in self.entries if entry.announced and set(categories) & set(entry.categories))
        return _atom("".join(entry.announcement(self.today) for entry in announced))

    def _oai(self, request: Request) -> Response:
        token = request.args.get("resumptionToken")
        if token:
            match = re.fullmatch(r"(.+)\|(.+)\|(\d+)", token)
            if not match:
                return _oai('<error code="badResumptionToken">it has run out</error>')
            chosen, since, start = match[1], match[2], int(match[3])
        else:
            chosen, since, start = request.args["set"], request.args["from"], 0
        category = ".".join(chosen.split(":")[1:])
        found = [
            entry
            for entry in self.entries
            if category in entry.categories and (entry.updated or entry.published).date() >= date.fromisoformat(since)
        ]
        if not found:
            return _oai('<error code="noRecordsMatch">nothing there</error>')
        page = found[start : start + self.oai_page]
        after = start + self.oai_page
        token = f"{chosen}|{since}|{after}" if after < len(found) else ""
        records = "".join(entry.record() for entry in page)
        return _oai(f"<ListRecords>{records}<resumptionToken>{token}</resumptionToken></ListRecords>")

    def _error(self, reason: str) -> Response:
        where = f"https://arxiv.org/api/errors#{reason.replace(' ', '_')}"
        response = _atom(
            "<opensearch:totalResults>1</opensearch:totalResults>"
            f"<entry><id>{where}</id><title>Error</title><summary>{escape(reason)}</summary></entry>"
        )
        response.status_code = 400
        return response


def generated(last: date, days: int, per_day: int) -> list[Entry]:
    """Made-up papers of the days up to ``last``, those of the last day announced as new."""
    return [
        Entry(
            id=f"{day:%y%m}.{80000 + day.day * 100 + n:05d}",
            title=f"Made-up preprint {n} of {day}",
            published=datetime(day.year, day.month, day.day, 9, n % 60, tzinfo=UTC),
            announced="new" if day == last else "",
        )
        for day in (last - timedelta(days=back) for back in range(days))
        for n in range(per_day)
    ]


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _atom(inside: str) -> Response:
    body = f"<?xml version='1.0' encoding='UTF-8'?>\n<feed {_NAMESPACES}><title>arXiv</title>{inside}</feed>"
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def _oai(inside: str) -> Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{inside}</OAI-PMH>'
    return Response(body, content_type="text/xml; charset=utf-8")
