"""The console script, also as ``python -m paperboy``."""

import os
from typing import NoReturn


def run() -> NoReturn:
    """Run the command line. A Ctrl-C that comes while it is being loaded ends it as quietly as one that comes later."""
    try:
        from paperboy.main import run as run_command_line
    except KeyboardInterrupt:
        os._exit(130)
    run_command_line()


if __name__ == "__main__":
    run()
