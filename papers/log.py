"""Loggers that cost nothing until the first line is logged: a light command never loads what formats logs."""

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from structlog.stdlib import BoundLogger


class _LazyLogger:
    """Becomes a structlog logger when it is first used."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, method: str) -> Any:
        import structlog

        if not structlog.is_configured():
            from papers.logs import configure_for_command

            configure_for_command()
        return getattr(structlog.get_logger(self._name), method)


def get_logger(name: str) -> "BoundLogger":
    """A logger of this name. A process that sets up no logs of its own gets those of a command."""
    return cast("BoundLogger", _LazyLogger(name))
