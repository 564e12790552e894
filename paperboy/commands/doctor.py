"""paperboy doctor: what is wrong, and how to mend it."""

import typer

from paperboy.options import Json, print_json


def register(app: typer.Typer) -> None:
    app.command()(doctor)


def doctor(as_json: Json = False) -> None:
    """Check Python, settings, disk, Redis, clock, delivery, chats, model, upstreams; say how to mend what is wrong."""
    from paperboy.wiring import run_async

    checks = run_async(_examine(quiet=as_json))
    if as_json:
        print_json(checks)
    if not all(check["ok"] for check in checks):
        raise typer.Exit(1)


async def _examine(*, quiet: bool) -> list[dict[str, object]]:
    from dataclasses import asdict

    from paperboy.doctor import examine

    checks = []
    async for check in examine():
        checks.append(asdict(check))
        if not quiet:
            typer.echo(f"{'ok  ' if check.ok else 'FAIL'}  {check.name:<17} {check.found}")
            if check.remedy:
                typer.echo(f"{'':23} → {check.remedy}")
    return checks
