"""paperboy data: what is kept of a person, shown or erased."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperboy.options import Json, print_json

if TYPE_CHECKING:
    from paperboy.post import Post

User = Annotated[
    str,
    typer.Argument(
        metavar="USER", help="Whom: a destination (email:ada@example.org, slack:TEAM/USER) or an owner's name."
    ),
]

data = typer.Typer(help="What is kept of a person: shown on request, erased on request.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(data, name="data")


@data.command(epilog="Example:  paperboy data export email:ada@example.org > ada.json")
def export(user: User) -> None:
    """Print everything that is kept of a person as one JSON document."""
    from paperboy.post import run_with_post

    async def run(post: "Post") -> dict[str, Any]:
        return await post.personal_data.export(await post.reference(user))

    print_json(run_with_post(run))


@data.command(epilog="Example:  paperboy data forget email:ada@example.org")
def forget(user: User, as_json: Json = False) -> None:
    """Erase everything that is kept of a person, for good."""
    from paperboy.post import run_with_post

    async def run(post: "Post") -> int:
        return await post.personal_data.forget(await post.reference(user))

    count = run_with_post(run)
    if as_json:
        print_json({"subscriptions": count})
    else:
        typer.echo(f"Forgotten, with {count} subscription{'' if count == 1 else 's'} and everything sent for them.")


@data.command(epilog="Example:  paperboy data reseal    (after a new key was put first in PAPERBOY_SECRET_KEYS)")
def reseal(as_json: Json = False) -> None:
    """Encrypt all that is stored encrypted with the newest key, so that older keys can be dropped."""
    from paperboy.post import run_with_post

    async def run(post: "Post") -> tuple[int, int]:
        return await post.addresses.rotate(), await post.slack_installations.rotate()

    addresses, installations = run_with_post(run)
    if as_json:
        print_json({"addresses": addresses, "slack_installations": installations})
    else:
        typer.echo(
            f"{addresses:,} address{'' if addresses == 1 else 'es'} and {installations:,} Slack "
            f"installation{'' if installations == 1 else 's'} encrypted with the newest key."
        )
