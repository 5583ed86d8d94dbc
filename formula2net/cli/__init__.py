"""The command line `formula2net`. What a command needs is loaded when it is run."""

from formula2net.cli.app import main

__all__ = ["main"]
