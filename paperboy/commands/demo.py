"""paperboy demo: the main job, once, in front of a newcomer."""

import typer


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo() -> None:
    """Fetch today's papers (or take the bundled sample), print a digest with reasons, and answer three searches."""
    from paperboy.demonstration import demonstrate
    from paperboy.wiring import run_async

    run_async(demonstrate())
