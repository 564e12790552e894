"""Small pages for people who opened a link: a heading, a sentence, at most a button and a link. No script, cookie."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape

from papers.models import Frozen

_STYLE = """
:root{color-scheme:light dark}
body{margin:0;background:#f3efe7;color:#1d1b18;font:17px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif}
main{box-sizing:border-box;max-width:36rem;margin:12vh auto 0;padding:2rem 2.2rem 2.4rem;background:#fff;border:1px solid #e2dccf;border-radius:6px}
.brand{margin:0 0 1.4rem;padding-bottom:.7rem;border-bottom:3px double #1d1b18;font:italic bold 1.25rem Georgia,serif}
h1{margin:0 0 .6rem;font:bold 1.7rem/1.25 Georgia,serif}
ul{padding-left:1.3rem}
a{color:inherit;font-weight:600}
button{margin-top:1rem;padding:.75rem 1.4rem;border:0;border-radius:5px;background:#96300f;color:#fff;font:inherit;font-weight:600;cursor:pointer}
button:focus-visible{outline:3px solid #1d1b18;outline-offset:2px}
@media (max-width:40rem){main{margin-top:0;min-height:100vh;border:0;border-radius:0}}
@media (prefers-color-scheme:dark){body{background:#141312;color:#f0ece4}main{background:#1e1d1a;border-color:#35322c}.brand{border-color:#f0ece4}button{background:#f2a488;color:#1e1d1a}button:focus-visible{outline-color:#f0ece4}}
"""  # noqa: E501 - one rule a line
STYLE_HASH = f"sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}"
"""For a Content-Security-Policy that allows this style and nothing else."""


class Link(Frozen):
    text: str
    url: str


class Page(Frozen):
    heading: str
    text: str
    items: tuple[str, ...] = ()
    button: str | None = None
    """Posts to the page's own address."""
    link: Link | None = None
    """Where to go on."""


def page_html(page: Page) -> str:
    parts: Sequence[str] = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(page.heading)} – Paperboy</title>",
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>",
        '<p class="brand">Paperboy</p>',
        f"<h1>{escape(page.heading)}</h1>",
        f"<p>{escape(page.text)}</p>",
        f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in page.items)}</ul>" if page.items else "",
        f'<form method="post"><button>{escape(page.button)}</button></form>' if page.button else "",
        f'<p><a href="{escape(page.link.url)}">{escape(page.link.text)}</a></p>' if page.link else "",
        "</main>\n</body>\n</html>\n",
    )
    return "\n".join(filter(None, parts))
