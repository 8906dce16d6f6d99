"""Asking a server that is just starting whether it answers yet."""

from types import TracebackType
from typing import Self

from neo4j import GraphDatabase
from neo4j.exceptions import AuthError, DriverError, Neo4jError

ANSWER_PATIENCE = 5.0
"""Seconds a single try to connect may take."""


class Probe:
    """A driver that tries once at a time; Bolt opens before the database exists: an answer counts."""

    def __init__(self, uri: str, user: str, password: str) -> None:
        # A stranger on the port may take the connection and keep silent, for which the driver
        # would wait its whole patience.
        self._driver = GraphDatabase.driver(
            uri, auth=(user, password), connection_acquisition_timeout=ANSWER_PATIENCE
        )

    def failure(self) -> Exception | None:
        """Give why there is no answer, None when there is one; PermissionError for the password."""
        try:
            with self._driver.session(database="neo4j") as session:
                session.run("RETURN 1").consume()
        except AuthError as error:
            return PermissionError(str(error))
        except (DriverError, Neo4jError, OSError) as error:
            return error
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._driver.close()
