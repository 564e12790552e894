"""Items of a file that could not be read: counted, and told with their reasons, but no flood of them."""

from papers.log import get_logger

log = get_logger(__name__)
_SHOWN = 20


class Skipped:
    """Counts skipped items; the first 20 are logged, once something of the file could be read.

    A file of which nothing can be read is an error of its own, told in one line by whoever reads it.
    """

    def __init__(self) -> None:
        self.count = 0
        self._untold: list[dict[str, object]] = []
        self._told = 0

    def add(self, reason: str, **where: object) -> None:
        """One more; ``where`` helps people to find it."""
        self.count += 1
        if self.count <= _SHOWN:
            self._untold.append({"reason": reason, **where})
        if self._told:
            self.tell()

    def tell(self) -> None:
        """Log what was skipped so far and, from now on, what is skipped."""
        self._told = self._told or 1
        for item in self._untold:
            log.warning("skipped", **item)
        self._untold.clear()
        if self.count > _SHOWN and self._told == 1:
            self._told = 2
            log.warning("more is skipped and only counted")
