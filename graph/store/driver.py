"""The driver: one way to connect, one way to say what went wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from graph.errors import StoreFailed, StoreUnauthorised, StoreUnreachable
from graph.store.connection import Connection

SCHEMES: Final = ("bolt", "neo4j", "bolt+s", "neo4j+s", "bolt+ssc", "neo4j+ssc")

RETRIED_S: Final = 20.0
"""Seconds for which the driver tries a transaction again that met another, or a broken connection."""


def open_driver(connection: Connection) -> Driver:
    """Connect, and check that the server answers and lets us in.

    Raises StoreUnreachable or StoreUnauthorised.
    """
    scheme = connection.uri.partition("://")[0]
    if scheme not in SCHEMES or "://" not in connection.uri:
        message = f"{connection.uri!r} is not the address of a Neo4j"
        raise StoreUnreachable(message, f"it begins with {', '.join(s + '://' for s in SCHEMES)}")
    with translated(connection):
        driver = GraphDatabase.driver(
            connection.uri,
            auth=(connection.user, connection.password),
            notifications_min_severity=NotificationMinimumSeverity.OFF,
            # Measured on a contended counter: 0.8 s in place of 5.0 s with the driver's defaults.
            initial_retry_delay=0.05,
            retry_delay_multiplier=1.6,
            retry_delay_jitter_factor=0.5,
            max_transaction_retry_time=RETRIED_S,
            connection_timeout=5.0,
            user_agent="headwater",
        )
        try:
            driver.verify_connectivity()  # without the retries that the next line has
            driver.execute_query("RETURN 1", database_=connection.database)
        except ValueError as error:  # a host or port that cannot be looked up
            driver.close()
            message = f"{connection.uri!r} is not an address that can be connected to"
            raise StoreUnreachable(message, "set HEADWATER_NEO4J_URI") from error
        except BaseException:
            driver.close()
            raise
    return driver


@contextmanager
def translated(connection: Connection) -> Iterator[None]:
    """Turn the driver's errors into ours: what is named is the address, never the password."""
    try:
        yield
    except AuthError as error:
        message = (
            f"the database at {connection.uri} refuses user {connection.user!r} or the password"
        )
        raise StoreUnauthorised(message, "set HEADWATER_NEO4J_USER and _PASSWORD") from error
    except (ServiceUnavailable, SessionExpired, OSError) as error:
        message = f"no database answers at {connection.uri}"
        raise StoreUnreachable(message, "start it, or set HEADWATER_NEO4J_URI") from error
    except ConfigurationError as error:
        message = f"{connection.uri!r} is not an address that can be connected to"
        raise StoreUnreachable(message, "set HEADWATER_NEO4J_URI") from error
    except ClientError as error:
        if error.code == "Neo.ClientError.Database.DatabaseNotFound":
            message = f"the server at {connection.uri} has no database {connection.database!r}"
            raise StoreUnreachable(message, "set HEADWATER_NEO4J_DATABASE") from error
        if "TransactionTimedOut" in (error.code or ""):
            message = "the database ended a write that took too long"
            raise StoreFailed(message, "nothing was written; try again, or split it") from error
        raise StoreFailed(f"the database refused: {error.code}") from error
    except (Neo4jError, DriverError) as error:
        code = error.code if isinstance(error, Neo4jError) else type(error).__name__
        raise StoreFailed(f"the database failed: {code}", "nothing was acknowledged") from error
