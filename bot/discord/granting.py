"""What a member may do in a channel, out of what Discord's REST API tells of roles and exceptions. Pure.

Source: https://discord.com/developers/docs/topics/permissions#permission-overwrites
"""

from collections.abc import Iterable, Mapping, Sequence

from papers.models import Frozen

_ADMINISTRATOR = 1 << 3
_EVERYTHING = (1 << 64) - 1


class Overwrite(Frozen):
    """A channel's exception for a role or a member."""

    id: str
    allow: int = 0
    deny: int = 0


def granted(
    guild: str, roles: Mapping[str, int], held: Sequence[str], member: str, overwrites: Iterable[Overwrite]
) -> int:
    """The bits that are granted, each for itself: who may not view a channel still has the others.

    ``roles``: all of the server, id -> bits; that of everybody has the server's own id. ``held``: the member's.
    """
    ids = [guild, *held]
    bits = 0
    for role in ids:
        bits |= roles.get(role, 0)
    if bits & _ADMINISTRATOR:
        return _EVERYTHING
    exceptions = {one.id: one for one in overwrites}
    for group in ([guild], held, [member]):
        concerned = [exceptions[one] for one in group if one in exceptions]
        for one in concerned:
            bits &= ~one.deny
        for one in concerned:
            bits |= one.allow
    return bits
