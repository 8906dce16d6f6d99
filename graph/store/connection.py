"""Where a database is: apart from the driver, whose import takes a quarter of a second."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a database is and how to get in. The password is never shown.

    `folder` is where its files are, where it runs on this machine.
    """

    uri: str
    user: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str = "neo4j"
    folder: Path | None = None
