"""What could not be read, as log lines: each with its reason, but no flood of them."""

from collections.abc import Sequence

from papers.log import get_logger

_SHOWN = 20

log = get_logger(__name__)


def log_problems(source: str, problems: Sequence[str]) -> None:
    for problem in problems[:_SHOWN]:
        log.warning("item skipped", source=source, reason=problem)
    if len(problems) > _SHOWN:
        log.warning("more items skipped", source=source, count=len(problems) - _SHOWN)
