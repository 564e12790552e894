"""The entry point: reads the command line, runs one command, turns every failure into one line and an exit code.

Command modules import what they need inside their functions: ``--help`` loads nothing but typer.
"""

import os
import sys
from contextlib import suppress
from typing import Annotated, NoReturn, cast

import typer
from typer import BadParameter

from paperboy import __version__, commands
from papers.errors import PaperboyError

# Typer's own base class of "bad usage"; which module it lives in differs between releases.
UsageError = cast(type[BadParameter], BadParameter.__mro__[1])

app = typer.Typer(
    name="paperboy",
    help="Trending research papers, found and ranked, where people already talk.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with: paperboy ingest, then paperboy trending and paperboy search 'what you care about'.",
)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.", is_eager=True)] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    if version:
        typer.echo(f"paperboy {__version__}")
        raise typer.Exit


commands.register(app)


def run() -> NoReturn:
    """Run the command line of this process and exit: 0 done, 1 failed, 2 bad usage, 130 interrupted."""
    # Closed by whoever called us: there is nobody to tell anything.
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115
    arguments = sys.argv[1:]
    debug = "--debug" in arguments
    try:
        code = app(args=[a for a in arguments if a != "--debug"], standalone_mode=False)
    except BrokenPipeError:
        # The reader of our output has left (`| head`): nothing more to say, and nobody to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except (KeyboardInterrupt, typer.Abort):
        code = _fail("interrupted", 130)
    except Exception as error:
        if debug:
            raise
        code = _explain(error)
    _end(code if isinstance(code, int) else 0)


def _explain(error: Exception) -> int:
    if isinstance(error, typer.Exit):
        return int(getattr(error, "exit_code", 0))
    if isinstance(error, UsageError):
        sentence = error.format_message().replace("Value error, ", "")
        # Without a sentence, help was asked for by saying nothing, and has been shown.
        return _fail(f"{sentence} (paperboy --help lists what there is)", 2) if sentence else 2
    known = _known(error)
    return _fail(str(known), known.exit_code)


def _known(error: Exception) -> PaperboyError:
    """The error as one that has a sentence for people."""
    if isinstance(error, PaperboyError):
        return error
    if isinstance(error, ModuleNotFoundError):
        return PaperboyError(f"{error.name} is not installed: pip install 'paperboy[worker]'")
    if isinstance(error, OSError) and error.strerror:
        return PaperboyError(f"{error.filename or 'standard output'}: {error.strerror.lower()}")
    from papers.redis.failures import REDIS_FAILS, translated

    if isinstance(error, REDIS_FAILS):
        return translated(error)
    return PaperboyError(f"unexpected {type(error).__name__}: {_one_line(str(error))} (--debug shows where)")


def _fail(sentence: str, code: int) -> int:
    print(f"paperboy: {_one_line(sentence)}", file=sys.stderr)
    return code


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:600]


def _end(code: int) -> NoReturn:
    """Leave at once: everything that must be closed has been, and torch takes seconds to be taken apart."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError, ValueError):  # nobody reads on, or it was closed before we came
            if stream is not None:
                stream.flush()
    os._exit(code)
