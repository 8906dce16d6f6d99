"""Emptying a database between tests."""

import threading
from typing import LiteralString

from neo4j import GraphDatabase

from graph.store.connection import Connection


def noted() -> None:
    """Wait until what workspaces still note of refused writes is written."""
    for thread in threading.enumerate():
        if thread.name == "refusals":
            thread.join(10)


def emptied(connection: Connection) -> None:
    """Remove every node and relationship, once what earlier workspaces still note is written."""
    noted()
    run(connection, "MATCH (n) DETACH DELETE n")


def run(connection: Connection, statement: LiteralString) -> list[list[object]]:
    """Run a statement as an outsider would, past our own code."""
    auth = (connection.user, connection.password)
    with GraphDatabase.driver(connection.uri, auth=auth) as driver:
        result = driver.execute_query(statement, database_=connection.database)
        return [list(record.values()) for record in result.records]
