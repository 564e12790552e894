"""One file a group of commands; each decodes its options, calls one function of the domain, and shows the answer."""

import typer

from paperboy.commands import bench, bulk, charts, demo, digest, doctor, ingest, paper, processes, search


def register(app: typer.Typer) -> None:
    """Add every command, in the order in which a newcomer meets them."""
    for module in (ingest, bulk, charts, search, paper, digest, processes, doctor, demo, bench):
        module.register(app)
