"""Who holds a claim: a name that tells, on the machine it was made on, whether its process is still there.

A lease runs out by itself wherever its holder was. Where a holder can be seen to be dead, nobody needs to wait for it.
"""

import os
import socket
from pathlib import Path
from secrets import token_hex

_PROC = Path("/proc")


def holder_name() -> str:
    """A name for this process's claims, never used by two."""
    return f"{_machine()}/{os.getpid()}/{_started(os.getpid()) or 0}/{token_hex(4)}"


def is_dead(holder: str) -> bool:
    """Whether the process of this name has ended; False also where that cannot be told."""
    machine, _, rest = holder.partition("/")
    pid, _, rest = rest.partition("/")
    started = rest.partition("/")[0]
    if machine != _machine() or not pid.isdigit() or not _PROC.is_dir():
        return False
    return _started(int(pid)) != started


def _machine() -> str:
    """This host, since it started, as this process sees it: a container's processes have numbers of their own."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()[:13]
        space = os.readlink(_PROC / "self/ns/pid").strip("pid:[]")
    except OSError:
        return socket.gethostname()
    return f"{socket.gethostname()}-{boot}-{space}"


def _started(pid: int) -> str | None:
    """When a process started, in clock ticks since boot (proc(5), field 22), or None if there is none or a zombie."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]
