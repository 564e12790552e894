"""Photographs a page in Chromium, in its whole height."""

import re
import subprocess
from io import BytesIO
from pathlib import Path

from PIL import Image

_FADE = 90
"""Pixels of the page over which a picture ends that does not show all of it."""


def photograph(drawn: Path, *, scale: float, tallest: int) -> bytes:
    """A PNG of at most 256 colours, of a page that tells its height in its title, and whose columns tell their widths.

    ``scale``: pixels of the picture for each of the page's; ``tallest``: pixels of the page, of which more fades out.
    """
    chromium = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    chromium += [f"--user-data-dir={drawn.parent}/profile", f"--force-device-scale-factor={scale}"]
    width = sum(map(int, re.findall(r'class="column" style="width:(\d+)px"', drawn.read_text("utf-8"))))
    told = _run([*chromium, f"--window-size={width},800", "--dump-dom", drawn.as_uri()])
    height = int(re.search(r"<title>(\d+)</title>", told)[1])  # type: ignore[index]
    shown = min(height, tallest)
    target = drawn.with_suffix(".png")
    _run([*chromium, f"--window-size={width},{shown}", f"--screenshot={target}", drawn.as_uri()])
    with Image.open(target) as taken:
        picture = taken.convert("RGB")
    return _small(_faded(picture, round(_FADE * scale)) if height > shown else picture)


def _faded(picture: Image.Image, rows: int) -> Image.Image:
    """The last rows go over into the ground, which is the colour of the lower corner."""
    ground = Image.new("RGB", picture.size, picture.getpixel((0, picture.height - 1)))
    how_much = Image.new("L", picture.size, 0)
    how_much.paste(Image.linear_gradient("L").resize((picture.width, rows)), (0, picture.height - rows))
    return Image.composite(ground, picture, how_much)


def _small(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def _run(command: list[str]) -> str:
    ran = subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - our own page
    return ran.stdout.decode("utf-8", "replace")
