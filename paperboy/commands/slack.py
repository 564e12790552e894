"""paperboy slack: the Slack app, and what belongs to its set-up."""

from typing import Annotated

import typer

slack = typer.Typer(help="The Slack app: answers commands, buttons, mentions and links.", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    app.add_typer(slack, name="slack")


@slack.callback(
    epilog="Example:  paperboy slack    (Socket Mode with PAPERBOY_SLACK_APP_TOKEN, else HTTP as paperboy web does)"
)
def run(context: typer.Context) -> None:
    """Run the Slack app, until it is told to stop."""
    if context.invoked_subcommand is None:
        from paperboy.running import serve_slack

        raise typer.Exit(serve_slack())


@slack.command(
    epilog="Example:  paperboy slack manifest    and for HTTP: paperboy slack manifest --url https://papers.example.org"
)
def manifest(
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            metavar="URL",
            help="Where people reach paperboy web: for HTTP and many workspaces. Without: Socket Mode, one workspace.",
        ),
    ] = None,
) -> None:
    """Print the app's manifest as YAML, to be pasted where Slack apps are made."""
    from bot.slack.manifest import manifest_yaml

    typer.echo(manifest_yaml(url), nl=False)
