"""paperboy worker, scheduler and up: what runs all the time."""

import typer


def register(app: typer.Typer) -> None:
    app.command()(worker)
    app.command()(scheduler)
    app.command(epilog="Example:  paperboy up    (stop it with Ctrl-C or SIGTERM; nothing is lost)")(up)


def worker() -> None:
    """Run jobs (ingest, score, embed) and embed queries for processes without the model."""
    from paperboy.running import work

    raise typer.Exit(work())


def scheduler() -> None:
    """Queue the jobs that are due; any number may run, each job is queued once."""
    from paperboy.running import schedule

    raise typer.Exit(schedule())


def up() -> None:
    """Run everything that is configured, as one process tree, and restart what dies."""
    from paperboy.running import run_all

    raise typer.Exit(run_all())
