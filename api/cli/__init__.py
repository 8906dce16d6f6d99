"""The command `headwater`: one module per command, found by `root` when it is asked for."""

from api.cli.root import app, run

__all__ = ["app", "run"]
