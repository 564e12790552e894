"""paperboy discord: the Discord app, and what belongs to its set-up."""

import typer

from paperboy.options import Json, print_json

discord = typer.Typer(help="The Discord app: answers commands, buttons and forms.", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    app.add_typer(discord, name="discord")


@discord.callback(epilog="Example:  paperboy discord    (with PAPERBOY_DISCORD_TOKEN; no public address is needed)")
def run(context: typer.Context) -> None:
    """Run the Discord app, until it is told to stop."""
    if context.invoked_subcommand is None:
        from paperboy.running import serve_discord

        raise typer.Exit(serve_discord())


@discord.command(epilog="Example:  paperboy discord invite    (open the link it prints, and choose a server)")
def invite(as_json: Json = False) -> None:
    """Print the links that add the bot: to a server, with the least permissions, and to one's own account."""
    from paperboy.inviting import invitation
    from paperboy.wiring import run_async

    found = run_async(invitation())
    if as_json:
        print_json(found.model_dump())
        return
    typer.echo(f"To add {found.name} to a server, as somebody who manages it:\n\n  {found.server}\n")
    typer.echo("It asks for these permissions and no other:")
    for permission, reason in found.permissions.items():
        typer.echo(f"  {permission:<24}  {reason}")
    if found.person:
        typer.echo(f"\nTo have its commands for yourself, everywhere:\n\n  {found.person}")
