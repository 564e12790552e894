"""Photographs a page in Chromium, in its whole height."""

import re
import subprocess
from pathlib import Path

from small_png import smaller


def photograph(drawn: Path, *, scale: float, tallest: int) -> bytes:
    """A PNG of a page that tells its height in its title, and whose columns tell their widths.

    ``scale``: pixels of the picture for each of the page's; ``tallest``: pixels of the page, of which more is cut off.
    """
    chromium = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    chromium += [f"--user-data-dir={drawn.parent}/profile", f"--force-device-scale-factor={scale}"]
    width = sum(map(int, re.findall(r'class="column" style="width:(\d+)px"', drawn.read_text("utf-8"))))
    told = _run([*chromium, f"--window-size={width},800", "--dump-dom", drawn.as_uri()])
    height = min(int(re.search(r"<title>(\d+)</title>", told)[1]), tallest)  # type: ignore[index]
    target = drawn.with_suffix(".png")
    _run([*chromium, f"--window-size={width},{height}", f"--screenshot={target}", drawn.as_uri()])
    return smaller(target.read_bytes())


def _run(command: list[str]) -> str:
    ran = subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - our own page
    return ran.stdout.decode("utf-8", "replace")
