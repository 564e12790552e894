"""Items of a file that could not be read: counted, and told with their reasons, but no flood of them."""

from papers.log import get_logger

log = get_logger(__name__)
_SHOWN = 20


class Skipped:
    """Counts skipped items; the first 20 are logged."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, reason: str, **where: object) -> None:
        """One more; ``where`` helps people to find it."""
        self.count += 1
        if self.count <= _SHOWN:
            log.warning("skipped", reason=reason, **where)
        elif self.count == _SHOWN + 1:
            log.warning("more is skipped and only counted")
