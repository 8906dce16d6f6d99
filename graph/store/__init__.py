"""The only importer of neo4j: drivers, statements, migrations, reader, writer, log, and the engines."""
