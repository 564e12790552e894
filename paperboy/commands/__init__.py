"""One file a group of commands; each decodes its options, calls one function of the domain, and shows the answer."""

import typer

from paperboy.commands import (
    bench,
    bulk,
    charts,
    data,
    deliveries,
    demo,
    digest,
    discord,
    doctor,
    follow,
    ingest,
    paper,
    processes,
    search,
    slack,
    subscribe,
    subscriptions,
)

_GROUPS = (
    *(ingest, bulk, charts, search, paper),
    *(subscribe, follow, subscriptions, digest, deliveries, data),
    *(processes, slack, discord, doctor, demo, bench),
)


def register(app: typer.Typer) -> None:
    """Add every command, in the order in which a newcomer meets them."""
    for module in _GROUPS:
        module.register(app)
