"""paperboy worker, scheduler, web and up: what runs all the time."""

import typer


def register(app: typer.Typer) -> None:
    app.command()(worker)
    app.command()(scheduler)
    app.command(epilog="Example:  paperboy web    (behind a proxy that ends TLS; PAPERBOY_WEB_URL names its address)")(
        web
    )
    app.command(epilog="Example:  paperboy up    (stop it with Ctrl-C or SIGTERM; nothing is lost)")(up)


def worker() -> None:
    """Run jobs (ingest, score, match, embed), send what is due, and embed queries for processes without the model."""
    from paperboy.running import work

    raise typer.Exit(work())


def scheduler() -> None:
    """Queue the jobs and plan the messages that are due; any number may run, each is done once."""
    from paperboy.running import schedule

    raise typer.Exit(schedule())


def web() -> None:
    """Serve the links in letters (confirm, unsubscribe), /healthz and /metrics."""
    from paperboy.running import serve_web

    raise typer.Exit(serve_web())


def up() -> None:
    """Run everything that is configured, as one process tree, and restart what dies."""
    from paperboy.running import run_all

    raise typer.Exit(run_all())
