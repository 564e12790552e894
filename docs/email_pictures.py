"""Makes docs/email-phone.png and docs/email-desk.png: a digest of the bundled sample as a letter, in Chromium.

    python docs/email_pictures.py [--html FOLDER]      needs chromium

``--html`` keeps the letter's HTML, text and all pictures, light and dark, in a folder to look at.
"""

import argparse
import asyncio
import subprocess
import tempfile
from pathlib import Path

from bot.delivered import message_of
from bot.email.letter import Rendered
from bot.email.render import Foot, render
from paperboy.ingesting import play
from paperboy.wiring import open_app
from papers import charts
from papers.contents import DigestContent
from papers.following import DigestOptions
from papers.models import Window
from papers.replay import read_replay
from papers.sample import SHOWN_AT, sample_path
from papers.settings import load_settings

DOCS = Path(__file__).parent
FOOT = Foot(
    wishes=("Digest of 10 trending papers, on Saturdays at 03:10 (Europe/Berlin)",),
    unsubscribe="https://papers.example.org/unsubscribe/TOKEN",
)
SIZES = {"phone": (390, 844, 1.5), "desk": (1000, 900, 1.25)}
"""Width and height, and pixels for each of these."""


async def sample_letter(folder: Path) -> Rendered:
    """The digest of the sample's week, as somebody in Berlin would get it."""
    async with open_app(load_settings(data_dir=folder)) as app:
        await play(app, read_replay([sample_path()]))
        chart = await charts.compute(app.store, at=SHOWN_AT, window=Window.WEEK)
    options = DigestOptions()
    content = DigestContent(
        chart=tuple(charts.select(chart, limit=options.top)),
        at=SHOWN_AT,
        window=Window.WEEK,
        zone="Europe/Berlin",
        options=options,
    )
    return render(message_of(content), FOOT)


def photograph(page: Path, size: tuple[int, int, float], *, dark: bool) -> bytes:
    """The page in a window of this size; a frame makes a phone's width, which no window has."""
    width, height, scale = size
    frame, target = page.with_suffix(".frame.html"), page.with_suffix(".png")
    style = f"width:{width}px;height:{height}px;border:0"
    frame.write_text(f'<body style="margin:0"><iframe src="{page.name}" style="{style}">')
    command = [
        "chromium",
        *(
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--force-device-scale-factor={scale}",
        ),
        f"--blink-settings=preferredColorScheme={0 if dark else 1}",
        f"--user-data-dir={page.parent}/profile",
        f"--window-size={width},{height}",
        f"--screenshot={target}",
        frame.as_uri(),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - our own page
    return target.read_bytes()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--html", type=Path, help="keep everything in this folder")
    kept: Path | None = parser.parse_args().html
    with tempfile.TemporaryDirectory(prefix="pb-", dir="/tmp") as name:
        folder = Path(name)
        letter = asyncio.run(sample_letter(folder / "data"))
        page = folder / "letter.html"
        page.write_text(letter.html, "utf-8")
        if kept:
            kept.mkdir(parents=True, exist_ok=True)
            (kept / "letter.html").write_text(letter.html, "utf-8")
            (kept / "letter.txt").write_text(f"{letter.subject}\n\n{letter.text}", "utf-8")
        for size, pixels in SIZES.items():
            for dark in (False, True):
                picture = photograph(page, pixels, dark=dark)
                if kept:
                    (kept / f"{size}-{'dark' if dark else 'light'}.png").write_bytes(picture)
                if not dark:
                    (DOCS / f"email-{size}.png").write_bytes(picture)


if __name__ == "__main__":
    main()
