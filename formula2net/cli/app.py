"""The commands, and what becomes of an error: one line and exit code 2."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Annotated, Final

import typer

from formula2net import __version__
from formula2net.cli.compare import compare
from formula2net.cli.console import report_error, say
from formula2net.cli.demo import demo
from formula2net.cli.design import design
from formula2net.cli.listing import formulas
from formula2net.cli.models import model, models
from formula2net.cli.rank import rank
from formula2net.cli.show import show
from formula2net.cli.spectrum import spectrum
from formula2net.cli.stability import stability
from formula2net.cli.train import train
from formula2net.cli.verify import verify
from formula2net.errors import Formula2NetError

MISTAKE: Final = 2  # exit code of what the user can mend
STOPPED: Final = 130  # of Ctrl-C, as shells have it

# What typer raises for a bad argument; every version of it keeps that class elsewhere.
UsageError: Final[type[Exception]] = typer.BadParameter.__mro__[1]

app = typer.Typer(
    help="Write the recursion formula of a network, see its gradient paths, compile it, prove it, "
    "train it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(show)
app.command()(compare)
app.command()(design)
app.command()(stability)
app.command()(verify)
app.command()(train)
app.command()(spectrum)
app.command()(demo)
app.command()(rank)
app.command()(formulas)
app.command()(models)
app.command()(model)


def _print_version(asked: bool) -> None:
    if asked:
        say(f"formula2net {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and ends the process.

    Exit code 0 says that all went well, 1 that a check has failed, 2 that the user can mend it:
    the message says how, and there is no traceback.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal may lack the letters of a name
            stream.reconfigure(errors="replace")
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = app(args=arguments, prog_name="formula2net", standalone_mode=False)
    except UsageError as error:
        report_error("error", error.format_message())  # type: ignore[attr-defined]
    except Formula2NetError as error:
        report_error(type(error).__name__, str(error))
    except (ImportError, OSError) as error:
        report_error("error", _one_line(error))
    except (typer.Abort, KeyboardInterrupt):
        return STOPPED
    else:
        return code if isinstance(code, int) else 0
    return MISTAKE


def _one_line(error: ImportError | OSError) -> str:
    """What is missing: a file, or an extra."""
    extras = {"matplotlib": "report", "sklearn": "train", "pyarrow": "train", "PIL": "train"}
    extra = extras.get((getattr(error, "name", None) or "").partition(".")[0])
    if extra:
        return f"{error}: pip install 'formula2net[{extra}]'"
    if isinstance(error, OSError) and error.filename:
        return f"{error.strerror}: {error.filename}"
    return str(error)
