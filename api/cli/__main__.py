"""Runs the command from a checkout: `python -m api.cli`."""

from api.cli.root import run

run()
